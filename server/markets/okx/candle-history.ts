/**
 * Candles of a venue: closed bars are fetched once and kept in SQLite, holes are fetched again, the forming bar comes
 * from the feed (O15).
 */
import type { Timers } from '#domain/clock.ts';
import { INTERVAL_MS, type Candle, type Interval } from '#domain/market-data.ts';
import { ProtocolError } from '#protocol/errors.ts';
import type { CandleStore } from '#server/storage/candles.ts';
import { candlesPath, historyCandlesPath, MOST_CANDLES, parseCandles } from '#venues/okx/rest.ts';
import { VenueRestError, type RestClient } from '#server/venues/rest-client.ts';
import type { CandleRange } from '../market.ts';
import { missingRanges, type TimeRange } from './missing-ranges.ts';

export interface CandleHistoryOptions {
  readonly venue: string;
  readonly rest: Pick<RestClient, 'get'>;
  readonly store: (interval: Interval) => CandleStore;
  readonly timers: Timers;
  /** The bar that is forming now, if the feed has told of it. */
  readonly forming: (symbol: string, interval: Interval) => Candle | undefined;
  readonly warn: (message: string) => void;
}

/** O15: what `candles` knows; older bars are `history-candles`. */
const RECENT_BARS = 1_440;
/** A bar that is not told of so long after its end is not there at all. */
const SETTLED_MS = 120_000;
const MAX_ABSENT = 100_000;
const SAVE_MS = 5_000;

export class CandleHistory {
  readonly #o: CandleHistoryOptions;
  /** By symbol and interval: requests for the same bars wait for each other and find them kept. */
  readonly #lines = new Map<string, Promise<unknown>>();
  /** Bars the venue does not have: before the listing, while it stood still. */
  readonly #absent = new Map<string, Set<number>>();
  #unsaved: { readonly symbol: string; readonly interval: Interval; readonly candle: Candle }[] = [];
  #cancelSave: (() => void) | undefined;
  #hasComplained = false;

  constructor(options: CandleHistoryOptions) {
    this.#o = options;
  }

  /** As `Market.candles`. With `complete`, rejects rather than leave out bars that could not be fetched. */
  candles(symbol: string, interval: Interval, range: CandleRange): Promise<readonly Candle[]> {
    const key = `${symbol} ${interval}`;
    const line = this.#lines.get(key) ?? Promise.resolve();
    const answer = line.then(() => this.#answer(symbol, interval, range));
    this.#lines.set(
      key,
      answer.catch(() => undefined),
    );
    return answer;
  }

  /** A bar the feed has closed. */
  remember(symbol: string, interval: Interval, candle: Candle): void {
    this.#unsaved.push({ symbol, interval, candle });
    this.#cancelSave ??= this.#o.timers.after(SAVE_MS, () => this.save());
  }

