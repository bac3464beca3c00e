/** What the ladder shows, computed from a book: as text ready to draw. */
import type { DepthRow, OrderBook } from '#domain/order-book.ts';
import { formatUnits } from '#domain/order-book-units.ts';

export interface LadderRow {
  /** Plain decimal text. */
  readonly price: string;
  readonly size: string;
  readonly total: string;
  /** Share of the deeper side's total, 0 … 1. */
  readonly share: number;
  readonly own: boolean;
}

export interface LadderView {
  /** Best first. */
  readonly asks: readonly LadderRow[];
  readonly bids: readonly LadderRow[];
  /** `null`: one side is empty. Of a crossed book: by how much the sides overlap. */
  readonly spread: string | null;
  /** The best bid is at or above the best ask. */
  readonly crossed: boolean;
  /** Share of the bids in what is shown, 0 … 1. */
  readonly bidShare: number;
}

export interface OwnOrder {
  readonly side: 'buy' | 'sell';
  readonly price: number;
}

/** The rows of both sides, `ticks` to a row; `own` orders mark the row their price falls in. */
export function ladderView(book: OrderBook, rows: number, ticks: number, own: readonly OwnOrder[]): LadderView {
  const asks = book.depth('ask', rows, ticks);
  const bids = book.depth('bid', rows, ticks);
  const [askTotal, bidTotal] = [asks.at(-1)?.total ?? 0, bids.at(-1)?.total ?? 0];
  const deepest = Math.max(askTotal, bidTotal) || 1;
  const mine = {
    ask: ownRows(book, asks, own, 'sell'),
    bid: ownRows(book, bids, own, 'buy'),
  };
  const toRow = (side: 'ask' | 'bid') => (row: DepthRow) => ({
    price: formatUnits(row.price, book.priceDecimals),
    size: formatUnits(row.size, book.sizeDecimals),
    total: formatUnits(row.total, book.sizeDecimals),
    share: row.total / deepest,
    own: mine[side].has(row.price),
  });
  const spread = book.spread();
  return {
    asks: asks.map(toRow('ask')),
    bids: bids.map(toRow('bid')),
    spread: spread === undefined ? null : formatUnits(Math.abs(spread), book.priceDecimals),
    crossed: spread !== undefined && spread <= 0,
    bidShare: askTotal + bidTotal === 0 ? 0.5 : bidTotal / (askTotal + bidTotal),
  };
}

/** Bids are grouped down, asks up: a row holds the prices between itself and the next better one. */
function ownRows(book: OrderBook, rows: readonly DepthRow[], own: readonly OwnOrder[], side: OwnOrder['side']) {
  const marked = new Set<number>();
  const scale = 10 ** book.priceDecimals;
  for (const order of own) {
    if (order.side !== side) continue;
    const units = Math.round(order.price * scale);
    const row = rows.find(({ price }) => (side === 'buy' ? price <= units : price >= units));
    if (row) marked.add(row.price);
  }
  return marked;
}
