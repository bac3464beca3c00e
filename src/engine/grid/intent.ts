/** An order as it would be placed now, before risk has seen it. */
import { notional, type Rules } from '../instrument-rules.ts';
import type { OrderIntent } from '../risk/gate.ts';
import type { Book } from './host.ts';

/** G5: an order of ours that would cross the book fills at once; without a book none does. */
export function orderIntent(
  rules: Rules,
  order: Pick<OrderIntent, 'level' | 'side' | 'price' | 'amount'>,
  book: Book | null,
): OrderIntent {
  const { level, side, price, amount } = order;
  const marketable =
    book !== null && (side === 'buy' ? book.ask > 0 && book.ask <= price : book.bid > 0 && book.bid >= price);
  return { level, side, price, amount, notional: notional(rules, amount, price), marketable };
}
