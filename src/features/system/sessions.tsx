import { commandKey, useCommandMutation, useCommandQuery } from '#queries/commands.ts';
import { useQueries } from '#queries/query-client.ts';
import { Button } from '#ui/button.tsx';
import { formatTime } from '#ui/format/times.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { Panel } from '#ui/panel.tsx';
import { ErrorState, SkeletonRows } from '#ui/states.tsx';
import { Table } from '#ui/table.tsx';

/** Who is signed in where, for administrators. */
export function Sessions() {
  const t = useT();
  const queries = useQueries();
  const query = useCommandQuery('session.list', {});
  const revoke = useCommandMutation('session.revoke', {
    onSuccess: () => queries.invalidateQueries({ queryKey: commandKey('session.list') }),
  });
  return (
    <Panel title={t('system.sessions')}>
      {query.isPending ? (
        <SkeletonRows rows={2} />
      ) : query.isError ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <Table
          label={t('system.sessions')}
          rows={query.data.sessions}
          rowKey={({ id }) => id}
          columns={[
            { key: 'user', header: t('system.name'), cell: ({ user }) => user },
            {
              key: 'agent',
              header: t('system.agent'),
              wide: true,
              cell: ({ agent }) => <span title={agent}>{browserOf(agent)}</span>,
            },
            { key: 'seen', header: t('system.seen'), cell: ({ seen_at }) => formatTime(seen_at, 'short') },
            {
              key: 'revoke',
              header: '',
              align: 'end',
              cell: ({ id, user }) => (
                <Button size="s" variant="ghost" onClick={() => revoke.mutate({ id })}>
                  {t('system.revoke')}
                  <span className="visually-hidden"> {user}</span>
                </Button>
              ),
            },
          ]}
        />
      )}
    </Panel>
  );
}

/** The browser's name out of its user agent; good enough to tell one's own sessions apart. */
function browserOf(agent: string): string {
  return /(Firefox|Edg|OPR|Chrome|Safari)\/[\d.]+/.exec(agent)?.[1] ?? agent.slice(0, 24);
}
