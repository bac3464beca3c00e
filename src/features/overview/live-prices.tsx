import { Link } from 'wouter';
import { useSelect } from '#stores/environment.tsx';
import { instrumentsStore } from '#stores/instruments.ts';
import { tickersStore } from '#stores/tickers.ts';
import { formatPct, formatPrice } from '#ui/format/numbers.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { Panel } from '#ui/panel.tsx';
import { paths } from '#ui/routing/routes.ts';
import { signTone } from '#ui/stat.tsx';
import { SkeletonRows } from '#ui/states.tsx';
import { Table } from '#ui/table.tsx';
import { Tag } from '#ui/tag.tsx';

/** Every instrument's last price and its change of the day. */
export function LivePrices() {
  const t = useT();
  const tickers = useSelect(tickersStore, (state) => state);
  const instruments = useSelect(instrumentsStore, (state) => state);
  const rows = [...tickers].map(([key, ticker]) => {
    const instrument = instruments.get(key);
    const open = Number(ticker.open24h);
    const change = open > 0 ? ((Number(ticker.last) - open) / open) * 100 : null;
    return { ...ticker, change, tick: instrument?.tickSize, simulated: instrument?.simulated ?? false };
  });
  rows.sort((a, b) => (a.instrument < b.instrument ? -1 : 1));
  return (
    <Panel title={t('overview.watch')}>
      {rows.length === 0 ? (
        <SkeletonRows rows={4} />
      ) : (
        <Table
          label={t('overview.watch')}
          rows={rows}
          rowKey={({ venue, instrument }) => `${venue} ${instrument}`}
          columns={[
            {
              key: 'pair',
              header: t('overview.pair'),
              cell: ({ venue, instrument, simulated }) => (
                <>
                  <Link href={paths.market(venue, instrument)}>{instrument}</Link>{' '}
                  {simulated && <Tag tone="warn">SIM</Tag>}
                </>
              ),
            },
            {
              key: 'last',
              header: t('overview.last'),
              align: 'end',
              cell: ({ last, tick }) => <strong className="num">{formatPrice(last, tick)}</strong>,
            },
            {
              key: 'change',
              header: t('overview.change'),
              align: 'end',
              cell: ({ change }) => <span className={signTone(change)}>{formatPct(change, { sign: true })}</span>,
            },
          ]}
        />
      )}
    </Panel>
  );
}
