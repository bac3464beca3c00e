/** *New strategy*: what trades, where, with how much and by which parameters. */
import { useState, type FormEvent } from 'react';
import { Link } from 'wouter';
import type { BacktestConfig } from '#protocol/backtest-shapes.ts';
import { INTERVALS } from '#domain/market-data.ts';
import { useCommandMutation } from '#queries/commands.ts';
import { useMay } from '#stores/connection.ts';
import { Button, buttonClass } from '#ui/button.tsx';
import { Field, Input, NumberInput, Select } from '#ui/field.tsx';
import { strategyAbout, strategyLabel } from '#ui/format/strategy-words.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { Panel } from '#ui/panel.tsx';
import { ParamField } from '#ui/param-field.tsx';
import { configSearch } from '#ui/routing/config-search.ts';
import { paths } from '#ui/routing/routes.ts';
import { useNavigate } from '#ui/routing/use-search-state.ts';
import { ErrorState, SkeletonRows } from '#ui/states.tsx';
import { Tag } from '#ui/tag.tsx';
import { isTimeframe, liveParams, pairKey, toConfig } from './draft.ts';
import { clearDraft } from './draft-storage.ts';
import { landIssues } from './server-issues.ts';
import css from './strategy-form.module.css';
import type { StrategyFormModel } from './use-strategy-form.ts';

export function StrategyForm({ model, className }: { readonly model: StrategyFormModel; readonly className?: string }) {
  const t = useT();
  const { specs, loadError } = model;
  return (
    <Panel title={t('strategies.new_strategy')} {...(className !== undefined && { className })}>
      {specs ? (
        <Fields model={model} />
      ) : loadError ? (
        <ErrorState error={loadError} onRetry={model.retry} />
      ) : (
        <SkeletonRows rows={10} />
      )}
    </Panel>
  );
}

function Fields({ model }: { readonly model: StrategyFormModel }) {
  const t = useT();
  const navigate = useNavigate();
  const mayTrade = useMay('trader');
  const { draft, spec, specs = [], instruments, instrument, issues, shown, set } = model;
  const [failure, setFailure] = useState<string | null>(null);
  const start = useCommandMutation('strategy.start', {
    meta: { quiet: true },
    onSuccess: ({ strategy_id }) => {
      clearDraft();
      navigate(paths.strategy(strategy_id));
    },
    onError: (error) => {
      const { landed, rest } = landIssues(error, new Set(spec?.params.map(({ name }) => name)), t);
      model.setServerIssues(landed);
      setFailure(rest);
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!spec || start.isPending || !mayTrade) return;
    setFailure(null);
    model.showAll();
    if (Object.keys(issues).length > 0) {
      const form = event.currentTarget;
      // The fields are marked with the next drawing.
      requestAnimationFrame(() => form.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
      return;
    }
    start.mutate(toConfig(draft, spec));
  };
  const currencies = { quote: instrument?.quote, base: instrument?.base };
  return (
    <form onSubmit={submit} noValidate aria-label={t('strategies.new_strategy')}>
      <div className={css.fields}>
        <Field
          label={t('strategies.strategy')}
          error={shown['strategy']}
          hint={spec && strategyAbout(spec, t)}
          className={css.wide ?? ''}
        >
          <Select value={draft.strategy} onChange={(event) => model.chooseStrategy(event.target.value)}>
            {!spec && <option value={draft.strategy}>{draft.strategy || '–'}</option>}
            {specs.map((each) => (
              <option key={each.id} value={each.id}>
                {strategyLabel(each, t)}
              </option>
            ))}
          </Select>
        </Field>
        <Field
          label={t('strategies.pair')}
          error={shown['symbol']}
          aside={instrument?.simulated && <Tag tone="warn">SIM</Tag>}
        >
          <Select value={draft.pair} onChange={(event) => set({ pair: event.target.value })}>
            {!instrument && <option value={draft.pair}>{draft.pair.split(':')[1] || '–'}</option>}
            {instruments.map((each) => (
              <option key={pairKey(each)} value={pairKey(each)}>
                {each.symbol}
              </option>
            ))}
          </Select>
        </Field>
        <Field label={t('strategies.timeframe')} error={shown['timeframe']}>
          <Select
            value={draft.timeframe}
            onChange={({ target }) => isTimeframe(target.value) && set({ timeframe: target.value })}
          >
            {INTERVALS.map((each) => (
              <option key={each} value={each}>
                {each}
              </option>
            ))}
          </Select>
        </Field>
        <Field label={t('strategies.capital')} error={shown['capital']}>
          <NumberInput
            unit={instrument?.quote}
            value={draft.capital}
            onChange={(event) => set({ capital: event.target.value })}
          />
        </Field>
        <Field label={t('strategies.name')} error={shown['name']}>
          <Input
            autoComplete="off"
            maxLength={80}
            value={draft.name}
            onChange={(event) => set({ name: event.target.value })}
          />
        </Field>
        {spec &&
          liveParams(spec).map((param) => (
            <ParamField
              key={`${spec.id} ${param.name}`}
              param={param}
              value={draft.params[param.name] ?? ''}
              error={shown[`params.${param.name}`]}
              currencies={currencies}
              onChange={(value) => model.setParam(param.name, value)}
            />
          ))}
      </div>
      <div className={css.submit}>
        {model.badLink && <p className="warn">{t('strategies.bad_link')}</p>}
        {model.differs && <p className="warn">{t('strategies.differs_live')}</p>}
        {failure !== null && (
          <p className="down" role="alert">
            {failure}
          </p>
        )}
        <Button
          type="submit"
          variant="primary"
          pending={start.isPending}
          disabledReason={mayTrade ? undefined : t('strategies.needs_trader')}
        >
          {start.isPending ? t('strategies.starting') : t('strategies.start_strategy')}
        </Button>
        <BacktestLink model={model} />
        <p className="dim">{t('strategies.decides', { timeframe: draft.timeframe })}</p>
      </div>
    </form>
  );
}

/** The same parameters over history. */
function BacktestLink({ model: { draft, spec, issues } }: { readonly model: StrategyFormModel }) {
  const t = useT();
  if (!spec || Object.keys(issues).length > 0) return null;
  const { strategy, symbol, timeframe, params, capital } = toConfig(draft, spec);
  const config = {
    strategy,
    params,
    data: { symbol, timeframe },
    ...(capital !== undefined && { config: { initial_capital: capital } }),
  } satisfies BacktestConfig;
  return (
    <Link href={paths.newBacktest({ config: configSearch(config) })} className={buttonClass({ variant: 'ghost' })}>
      {t('strategies.backtest')}
    </Link>
  );
}
