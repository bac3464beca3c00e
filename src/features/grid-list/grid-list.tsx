/** All grids: state, range with the price in it, and what they earned. */
import { useMemo } from 'react';
import { Link } from 'wouter';
import { useStore } from 'zustand';
import type { GridState, GridView } from '#protocol/shapes.ts';
import { findInstrument, type ListedInstrument, useInstruments } from '#queries/instruments.ts';
import { useInstance } from '#stores/environment.tsx';
import { gridsStore } from '#stores/grids-store.ts';
import { buttonClass } from '#ui/button.tsx';
import { formatMoney, formatPct, formatPrice } from '#ui/format/numbers.ts';
import { formatAge } from '#ui/format/times.ts';
import { reasonText } from '#ui/format/reason-text.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { Panel } from '#ui/panel.tsx';
import { paths } from '#ui/routing/routes.ts';
import { oneOf, useNavigate, useSearchState } from '#ui/routing/use-search-state.ts';
import { Segmented } from '#ui/segmented.tsx';
import { signTone } from '#ui/stat.tsx';
import { EmptyState, ErrorState, SkeletonRows } from '#ui/states.tsx';
import { type Column, Table } from '#ui/table.tsx';
import { Tag, type TagTone } from '#ui/tag.tsx';
import css from './grid-list.module.css';
import { RangeBar } from './range-bar.tsx';

const TONES: Readonly<Record<GridState, TagTone>> = {
  waiting: 'accent',
  starting: 'accent',
  running: 'up',
  paused: 'warn',
  stopping: 'warn',
  stopped: 'neutral',
  stop_loss: 'down',
  take_profit: 'up',
  error: 'down',
};
const ENDED: ReadonlySet<GridState> = new Set(['stopped', 'stop_loss', 'take_profit', 'error']);
const FILTERS = ['all', 'active', 'ended'] as const;

export function GridList({ className }: { readonly className?: string }) {
  const t = useT();
  const navigate = useNavigate();
  const store = useInstance(gridsStore);
  const { status, error, grids } = useStore(store);
  const instruments = useInstruments().data?.instruments;
  const [filter, setFilter] = useSearchState('show', 'all', oneOf(FILTERS));
  const rows = useMemo(() => {
    const shown = [...grids.values()].filter(
      ({ state }) => filter === 'all' || ENDED.has(state) === (filter === 'ended'),
    );
    // Those at work first, the newest of each on top.
    return shown.sort((a, b) => Number(ENDED.has(a.state)) - Number(ENDED.has(b.state)) || b.created_at - a.created_at);
  }, [grids, filter]);
  const instrumentOf = (grid: GridView): ListedInstrument | undefined =>
    instruments && findInstrument(instruments, grid.config.venue, grid.config.pair);
  const figure = (grid: GridView, name: 'realized_pnl' | 'unrealized_pnl' | 'grid_profit') =>
    grid.status.exact?.[name] ?? grid.status[name];
  const gain = (value: string | number | undefined) => (
    <span className={signTone(value)}>{formatMoney(value, { sign: true })}</span>
  );

  const columns: Column<GridView>[] = [
    {
      key: 'pair',
      header: t('grids.pair'),
      cell: (grid) => (
        <span className={css.name}>
          <Link href={paths.grid(grid.id)} onClick={(event) => event.stopPropagation()}>
            {grid.config.pair}
          </Link>
          {instrumentOf(grid)?.simulated && <Tag tone="warn">SIM</Tag>}
          {grid.config.name && <span className="dim">{grid.config.name}</span>}
        </span>
      ),
    },
    {
      key: 'state',
      header: t('grids.state'),
      cell: (grid) => (
        <span title={grid.reason && reasonText(grid.reason, t)}>
          <Tag tone={TONES[grid.state]}>{t(`desk.state_${grid.state}`)}</Tag>
        </span>
      ),
    },
    {
      key: 'range',
      header: t('grids.range'),
      cell: (grid) => (
        <RangeBar
          lower={grid.config.lower_price}
          upper={grid.config.upper_price}
          price={grid.status.current_price}
          format={(price) => formatPrice(price, instrumentOf(grid)?.tickSize)}
        />
      ),
    },
    {
      key: 'total',
      header: t('grids.total_pnl'),
      align: 'end',
      cell: (grid) => gain(grid.status.realized_pnl + grid.status.unrealized_pnl),
    },
    {
      key: 'profit',
      header: t('grids.grid_profit'),
      align: 'end',
      wide: true,
      cell: (grid) => gain(figure(grid, 'grid_profit')),
    },
    {
      key: 'annualised',
      header: t('grids.annualised'),
      align: 'end',
      wide: true,
      cell: (grid) => formatPct(grid.status.annualised == null ? null : grid.status.annualised * 100, { decimals: 1 }),
    },
    {
      key: 'invested',
      header: t('grids.invested'),
      align: 'end',
      wide: true,
      cell: (grid) => formatMoney(grid.status.exact?.invested ?? grid.status.invested),
    },
    {
      key: 'uptime',
      header: t('grids.uptime'),
      align: 'end',
      wide: true,
      cell: (grid) => formatAge((grid.status.uptime_seconds ?? 0) * 1000),
    },
  ];

  const newGrid = (
    <Link href={paths.newGrid()} className={buttonClass({ variant: 'primary' })}>
      {t('grids.new_grid')}
    </Link>
  );
  return (
    <Panel
      title={t('grids.grids')}
      {...(className !== undefined && { className })}
      aside={
        <Segmented
          label={t('grids.show')}
          value={filter}
          options={FILTERS.map((value) => ({ value, label: t(`grids.show_${value}`) }))}
          onChange={setFilter}
        />
      }
      actions={newGrid}
    >
      {status === 'loading' ? (
        <SkeletonRows rows={8} />
      ) : status === 'error' && error ? (
        <ErrorState error={error} onRetry={store.retry} />
      ) : grids.size === 0 ? (
        <EmptyState title={t('grids.none')} text={t('grids.none_text')} action={newGrid} />
      ) : rows.length === 0 ? (
        <EmptyState title={t('grids.none_shown')} />
      ) : (
        <Table
          label={t('grids.grids')}
          columns={columns}
          rows={rows}
          rowKey={(grid) => grid.id}
          onRowClick={(grid) => navigate(paths.grid(grid.id))}
        />
      )}
    </Panel>
  );
}
