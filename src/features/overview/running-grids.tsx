import { Link } from 'wouter';
import type { GridState, GridView } from '#protocol/shapes.ts';
import { useInstance, useSelect } from '#stores/environment.tsx';
import { gridsStore } from '#stores/grids-store.ts';
import { buttonClass } from '#ui/button.tsx';
import { formatCount, formatMoney } from '#ui/format/numbers.ts';
import type { MessageKey } from '#ui/i18n/keys.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { Panel } from '#ui/panel.tsx';
import { paths } from '#ui/routing/routes.ts';
import { signTone } from '#ui/stat.tsx';
import { EmptyState, ErrorState, SkeletonRows } from '#ui/states.tsx';
import { Table } from '#ui/table.tsx';
import { Tag, type TagTone } from '#ui/tag.tsx';

/** The states of a grid that still does something, and how they look. */
const ACTIVE: Partial<Record<GridState, readonly [TagTone, MessageKey]>> = {
  running: ['up', 'overview.state_running'],
  starting: ['accent', 'overview.state_starting'],
  waiting: ['accent', 'overview.state_waiting'],
  paused: ['warn', 'overview.state_paused'],
  stopping: ['warn', 'overview.state_stopping'],
};

export function RunningGrids() {
  const t = useT();
  const { retry } = useInstance(gridsStore);
  const { status, error, grids } = useSelect(gridsStore, (state) => state);
  const active = [...grids.values()].filter(({ state }) => ACTIVE[state] !== undefined);
  const newGrid = (
    <Link href={paths.newGrid()} className={buttonClass({ variant: 'primary' })}>
      {t('overview.new_grid')}
    </Link>
  );
  return (
    <Panel
      title={t('overview.grids')}
      actions={active.length > 0 && <Link href={paths.grids()}>{t('overview.all_grids')}</Link>}
    >
      {error !== null && grids.size === 0 ? (
        <ErrorState error={error} onRetry={retry} />
      ) : status === 'loading' ? (
        <SkeletonRows rows={4} />
      ) : active.length === 0 ? (
        <EmptyState title={t('overview.nothing_runs')} text={t('overview.nothing_runs_text')} action={newGrid} />
      ) : (
        <GridTable grids={active} />
      )}
    </Panel>
  );
}

function GridTable({ grids }: { readonly grids: readonly GridView[] }) {
  const t = useT();
  const total = ({ status }: GridView) => status.realized_pnl + status.unrealized_pnl;
  return (
    <Table
      label={t('overview.grids')}
      rows={grids}
      rowKey={({ id }) => id}
      columns={[
        {
          key: 'pair',
          header: t('overview.pair'),
          cell: ({ id, config }) => <Link href={paths.grid(id)}>{config.name ?? config.pair}</Link>,
        },
        { key: 'state', header: t('overview.state'), cell: ({ state }) => <State state={state} /> },
        {
          key: 'cycles',
          header: t('overview.cycles'),
          align: 'end',
          wide: true,
          cell: ({ status }) => formatCount(status.cycles),
        },
        {
          key: 'grid_profit',
          header: t('overview.grid_profit'),
          align: 'end',
          cell: ({ status }) => formatMoney(status.exact?.['grid_profit'] ?? status.grid_profit, { sign: true }),
        },
        {
          key: 'pnl',
          header: t('overview.pnl'),
          align: 'end',
          cell: (grid) => <span className={signTone(total(grid))}>{formatMoney(total(grid), { sign: true })}</span>,
        },
      ]}
    />
  );
}

function State({ state }: { readonly state: GridState }) {
  const t = useT();
  const look = ACTIVE[state];
  return look ? <Tag tone={look[0]}>{t(look[1])}</Tag> : null;
}
