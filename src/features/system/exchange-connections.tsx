import { useSelect } from '#stores/environment.tsx';
import { exchangesStore } from '#stores/exchanges.ts';
import { formatCount, formatMoney } from '#ui/format/numbers.ts';
import { formatAge, formatTime } from '#ui/format/times.ts';
import { venueName } from '#ui/format/venue-name.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { Panel } from '#ui/panel.tsx';
import { EmptyState } from '#ui/states.tsx';
import { Table } from '#ui/table.tsx';
import { Tag } from '#ui/tag.tsx';
import { useNow } from '#ui/use-now.ts';

const TONES = { connected: 'up', disconnected: 'down', error: 'down' } as const;

export function ExchangeConnections() {
  const t = useT();
  const now = useNow();
  const exchanges = useSelect(exchangesStore, (state) => state.exchanges);
  return (
    <Panel title={t('system.exchanges')}>
      {exchanges.length === 0 ? (
        <EmptyState title={t('system.no_exchanges')} />
      ) : (
        <Table
          label={t('system.exchanges')}
          rows={exchanges}
          rowKey={({ venue }) => venue}
          columns={[
            { key: 'venue', header: t('system.venue'), cell: ({ venue }) => venueName(venue) },
            {
              key: 'state',
              header: t('system.state'),
              cell: ({ event, reason }) => (
                <span title={reason}>
                  <Tag tone={TONES[event]}>{t(`desk.exchange_${event}`)}</Tag>
                </span>
              ),
            },
            {
              key: 'latency',
              header: t('system.latency'),
              align: 'end',
              cell: ({ latency_ms }) => (latency_ms === undefined ? '–' : `${Math.round(latency_ms)} ms`),
            },
            {
              key: 'rate',
              header: t('system.rate'),
              align: 'end',
              cell: ({ messages_per_s }) => formatMoney(messages_per_s, { decimals: 1 }),
            },
            {
              key: 'last',
              header: t('system.last'),
              align: 'end',
              // An exchange that tells no more than its state tells that at least.
              cell: ({ last_message_at, reportedAt }) => (
                <span title={`${t('system.reported')}: ${formatTime(reportedAt, 'full')}`}>
                  {formatAge(now - (last_message_at ?? reportedAt))}
                </span>
              ),
            },
            {
              key: 'breaks',
              header: t('system.breaks'),
              align: 'end',
              cell: ({ reconnects, resyncs }) =>
                reconnects === undefined && resyncs === undefined ? (
                  '–'
                ) : (
                  <span title={t('system.breaks_text')}>
                    {formatCount(reconnects)} / {formatCount(resyncs)}
                  </span>
                ),
            },
          ]}
        />
      )}
    </Panel>
  );
}
