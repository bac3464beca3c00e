/** Which instruments of different venues are the same thing, and what their prices say of each other. */
import type { SourceInstrument } from './source.ts';

/**
 * Equal for the same pair wherever it is traded: `BTC-USDT`, `BTC/USDT` and `BTCUSDT` give `BTC/USDT`; `BTC-USDT-SWAP`
 * is another thing and gives `BTC/USDT:SWAP`. `null`: an outcome of a question, or a symbol that does not name its pair.
 */
export function pairKey({
  symbol,
  base,
  quote,
  prediction,
}: Pick<SourceInstrument, 'symbol' | 'base' | 'quote' | 'prediction'>): string | null {
  if (prediction !== undefined) return null;
  const [name, first, second] = [symbol, base, quote].map((text) => text.toUpperCase().replace(/[^\p{L}\p{N}]/gu, ''));
  if (!name || !first || !second || !name.startsWith(first + second)) return null;
  const rest = name.slice(first.length + second.length);
  return `${first}/${second}${rest === '' ? '' : `:${rest}`}`;
}

/** The best prices of one instrument; `null`: that side is empty or not told. */
export interface Quote {
  readonly bid: string | null;
  readonly ask: string | null;
}

/** `null`: one side is missing. */
export function midOf({ bid, ask }: Quote): number | null {
  if (bid === null || ask === null) return null;
  const mid = (Number(bid) + Number(ask)) / 2;
  return mid > 0 && Number.isFinite(mid) ? mid : null;
}

/** How far `mid` is above `reference`, in percent. */
export function differencePct(mid: number, reference: number): number {
  return (mid / reference - 1) * 100;
}

export interface Cross<T> {
  /** Where the lowest ask is. */
  readonly buyAt: T;
  /** Where the highest bid is. */
  readonly sellAt: T;
  /** Highest bid − lowest ask, in percent of their middle; above zero the prices of the two cross. Before fees. */
  readonly pct: number;
}

/** The best way to buy at one and sell at another; `null` unless two different ones quote. */
export function bestCross<T extends Quote>(quotes: readonly T[]): Cross<T> | null {
  let best: Cross<T> | null = null;
  for (const buyAt of quotes) {
    for (const sellAt of quotes) {
      if (buyAt === sellAt || buyAt.ask === null || sellAt.bid === null) continue;
      const [ask, bid] = [Number(buyAt.ask), Number(sellAt.bid)];
      const pct = ((bid - ask) / ((bid + ask) / 2)) * 100;
      if (Number.isFinite(pct) && (best === null || pct > best.pct)) best = { buyAt, sellAt, pct };
    }
  }
  return best;
}

/** The pairs that are traded at more than one venue, with their instruments in the order given. */
export function sharedPairs<T extends Parameters<typeof pairKey>[0] & { readonly venue: string }>(
  instruments: readonly T[],
): ReadonlyMap<string, readonly T[]> {
  const pairs = new Map<string, T[]>();
  for (const instrument of instruments) {
    const key = pairKey(instrument);
    if (key === null) continue;
    const known = pairs.get(key);
    if (!known) pairs.set(key, [instrument]);
    // A venue that lists a pair twice is not two venues.
    else if (!known.some(({ venue }) => venue === instrument.venue)) known.push(instrument);
  }
  return new Map([...pairs].filter(([, listed]) => listed.length > 1));
}
