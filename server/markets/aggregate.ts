/** Bars of every interval from prints or shorter bars, and the questions asked of them. */
import { INTERVAL_MS, INTERVALS, type Candle, type Interval } from '#domain/market-data.ts';
import { BarSeries, toCandle, type Bar, type BarUnits } from './bars.ts';
import type { CandleRange } from './market.ts';

interface Resampled {
  readonly interval: Interval;
  readonly ms: number;
  readonly series: BarSeries;
  /** The last bar is still forming. */
  open: boolean;
  /** It changed since it was last asked for. */
  dirty: boolean;
  /** So many of the first bars are closed and were taken as such. */
  taken: number;
}

export interface BarEvent {
  readonly interval: Interval;
  readonly candle: Candle;
}

/** The history of one instrument in its own interval and every longer one. Bars open at whole multiples in UTC. */
export class BarHistory {
  readonly #units: BarUnits;
  readonly #all: readonly Resampled[];

  /** `base` is what the shortest bars take, e.g. one minute; the intervals it divides are kept. */
  constructor(units: BarUnits, baseMs: number) {
    this.#units = units;
    this.#all = INTERVALS.filter((interval) => INTERVAL_MS[interval] % baseMs === 0).map((interval) => ({
      interval,
      ms: INTERVAL_MS[interval],
      series: new BarSeries(),
      open: false,
      dirty: false,
      taken: 0,
    }));
  }

  /** Bars of one interval; `undefined` where the base does not divide it. */
  series(interval: Interval): BarSeries | undefined {
    return this.#find(interval)?.series;
  }

  /** Takes in a print or a bar no longer than the base, at or after everything before it. */
  add(part: Bar): void {
    for (const resampled of this.#all) {
      const { series, ms } = resampled;
      const ts = part.ts - (part.ts % ms);
      if (resampled.open && series.last()?.ts === ts) {
        series.extend(part);
      } else {
        series.push({ ...part, ts });
        resampled.open = true;
      }
      resampled.dirty = true;
    }
  }

  /** Closes the bars whose time is over at `now`. */
  closeUntil(now: number): void {
    for (const resampled of this.#all) {
      const last = resampled.open ? resampled.series.last() : undefined;
      if (last !== undefined && last.ts + resampled.ms <= now) resampled.open = false;
    }
  }

  /** The bars closed since the last call, each interval's oldest first. */
  takeClosed(): readonly BarEvent[] {
    const closed: BarEvent[] = [];
    for (const resampled of this.#all) {
      const end = closedBars(resampled);
      for (let i = resampled.taken; i < end; i++) {
        const bar = resampled.series.at(i);
        if (bar) closed.push({ interval: resampled.interval, candle: toCandle(bar, this.#units, true) });
      }
      resampled.taken = end;
    }
    return closed;
  }

  /** Counts everything so far as taken: history is no news. */
  settle(): void {
    for (const resampled of this.#all) {
      resampled.taken = closedBars(resampled);
      resampled.dirty = false;
    }
  }

  /** The forming bars that changed since the last call. */
  takeForming(): readonly BarEvent[] {
    const forming: BarEvent[] = [];
    for (const resampled of this.#all) {
      const last = resampled.open && resampled.dirty ? resampled.series.last() : undefined;
      resampled.dirty = false;
      if (last !== undefined) {
        forming.push({ interval: resampled.interval, candle: toCandle(last, this.#units, false) });
      }
    }
    return forming;
  }

  /** As `Market.candles` answers. */
  candles(interval: Interval, { from, to, limit }: CandleRange): Candle[] {
    const resampled = this.#find(interval);
    if (resampled === undefined) return [];
    const { series } = resampled;
    const end = to === undefined ? series.length : series.indexAt(to + 1);
    const start = from === undefined ? Math.max(0, end - limit) : series.indexAt(from);
    const candles: Candle[] = [];
    for (let i = start; i < Math.min(end, start + limit); i++) {
      const bar = series.at(i);
      if (bar) candles.push(toCandle(bar, this.#units, !(resampled.open && i === series.length - 1)));
    }
    return candles;
  }

  dropBefore(ts: number): void {
    for (const resampled of this.#all) {
      const dropped = resampled.series.dropBefore(ts);
      resampled.taken = Math.max(0, resampled.taken - dropped);
    }
  }

  #find(interval: Interval): Resampled | undefined {
    return this.#all.find((resampled) => resampled.interval === interval);
  }
}

function closedBars({ series, open }: Resampled): number {
  return series.length - (open ? 1 : 0);
}
