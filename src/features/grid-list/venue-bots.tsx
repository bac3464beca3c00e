/** The region *On the exchange*: grid bots that a venue itself runs (O16). To look at; they are steered there. */
import type { VenueBot } from '#domain/account.ts';
import { accountsStore, type AccountView } from '#stores/accounts.ts';
import { useSelect } from '#stores/environment.tsx';
import { formatCount, formatMoney, formatPct, formatPrice } from '#ui/format/numbers.ts';
import { venueName } from '#ui/format/venue-name.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { Panel } from '#ui/panel.tsx';
import { signTone } from '#ui/stat.tsx';
import { type Column, Table } from '#ui/table.tsx';
import { Tag } from '#ui/tag.tsx';
import css from './grid-list.module.css';
import { RangeBar } from './range-bar.tsx';

interface BotRow {
  readonly account: AccountView;
  readonly bot: VenueBot;
}

/** Nothing where no venue runs any. */
export function VenueBots({ className }: { readonly className?: string }) {
  const t = useT();
  const accounts = useSelect(accountsStore, (state) => state.accounts);
  const rows = accounts.flatMap((account) => (account.bots ?? []).map((bot): BotRow => ({ account, bot })));
  if (rows.length === 0) return null;
  const gain = (value: string | null) => <span className={signTone(value)}>{formatMoney(value, { sign: true })}</span>;
  const columns: Column<BotRow>[] = [
    {
      key: 'pair',
      header: t('grids.pair'),
      cell: ({ account, bot }) => (
        <span className={css.name} title={bot.id}>
          <b>{bot.symbol}</b>
          <span className="dim">{venueName(account.name)}</span>
          {account.stale && <Tag tone="warn">{t('grids.stale')}</Tag>}
        </span>
      ),
    },
    { key: 'state', header: t('grids.state'), cell: ({ bot }) => <Tag>{bot.state}</Tag> },
    {
      key: 'range',
      header: t('grids.range'),
      cell: ({ bot }) => (
        <RangeBar lower={Number(bot.lowerPrice)} upper={Number(bot.upperPrice)} price={0} format={formatPrice} />
      ),
    },
    {
      key: 'count',
      header: t('grids.grid_count'),
      align: 'end',
      wide: true,
      cell: ({ bot }) => `${formatCount(bot.gridCount)} · ${t(`grids.spacing_${bot.spacing}`)}`,
    },
    { key: 'total', header: t('grids.total_pnl'), align: 'end', cell: ({ bot }) => gain(bot.totalPnl) },
    {
      key: 'profit',
      header: t('grids.grid_profit'),
      align: 'end',
      wide: true,
      cell: ({ bot }) => gain(bot.gridProfit),
    },
    {
      key: 'float',
      header: t('grids.unrealized_pnl'),
      align: 'end',
      wide: true,
      cell: ({ bot }) => gain(bot.floatProfit),
    },
    {
      key: 'annualised',
      header: t('grids.annualised'),
      align: 'end',
      wide: true,
      cell: ({ bot }) => formatPct(bot.annualised === null ? null : Number(bot.annualised) * 100, { decimals: 1 }),
    },
    {
      key: 'invested',
      header: t('grids.invested'),
      align: 'end',
      wide: true,
      cell: ({ bot }) => formatMoney(bot.investment),
    },
  ];
  return (
    <Panel
      title={t('grids.on_exchange')}
      aside={<span className="dim">{t('grids.on_exchange_text')}</span>}
      {...(className !== undefined && { className })}
    >
      <Table
        label={t('grids.on_exchange')}
        columns={columns}
        rows={rows}
        rowKey={({ account, bot }) => `${account.venue} ${bot.id}`}
      />
    </Panel>
  );
}