  /** Writes what waits to be written. A failing disk costs a bar to be fetched again, nothing else. */
  save(): void {
    this.#cancelSave?.();
    this.#cancelSave = undefined;
    for (const { symbol, interval, candle } of this.#unsaved.splice(0)) this.#write(symbol, interval, [candle]);
  }

  async #answer(symbol: string, interval: Interval, range: CandleRange): Promise<readonly Candle[]> {
    const window = windowOf(interval, range, this.#o.timers.now());
    if (window === undefined) return [];
    this.save();
    const { from, lastClosed, withForming } = window;
    const ms = INTERVAL_MS[interval];
    const known = new Map<number, Candle>();
    const { venue, store } = this.#o;
    for (const bar of store(interval).read(venue, symbol, from, (lastClosed - from) / ms + 1)) {
      if (bar.ts <= lastClosed) known.set(bar.ts, { ...bar, closed: true });
    }
    const absent = this.#absentOf(symbol, interval);
    const holes = missingRanges(from, lastClosed, ms, (ts) => known.has(ts) || absent.has(ts));
    try {
      for (const hole of holes) {
        for (const candle of await this.#fill(symbol, interval, hole)) known.set(candle.ts, candle);
      }
    } catch (error) {
      if (!(error instanceof VenueRestError)) throw error;
      if (range.complete === true || known.size === 0) throw new ProtocolError('VENUE_UNAVAILABLE', error.message);
      this.#complain(error.message);
    }
    const candles = [...known.values()].toSorted((a, b) => a.ts - b.ts);
    const forming = withForming ? this.#o.forming(symbol, interval) : undefined;
    if (forming && forming.ts > (candles.at(-1)?.ts ?? -1)) candles.push(forming);
    return candles;
  }

  /** The closed bars of a hole, page by page, newest first; they are kept as they come. */
  async #fill(symbol: string, interval: Interval, { from, to }: TimeRange): Promise<readonly Candle[]> {
    const ms = INTERVAL_MS[interval];
    const all: Candle[] = [];
    let before = to + ms;
    while (before > from) {
      const limit = Math.min(MOST_CANDLES, (before - from) / ms);
      const page = await this.#page(symbol, interval, before, limit);
      const closed = page.filter(({ ts, closed: isClosed }) => isClosed && ts >= from && ts <= to);
      this.#write(symbol, interval, closed);
      all.push(...closed);
      const oldest = page[0]?.ts;
      // Nothing older, or an answer that does not go back: what is still missing is not there.
      if (oldest === undefined || oldest >= before) break;
      before = oldest;
    }
    this.#noteAbsent(symbol, interval, { from, to }, new Set(all.map(({ ts }) => ts)));
    return all;
  }

  async #page(symbol: string, interval: Interval, before: number, limit: number): Promise<readonly Candle[]> {
    const { rest, timers } = this.#o;
    const query = { symbol, interval, before, limit };
    const isRecent = before - limit * INTERVAL_MS[interval] > timers.now() - RECENT_BARS * INTERVAL_MS[interval];
    const { json } = await rest.get(isRecent ? candlesPath(query) : historyCandlesPath(query));
    const answer = parseCandles(json, symbol);
    if (answer.ok) return answer.value;
    throw new VenueRestError('refused', `OKX gives no candles of ${symbol}: ${answer.message}`);
  }

  #noteAbsent(symbol: string, interval: Interval, { from, to }: TimeRange, there: ReadonlySet<number>): void {
    const ms = INTERVAL_MS[interval];
    const absent = this.#absentOf(symbol, interval);
    if (absent.size > MAX_ABSENT) absent.clear();
    const settled = this.#o.timers.now() - SETTLED_MS - ms;
    for (let ts = from; ts <= Math.min(to, settled); ts += ms) if (!there.has(ts)) absent.add(ts);
  }

  #absentOf(symbol: string, interval: Interval): Set<number> {
    const key = `${symbol} ${interval}`;
    const known = this.#absent.get(key) ?? new Set();
    this.#absent.set(key, known);
    return known;
  }

  #write(symbol: string, interval: Interval, candles: readonly Candle[]): void {
    if (candles.length === 0) return;
    try {
      this.#o.store(interval).write(this.#o.venue, symbol, candles);
    } catch (error) {
      this.#complain(`cannot keep the candles of ${symbol}: ${(error as Error).message}`);
    }
  }

  #complain(message: string): void {
    if (!this.#hasComplained) this.#o.warn(message);
    this.#hasComplained = true;
  }
}

/** Whole bars from `from` to `lastClosed`, and whether the one after them, still forming, is meant too. */
function windowOf(interval: Interval, { from, to, limit }: CandleRange, now: number) {
  const ms = INTERVAL_MS[interval];
  const forming = Math.floor(now / ms) * ms;
  const wanted = Math.min(forming, to === undefined ? forming : Math.floor(to / ms) * ms);
  const first = from === undefined ? wanted - (limit - 1) * ms : Math.ceil(from / ms) * ms;
  const last = Math.min(wanted, first + (limit - 1) * ms);
  if (last < first || first < 0) return undefined;
  return { from: first, lastClosed: last === forming ? last - ms : last, withForming: last === forming };
}
