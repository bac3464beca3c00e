/** The head of a strategy's page: what it is, how it is, and at the right what can be done. */
import type { ReactNode } from 'react';
import type { StrategyView } from '#protocol/strategy-shapes.ts';
import type { ListedInstrument } from '#queries/instruments.ts';
import { useFreshness } from '#stores/connection.ts';
import { formatMoney } from '#ui/format/numbers.ts';
import { reasonText } from '#ui/format/reason-text.ts';
import { paramLabel, strategyLabel } from '#ui/format/strategy-words.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { StrategyStateTag } from '#ui/strategy-tags.tsx';
import { Tag } from '#ui/tag.tsx';
import css from './strategy-detail.module.css';

/** What only tells a backtest how to end or to short says nothing of a live one. */
const UNTOLD: ReadonlySet<string> = new Set(['allow_short', 'execution', 'close_at', 'whole_units']);

export function StrategyTitle(props: {
  readonly strategy: StrategyView;
  readonly instrument: ListedInstrument | undefined;
  readonly children: ReactNode;
}) {
  const t = useT();
  const { strategy, instrument, children } = props;
  const { config, state, reason } = strategy;
  const stale = useFreshness() === 'stale';
  const label = strategyLabel({ id: config.strategy, label: config.strategy }, t);
  const params = Object.entries(config.params).filter(([name]) => !UNTOLD.has(name));
  return (
    <header className={css.title}>
      <h1>{config.name ?? label}</h1>
      <StrategyStateTag state={state} />
      {instrument?.simulated && <Tag tone="warn">SIM</Tag>}
      {stale && <Tag tone="warn">{t('strategies.stale')}</Tag>}
      <p className={css.summary}>
        {config.name !== undefined && `${label} · `}
        {config.symbol} {config.timeframe} ·{' '}
        {params.map(([name, value]) => `${paramLabel({ name, label: name }, t)} ${String(value)}`).join(', ')} ·{' '}
        {formatMoney(config.capital)} {instrument?.quote}
        {reason !== undefined && reason !== '' && <span className="warn"> · {reasonText(reason, t)}</span>}
      </p>
      <div className={css.actions}>{children}</div>
    </header>
  );
}
