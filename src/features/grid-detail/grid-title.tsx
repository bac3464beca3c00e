/** The head of a grid's page: what it is, how it is, and at the right what can be done. */
import type { ReactNode } from 'react';
import type { GridView } from '#protocol/shapes.ts';
import type { ListedInstrument } from '#queries/instruments.ts';
import { useFreshness } from '#stores/connection.ts';
import { formatMoney, formatPrice } from '#ui/format/numbers.ts';
import { formatAge } from '#ui/format/times.ts';
import { reasonText } from '#ui/format/reason-text.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { Tag, type TagTone } from '#ui/tag.tsx';
import css from './grid-detail.module.css';

const TONES: Readonly<Partial<Record<GridView['state'], TagTone>>> = {
  waiting: 'accent',
  starting: 'accent',
  running: 'up',
  paused: 'warn',
  stopping: 'warn',
  stop_loss: 'down',
  take_profit: 'up',
  error: 'down',
};

export function GridTitle(props: {
  readonly grid: GridView;
  readonly instrument: ListedInstrument | undefined;
  readonly children: ReactNode;
}) {
  const t = useT();
  const { grid, instrument, children } = props;
  const { config, status } = grid;
  const stale = useFreshness() === 'stale';
  const price = (value: number) => formatPrice(value, instrument?.tickSize);
  return (
    <header className={css.title}>
      <h1>{config.pair}</h1>
      <Tag tone={TONES[grid.state] ?? 'neutral'}>{t(`desk.state_${grid.state}`)}</Tag>
      {instrument?.simulated && <Tag tone="warn">SIM</Tag>}
      {stale && <Tag tone="warn">{t('grids.stale')}</Tag>}
      <p className={css.summary}>
        {config.name && <b>{config.name} · </b>}
        {price(config.lower_price)} – {price(config.upper_price)} · {t('grids.cells', { n: config.grid_count })},{' '}
        {t(config.spacing === 'geometric' ? 'grids.spacing_geometric' : 'grids.spacing_arithmetic')} ·{' '}
        {formatMoney(status.invested)} {instrument?.quote} · {formatAge((status.uptime_seconds ?? 0) * 1000)}
        {grid.reason !== undefined && grid.reason !== '' && (
          <span className="warn"> · {reasonText(grid.reason, t)}</span>
        )}
      </p>
      <div className={css.actions}>{children}</div>
    </header>
  );
}
