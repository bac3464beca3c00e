/**
 * Closed bars for the strategies of one market: each exactly once and in order of time. What a connection missed is
 * asked for before what came after it.
 */
import { INTERVAL_MS, type Candle, type Interval } from '#domain/market-data.ts';
import type { Engine } from '#engine/engine.ts';
import type { EngineEvent } from '#engine/events.ts';
import { hasEnded, type WarmupBar } from '#engine/strategy/machine/state.ts';
import { ProtocolError } from '#protocol/errors.ts';
import type { Market } from '#server/markets/market.ts';

export interface StrategyBarsOptions {
  readonly market: Market;
  readonly event: (event: EngineEvent) => void;
  /** `undefined` where a price of the bar does not fit the instrument. */
  readonly candleEvent: (symbol: string, interval: Interval, candle: Candle) => CandleEvent | undefined;
  readonly warn: (message: string) => void;
}

export type CandleEvent = Extract<EngineEvent, { type: 'candle' }>;

/** The bars of one symbol and interval that some strategy lives on. */
interface Series {
  readonly symbol: string;
  readonly interval: Interval;
  /** Open time of the last bar handed to the core. */
  last: number;
  /** Bars that came while older ones were asked for. */
  waiting: Candle[] | undefined;
}

/** The most bars one request brings; months of minutes are not a pause any more. */
const MAX_BARS = 20_000;

export class StrategyBars {
  readonly market: Market;
  readonly #o: StrategyBarsOptions;
  readonly #series = new Map<string, Series>();

  constructor(options: StrategyBarsOptions) {
    this.market = options.market;
    this.#o = options;
  }

  /** The engine was made anew, from the disk: what its strategies have seen counts. */
  restart(engine: Engine): void {
    this.#series.clear();
    this.follow(engine);
  }

  /** Follows what the core's strategies of this market follow, and nothing else. */
  follow(engine: Engine): void {
    const needed = new Set<string>();
    for (const { state, setup, last_bar } of engine.strategies()) {
      if (setup.venue !== this.market.venue || hasEnded(state)) continue;
      const series = this.#seriesOf(setup.symbol, setup.timeframe);
      // Where it has seen less than the others, the next bar finds the hole.
      series.last = Math.min(series.last, last_bar ?? -1);
      needed.add(nameOf(setup.symbol, setup.timeframe));
    }
    for (const name of this.#series.keys()) if (!needed.has(name)) this.#series.delete(name);
  }

  /** What the market says of any bar. */
  take(symbol: string, interval: Interval, candle: Candle): void {
    const series = this.#series.get(nameOf(symbol, interval));
    if (!series || !candle.closed || candle.ts <= series.last) return;
    if (series.waiting) {
      series.waiting.push(candle);
      return;
    }
    const isNext = candle.ts === series.last + INTERVAL_MS[interval];
    // A market of bars plays them all, so that a hole in them is one in its data (G13).
    if (isNext || this.market.granularity === 'bars') return this.#deliver(series, candle);
    series.waiting = [candle];
    void this.#fillUp(series);
  }

  /** G18: the bars of the time away that closed by `until`, as events of the core. What fails is tried with the next bar. */
  async missed(until: number): Promise<readonly CandleEvent[]> {
    if (this.market.granularity === 'bars') return [];
    const events: CandleEvent[] = [];
    for (const series of this.#series.values()) {
      const { symbol, interval } = series;
      try {
        for (const candle of await this.#closedAfter(series, until)) {
          const event = this.#o.candleEvent(symbol, interval, candle);
          if (event) events.push(event);
          series.last = Math.max(series.last, candle.ts);
        }
      } catch (error) {
        this.#complain(series, error);
      }
    }
    return events;
  }

  /**
   * Calls `begin` with the newest `count` closed bars, for a strategy that begins with them: what it queues comes before
   * any later bar. Rejects with `VENUE_UNAVAILABLE` that says how many are missing.
   */
  async warmUp<T>(
    { symbol, interval, count }: { readonly symbol: string; readonly interval: Interval; readonly count: number },
    begin: (bars: readonly WarmupBar[]) => Promise<T>,
  ): Promise<T> {
    const bars = await this.#newest(symbol, interval, count);
    const series = this.#seriesOf(symbol, interval);
    series.last = Math.min(series.last, bars.at(-1)?.[0] ?? -1);
    return begin(bars);
  }

  async #newest(symbol: string, interval: Interval, count: number): Promise<readonly WarmupBar[]> {
    let candles: readonly Candle[];
    try {
      // One more: the newest may still be forming.
      candles = await this.market.candles(symbol, interval, { limit: count + 1, complete: true });
    } catch (error) {
      const message = error instanceof Error ? error.message : 'failed';
      throw new ProtocolError(
        'VENUE_UNAVAILABLE',
        `${this.market.venue} has no ${interval} bars of ${symbol}: ${message}`,
      );
    }
    const bars = candles
      .filter(({ closed }) => closed)
      .slice(-count)
      .flatMap((candle): WarmupBar[] => {
        const event = this.#o.candleEvent(symbol, interval, candle);
        return event ? [[event.ts, event.open, event.high, event.low, event.close]] : [];
      });
    if (bars.length >= count) return bars;
    const message = `the strategy needs ${count} closed ${interval} bars of ${symbol}; ${this.market.venue} has ${bars.length}, ${count - bars.length} are missing`;
    throw new ProtocolError('VENUE_UNAVAILABLE', message);
  }

  async #closedAfter({ symbol, interval, last }: Series, until: number): Promise<readonly Candle[]> {
    const ms = INTERVAL_MS[interval];
    const range = { from: last + 1, to: until, limit: MAX_BARS, complete: true };
    const candles = await this.market.candles(symbol, interval, range);
    return candles.filter(({ ts, closed }) => closed && ts > last && ts + ms <= until);
  }

  /** Hands over what was missed, then what waits. Where the market fails, the next bar tries again. */
  async #fillUp(series: Series): Promise<void> {
    try {
      const newest = series.waiting?.at(-1)?.ts ?? 0;
      for (const candle of await this.#closedAfter(series, newest)) this.#deliver(series, candle);
      for (const candle of series.waiting ?? []) this.#deliver(series, candle);
    } catch (error) {
      this.#complain(series, error);
    }
    series.waiting = undefined;
  }

  #complain({ symbol, interval }: Series, error: unknown): void {
    const message = error instanceof Error ? error.message : 'failed';
    this.#o.warn(`${interval} bars of ${symbol} are missing, its strategies wait for them: ${message}`);
  }

  #seriesOf(symbol: string, interval: Interval): Series {
    const name = nameOf(symbol, interval);
    const known = this.#series.get(name);
    if (known) return known;
    const series: Series = { symbol, interval, last: Infinity, waiting: undefined };
    this.#series.set(name, series);
    return series;
  }

  #deliver(series: Series, candle: Candle): void {
    // Another start has begun to follow anew meanwhile.
    if (this.#series.get(nameOf(series.symbol, series.interval)) !== series || candle.ts <= series.last) return;
    const event = this.#o.candleEvent(series.symbol, series.interval, candle);
    series.last = candle.ts;
    if (event) this.#o.event(event);
  }
}

function nameOf(symbol: string, interval: Interval): string {
  return `${interval} ${symbol}`;
}
