/** The bus's words → the push server's (P2). */
import type { BookSnapshot, Ticker } from '#domain/market-data.ts';
import type { FillView } from '#protocol/shapes.ts';

export type PushType =
  'connection_established' | 'price_update' | 'orderbook_update' | 'trade_executed' | 'system_status';

/** P1. */
export function pushFrame(type: PushType, data: object, ts: number): string {
  return JSON.stringify({ type, data, timestamp: new Date(ts).toISOString() });
}

/** P4: without data. */
export function pingFrame(ts: number): string {
  return JSON.stringify({ type: 'ping', timestamp: new Date(ts).toISOString() });
}

/** `undefined` before the first price. */
export function priceData(symbol: string, ticker: Ticker): object | undefined {
  const last = ticker.last ?? null;
  if (last === null) return undefined;
  return { symbol, price: Number(last), change_24h: change24h(ticker, Number(last)) };
}

/** A fraction; 0 where the market does not tell the price of a day ago. */
function change24h({ change24h: told, open24h }: Ticker, last: number): number {
  if (told !== undefined && told !== null) return Number(told);
  const open = Number(open24h ?? 0);
  return open > 0 ? (last - open) / open : 0;
}

export function bookData(symbol: string, { bids, asks }: BookSnapshot, depth: number): object {
  const levels = (side: BookSnapshot['bids']) =>
    side.slice(0, depth).map(([price, size]) => [Number(price), Number(size)]);
  return { symbol, bids: levels(bids), asks: levels(asks) };
}

/** `cost` is what the trade cost the account: its fee in quote. */
export function tradeData({ side, price, amount, fee, fee_currency }: FillView, base: string): object {
  return { side, price, quantity: amount, cost: fee_currency === base ? fee * price : fee };
}
