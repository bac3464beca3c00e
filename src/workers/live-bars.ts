/** Bars of venues that have no candle channel, from the prices as they come in. Exact, whatever digits prices have. */
import { compareDecimals, decimal, formatDecimal, unitsAt } from '#domain/decimal.ts';
import { INTERVAL_MS, INTERVALS, type Candle, type Interval } from '#domain/market-data.ts';

/** An interval: as many as a chart asks for at first. */
const KEPT_BARS = 1_000;

export class LiveBars {
  /** By symbol, then interval; oldest first. */
  readonly #series = new Map<string, Map<Interval, Candle[]>>();

  /** Takes in one price; `size` in base, `0` where only a price is known. Older ones than the last bar are late. */
  add(symbol: string, ts: number, price: string, size: string): void {
    const series = this.#series.get(symbol) ?? new Map<Interval, Candle[]>();
    this.#series.set(symbol, series);
    for (const interval of INTERVALS) {
      const bars = series.get(interval) ?? [];
      series.set(interval, bars);
      extend(bars, ts - (ts % INTERVAL_MS[interval]), price, size);
    }
  }

  /** Oldest first, the last still forming. */
  bars(symbol: string, interval: Interval): readonly Candle[] {
    return this.#series.get(symbol)?.get(interval) ?? [];
  }
}

function extend(bars: Candle[], ts: number, price: string, size: string): void {
  const last = bars.at(-1);
  if (last && ts < last.ts) return;
  if (last?.ts === ts) {
    bars[bars.length - 1] = {
      ...last,
      high: compareDecimals(decimal(price), decimal(last.high)) > 0 ? price : last.high,
      low: compareDecimals(decimal(price), decimal(last.low)) < 0 ? price : last.low,
      close: price,
      volume: sum(last.volume, size),
    };
    return;
  }
  if (last) bars[bars.length - 1] = { ...last, closed: true };
  bars.push({ ts, open: price, high: price, low: price, close: price, volume: size, closed: false });
  if (bars.length > KEPT_BARS) bars.shift();
}

function sum(a: string, b: string): string {
  const [left, right] = [decimal(a), decimal(b)];
  const scale = Math.max(left.scale, right.scale);
  return formatDecimal({ units: (unitsAt(left, scale) ?? 0n) + (unitsAt(right, scale) ?? 0n), scale });
}
