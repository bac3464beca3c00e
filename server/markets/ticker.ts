/** The 24-hour figures of a ticker, from an instrument's own bars. */
import type { Ticker } from '#domain/market-data.ts';
import { formatUnits } from '#domain/order-book-units.ts';
import type { BarSeries, BarUnits } from './bars.ts';

const DAY_MS = 86_400_000;

export interface TickerSource extends BarUnits {
  readonly venue: string;
  readonly symbol: string;
  /** The shortest bars there are, the forming one included. */
  readonly bars: BarSeries;
  readonly bid: number | undefined;
  readonly ask: number | undefined;
}

/** `undefined` before the first price. Without any bar in the last 24 h, the figures are the last price. */
export function tickerOf(source: TickerSource, ts: number): Ticker | undefined {
  const { bars, priceDecimals, sizeDecimals } = source;
  const last = bars.last()?.close;
  if (last === undefined) return undefined;
  const day = bars.merged(bars.indexAt(ts - DAY_MS));
  const price = (units: number) => formatUnits(units, priceDecimals);
  return {
    venue: source.venue,
    instrument: source.symbol,
    ts,
    last: price(last),
    bid: source.bid === undefined ? null : price(source.bid),
    ask: source.ask === undefined ? null : price(source.ask),
    open24h: price(day?.open ?? last),
    high24h: price(day?.high ?? last),
    low24h: price(day?.low ?? last),
    volume24h: formatUnits(day?.volume ?? 0, sizeDecimals),
  };
}
