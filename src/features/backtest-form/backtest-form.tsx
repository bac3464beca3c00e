/** *New backtest*: a strategy with its parameters, the data, the costs; a run of it, or of a range of each. */
import { useState, type FormEvent } from 'react';
import type { ProtocolError } from '#protocol/errors.ts';
import { useCommandMutation } from '#queries/commands.ts';
import { useMay } from '#stores/connection.ts';
import { Button } from '#ui/button.tsx';
import { Field, Input, Select, Switch } from '#ui/field.tsx';
import { strategyAbout, strategyLabel } from '#ui/format/strategy-words.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { Panel } from '#ui/panel.tsx';
import { ParamField } from '#ui/param-field.tsx';
import { paths } from '#ui/routing/routes.ts';
import { useNavigate } from '#ui/routing/use-search-state.ts';
import { ErrorState, SkeletonRows } from '#ui/states.tsx';
import css from './backtest-form.module.css';
import { DataChart } from './data-chart.tsx';
import { DataFields } from './data-fields.tsx';
import { sweptParams, toConfig, toSweep } from './draft.ts';
import { clearDraft } from './draft-storage.ts';
import { landIssues } from './server-issues.ts';
import { SweepFields } from './sweep-fields.tsx';
import { useBacktestForm, type BacktestFormModel } from './use-backtest-form.ts';

export function BacktestForm() {
  const t = useT();
  const navigate = useNavigate();
  const form = useBacktestForm();
  const mayTrade = useMay('trader');
  const { draft, spec, dataset, issues } = form;
  // The engine knows a run by its strategy's id only: no two could be told apart.
  const offeredName = [
    spec && strategyLabel(spec, t),
    dataset?.symbol ?? draft.kept.data?.symbol,
    draft.timeframe || dataset?.timeframe,
  ]
    .filter(Boolean)
    .join(' ');
  // Of a run that is repeated with something else, a name that was made tells the wrong thing.
  const unnamed = (choose: (id: string) => void) => (id: string) => {
    if (draft.name === offeredName) form.set({ name: '' });
    choose(id);
  };
  const model: BacktestFormModel = {
    ...form,
    chooseStrategy: unnamed(form.chooseStrategy),
    chooseDataset: unnamed(form.chooseDataset),
  };
  const [failure, setFailure] = useState<string | null>(null);
  const onError = (error: ProtocolError) => {
    const { landed, rest } = landIssues(error, draft, spec);
    model.setServerIssues(landed);
    setFailure(rest);
  };
  const run = useCommandMutation('backtest.run', {
    meta: { quiet: true },
    onSuccess: ({ backtest_id }) => {
      clearDraft();
      navigate(paths.backtest(backtest_id));
    },
    onError,
  });
  const sweep = useCommandMutation('sweep.run', {
    meta: { quiet: true },
    onSuccess: ({ sweep_id }) => {
      clearDraft();
      navigate(paths.sweep(sweep_id));
    },
    onError,
  });
  const pending = run.isPending || sweep.isPending;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!spec || pending || !mayTrade) return;
    setFailure(null);
    model.showAll();
    if (Object.keys(issues).length > 0) {
      const fields = event.currentTarget;
      // The fields are marked with the next drawing.
      requestAnimationFrame(() => fields.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
      return;
    }
    if (draft.sweep) sweep.mutate({ name: offeredName, ...toSweep(draft, spec) });
    else run.mutate({ name: offeredName, ...toConfig(draft, spec) });
  };

  if (model.loadError) return <ErrorState error={model.loadError} onRetry={model.retry} />;
  if (!model.specs || !model.datasets) {
    return (
      <div className={css.waiting}>
        <SkeletonRows rows={12} />
      </div>
    );
  }
  return (
    <form className={css.form} onSubmit={submit} noValidate aria-label={t('backtests.new_backtest')}>
      <StrategyPanel model={model} />
      <Panel title={t('backtests.settings')} className={css.column ?? ''}>
        <div className={`${css.fields ?? ''} ${css.padded ?? ''}`}>
          <DataFields model={model} />
          <Field label={t('backtests.name')} hint={t('backtests.name_hint')} error={model.shown['name']}>
            <Input
              autoComplete="off"
              maxLength={80}
              placeholder={offeredName}
              value={draft.name}
              onChange={(event) => model.set({ name: event.target.value })}
            />
          </Field>
          <Field label={t('backtests.path')} hint={t('backtests.path_hint')} error={model.shown['path']}>
            <Select
              value={draft.path}
              onChange={(event) => model.set({ path: event.target.value === 'core' ? 'core' : 'fast' })}
            >
              <option value="fast">{t('backtests.path_fast')}</option>
              <option value="core">{t('backtests.path_core')}</option>
            </Select>
          </Field>
        </div>
        <div className={css.submit}>
          {model.badLink && <p className="warn">{t('backtests.draft_bad_link')}</p>}
          {failure !== null && (
            <p className="down" role="alert">
              {failure}
            </p>
          )}
          <Button
            type="submit"
            variant="primary"
            pending={pending}
            disabledReason={mayTrade ? undefined : t('backtests.needs_trader')}
          >
            {pending
              ? t('backtests.running_request')
              : draft.sweep
                ? t('backtests.run_sweep')
                : t('backtests.run_backtest')}
          </Button>
          <Button variant="ghost" onClick={model.reset}>
            {t('backtests.reset')}
          </Button>
        </div>
      </Panel>
      <DataChart model={model} />
    </form>
  );
}

function StrategyPanel({ model }: { readonly model: BacktestFormModel }) {
  const t = useT();
  const { draft, specs = [], spec, dataset, shown } = model;
  const [base, quote] = dataset?.symbol.split('-') ?? [];
  const swept = new Set(spec ? sweptParams(draft, spec).map(({ name }) => name) : []);
  return (
    <Panel
      title={t('backtests.params')}
      className={css.column ?? ''}
      actions={spec?.kind === 'grid' && dataset && <Suggest model={model} />}
    >
      <div className={`${css.fields ?? ''} ${css.padded ?? ''}`}>
        <Field
          label={t('backtests.strategy')}
          error={shown['strategy']}
          hint={spec && strategyAbout(spec, t)}
          className={css.across ?? ''}
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
        {spec?.params
          .filter(({ name }) => !swept.has(name))
          .map((param) => (
            <ParamField
              key={`${spec.id} ${param.name}`}
              param={param}
              value={draft.params[param.name] ?? ''}
              error={shown[`params.${param.name}`]}
              currencies={{ quote, base }}
              onChange={(value) => model.setParam(param.name, value)}
            />
          ))}
        <Switch
          className={css.across ?? ''}
          label={t('backtests.sweep_params')}
          checked={draft.sweep}
          onChange={(event) => model.set({ sweep: event.target.checked })}
        />
        {draft.sweep && <SweepFields model={model} />}
      </div>
    </Panel>
  );
}

function Suggest({ model }: { readonly model: BacktestFormModel }) {
  const t = useT();
  const [state, setState] = useState<'idle' | 'pending' | 'failed'>('idle');
  const suggest = async () => {
    setState('pending');
    setState((await model.suggest()) ? 'idle' : 'failed');
  };
  return (
    <>
      {state === 'failed' && (
        <span role="alert" className="down">
          {t('backtests.suggest_failed')}
        </span>
      )}
      <Button
        size="s"
        pending={state === 'pending'}
        title={t('backtests.suggest_title')}
        onClick={() => void suggest()}
      >
        {t('backtests.suggest')}
      </Button>
    </>
  );
}
