/** The region *Catalog*: every strategy there is, what it does, and the way to start or to backtest it. */
import { Link } from 'wouter';
import type { BacktestConfig } from '#protocol/backtest-shapes.ts';
import type { StrategySpecView } from '#protocol/strategy-shapes.ts';
import { useCommandQuery } from '#queries/commands.ts';
import { useMay } from '#stores/connection.ts';
import { buttonClass } from '#ui/button.tsx';
import { choiceLabel, paramAbout, paramLabel, strategyAbout, strategyLabel } from '#ui/format/strategy-words.ts';
import type { Translate } from '#ui/i18n/i18n.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { Panel } from '#ui/panel.tsx';
import { configSearch } from '#ui/routing/config-search.ts';
import { paths } from '#ui/routing/routes.ts';
import { ErrorState, SkeletonRows } from '#ui/states.tsx';
import css from './strategy-list.module.css';

const COMMON: ReadonlySet<string> = new Set(['allow_short', 'whole_units', 'execution', 'close_at', 'fill_model']);

export function Catalog({ className }: { readonly className?: string }) {
  const t = useT();
  const { data, error, refetch } = useCommandQuery('strategy.catalog', {}, { staleTime: Infinity });
  return (
    <Panel
      title={t('strategies.catalog')}
      {...(className !== undefined && { className })}
      aside={<span className="dim">{t('strategies.catalog_text')}</span>}
    >
      {data ? (
        <ul className={css.catalog}>
          {data.strategies.map((spec) => (
            <Entry key={spec.id} spec={spec} />
          ))}
        </ul>
      ) : error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : (
        <SkeletonRows rows={8} />
      )}
    </Panel>
  );
}

function Entry({ spec }: { readonly spec: StrategySpecView }) {
  const t = useT();
  const mayTrade = useMay('trader');
  const label = strategyLabel(spec, t);
  const isGrid = spec.kind === 'grid';
  return (
    <li className={css.entry}>
      <h3>{label}</h3>
      <p className="dim">{strategyAbout(spec, t)}</p>
      <dl className={css.params}>
        {spec.params.filter(isOfItsOwn).map((param) => (
          <div key={param.name} title={paramAbout(param, t)}>
            <dt>{paramLabel(param, t)}</dt>
            <dd>{defaultText(param, t)}</dd>
          </div>
        ))}
      </dl>
      <div className={css.actions}>
        {mayTrade && (
          <Link
            href={isGrid ? paths.newGrid() : paths.newStrategy({ strategy: spec.id })}
            className={buttonClass({ size: 's' })}
            aria-label={t('strategies.start_named', { name: label })}
          >
            {t('strategies.start')}
          </Link>
        )}
        <Link
          href={paths.newBacktest({ config: configSearch(emptyRun(spec)) })}
          className={buttonClass({ size: 's', variant: 'ghost' })}
          aria-label={t('strategies.backtest_named', { name: label })}
        >
          {t('strategies.backtest')}
        </Link>
      </div>
    </li>
  );
}

/** The form there fills in what is left out. */
function emptyRun({ id }: StrategySpecView): BacktestConfig {
  return { strategy: id, params: {}, data: {} };
}

/** What it begins with and others do not: what has no value yet, or tells any run how to trade, is the form's. */
function isOfItsOwn({ name, default: value }: StrategySpecView['params'][number]): boolean {
  return value !== null && !COMMON.has(name);
}

function defaultText({ type, default: value }: StrategySpecView['params'][number], t: Translate): string {
  if (type === 'boolean') return t(value === true ? 'strategies.yes' : 'strategies.no');
  if (type === 'choice') return choiceLabel(String(value), t);
  return String(value);
}
