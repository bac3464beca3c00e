/** A run's trades and fills as CSV: exact figures where there are some, UTC times. */
import type { BacktestFill, BacktestTrade } from '#protocol/backtest-shapes.ts';
import { csvText } from '#ui/csv.ts';

const TRADE_COLUMNS = [
  'number',
  'side',
  'level',
  'entry_time',
  'exit_time',
  'entry_price',
  'exit_price',
  'amount',
  'pnl',
  'return',
  'fees',
  'bars',
] as const;

export function tradesCsv(trades: readonly BacktestTrade[]): string {
  const rows = trades.map((trade) =>
    TRADE_COLUMNS.map((column) => {
      if (column === 'entry_time') return new Date(trade.entry_ts).toISOString();
      return column === 'exit_time' ? new Date(trade.exit_ts).toISOString() : trade[column];
    }),
  );
  return csvText([TRADE_COLUMNS, ...rows]);
}

const FILL_COLUMNS = ['time', 'side', 'level', 'price', 'amount', 'fee', 'realized_pnl'] as const;

export function fillsCsv(fills: readonly BacktestFill[]): string {
  const rows = fills.map((fill) =>
    FILL_COLUMNS.map((column) =>
      column === 'time' ? new Date(fill.ts).toISOString() : (fill.exact?.[column] ?? fill[column]),
    ),
  );
  return csvText([FILL_COLUMNS, ...rows]);
}

/** Of what a run is called, what every file system takes. */
export function fileName(name: string, id: string, ending: string): string {
  const safe = name.replaceAll(/[^\p{L}\p{N}_.-]+/gu, '-').replaceAll(/^-+|-+$/g, '');
  return `${safe === '' ? 'backtest' : safe}-${id}${ending}`;
}
