/** What one writes first: one store, one `set` a message. */
import { create } from 'zustand';

export type Level = readonly [price: string, size: string];
export type Row = Readonly<Record<string, string>>;

interface Market {
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
  readonly trades: readonly Row[];
  readonly tickers: Readonly<Record<string, Row>>;
}

export const useMarket = create<Market>(() => ({ bids: [], asks: [], trades: [], tickers: {} }));

interface Frame {
  readonly arg?: { readonly channel: string };
  readonly data?: readonly (Row & { readonly bids: Level[]; readonly asks: Level[] })[];
  readonly event?: string;
}

const TAPE = 100;

export function receive(text: string): void {
  const { arg, data, event } = JSON.parse(text) as Frame;
  const [row] = data ?? [];
  if (event !== undefined || !arg || !row) return;
  if (arg.channel === 'tickers') {
    useMarket.setState(({ tickers }) => ({ tickers: { ...tickers, [row['instId'] ?? '']: row } }));
  } else if (arg.channel === 'trades') {
    useMarket.setState(({ trades }) => ({ trades: [row, ...trades].slice(0, TAPE) }));
  } else if (arg.channel === 'books') {
    useMarket.setState(({ bids, asks }) => ({ bids: merge(bids, row.bids, -1), asks: merge(asks, row.asks, 1) }));
  }
}

function merge(levels: readonly Level[], changes: readonly Level[], order: 1 | -1): Level[] {
  const byPrice = new Map(levels.map((level) => [level[0], level]));
  for (const change of changes) {
    if (change[1] === '0') byPrice.delete(change[0]);
    else byPrice.set(change[0], change);
  }
  return [...byPrice.values()].sort(([a], [b]) => (Number(a) - Number(b)) * order);
}
