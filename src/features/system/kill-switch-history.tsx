import { useCommandQuery } from '#queries/commands.ts';
import { formatTime } from '#ui/format/times.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { Panel } from '#ui/panel.tsx';
import { EmptyState, ErrorState, SkeletonRows } from '#ui/states.tsx';
import { Table } from '#ui/table.tsx';
import { Tag } from '#ui/tag.tsx';

const SHOWN = 50;

/** Who stopped trading when and why, and who allowed it again. */
export function KillSwitchHistory() {
  const t = useT();
  const query = useCommandQuery('system.kill_switch_history', { limit: SHOWN });
  const state = query.data && (
    <Tag tone={query.data.active ? 'down' : 'up'}>
      {t(query.data.active ? 'system.kill_active' : 'system.kill_inactive')}
    </Tag>
  );
  return (
    <Panel title={t('system.kill_switch')} aside={state}>
      {query.isPending ? (
        <SkeletonRows rows={3} />
      ) : query.isError ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : query.data.history.length === 0 ? (
        <EmptyState title={t('system.no_history')} />
      ) : (
        <Table
          label={t('system.kill_switch')}
          rows={query.data.history.map((entry, index) => ({ ...entry, index }))}
          rowKey={({ index }) => index}
          columns={[
            { key: 'time', header: t('system.time'), cell: ({ ts }) => formatTime(ts, 'short') },
            {
              key: 'event',
              header: t('system.event'),
              cell: ({ active }) => (
                <span className={active === true ? 'down' : 'up'}>
                  {t(active === true ? 'system.activated' : 'system.deactivated')}
                </span>
              ),
            },
            {
              key: 'reason',
              header: t('system.reason'),
              cell: ({ reason, affected, active }) => (
                <span
                  title={
                    active === true
                      ? t('system.stopped_text', { grids: affected.grids_stopped, orders: affected.orders_cancelled })
                      : undefined
                  }
                >
                  {reason}
                </span>
              ),
            },
            { key: 'by', header: t('system.by'), cell: ({ by }) => by ?? '–' },
          ]}
        />
      )}
    </Panel>
  );
}
