/** Orders and fills as rows of a CSV file: exact figures, UTC times, the venue's own ids. */
import type { FillRow, OrderRow, Row } from './account-rows.ts';

type CsvRow = readonly (string | null)[];

const time = (ts: number | null) => (ts === null ? null : new Date(ts).toISOString());
const title = ({ name, of }: Row<{ readonly symbol: string }>) => (name === of.symbol ? null : name);
const kind = ({ account }: Row<unknown>) => (account.paper ? 'paper' : 'real');

export function ordersCsv(rows: readonly OrderRow[]): CsvRow[] {
  return [
    ['time', 'account', 'money', 'order_id', 'symbol', 'title', 'side', 'price', 'size', 'filled', 'status', 'open'],
    ...rows.map((row) => {
      const { of, account } = row;
      const open = of.open ? 'yes' : 'no';
      return [
        time(of.ts),
        account.name,
        kind(row),
        of.id,
        of.symbol,
        title(row),
        of.side,
        of.price,
        of.size,
        of.filled,
        of.status,
        open,
      ];
    }),
  ];
}

export function fillsCsv(rows: readonly FillRow[]): CsvRow[] {
  return [
    [
      'time',
      'account',
      'money',
      'fill_id',
      'order_id',
      'symbol',
      'title',
      'side',
      'price',
      'size',
      'fee',
      'fee_currency',
      'status',
    ],
    ...rows.map((row) => {
      const { of, account } = row;
      return [
        time(of.ts),
        account.name,
        kind(row),
        of.id,
        of.orderId,
        of.symbol,
        title(row),
        of.side,
        of.price,
        of.size,
        of.fee,
        of.feeCurrency,
        of.status,
      ];
    }),
  ];
}
