/** What each cell of a grid did: a bar of its sales, its buys and what it made. */
import type { BacktestResult } from '#protocol/backtest-shapes.ts';
import { formatCount, formatMoney, formatPrice } from '#ui/format/numbers.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { signTone } from '#ui/stat.tsx';
import { VirtualTable } from '#ui/virtual-table.tsx';
import css from './backtest-result.module.css';

type Line = NonNullable<NonNullable<BacktestResult['result']>['lines']>[number];

export function LineTable({ lines }: { readonly lines: readonly Line[] }) {
  const t = useT();
  const most = Math.max(1, ...lines.map(({ buys, sells }) => buys + sells));
  // As on a price scale: the highest on top.
  const rows = [...lines].sort((a, b) => b.level - a.level);
  return (
    <VirtualTable<Line>
      label={t('backtests.line_fills')}
      rows={rows}
      rowKey={({ level }) => level}
      columns={[
        { key: 'level', header: t('backtests.level'), width: '64px', cell: ({ level }) => level },
        {
          key: 'prices',
          header: t('backtests.line_prices'),
          wide: true,
          cell: (line) => `${formatPrice(line.buy_price)} – ${formatPrice(line.sell_price)}`,
        },
        {
          key: 'bar',
          header: t('backtests.fills'),
          cell: ({ buys, sells }) => (
            <span className={css.bar} aria-hidden="true">
              <i className={css.buys} style={{ width: `${(buys / most) * 100}%` }} />
              <i className={css.sells} style={{ width: `${(sells / most) * 100}%` }} />
            </span>
          ),
        },
        {
          key: 'buys',
          header: t('backtests.buys'),
          align: 'end',
          width: '74px',
          cell: ({ buys }) => formatCount(buys),
        },
        {
          key: 'sells',
          header: t('backtests.sells'),
          align: 'end',
          width: '74px',
          cell: ({ sells }) => formatCount(sells),
        },
        {
          key: 'profit',
          header: t('backtests.pnl'),
          align: 'end',
          width: '110px',
          cell: ({ profit }) => <span className={signTone(profit)}>{formatMoney(profit, { sign: true })}</span>,
        },
      ]}
    />
  );
}
