/**
 * One simulated instrument: its traders, its book and its history. Its time is its own and moves only when told: in
 * coarse minutes where nobody watched, in steps of `STEP_MS` live. What happens depends on the seed and the time alone.
 */
import type { BookSnapshot, Candle, Interval, Ticker, Trade } from '#domain/market-data.ts';
import { formatUnits, parseUnits } from '#domain/order-book-units.ts';
import { seededRandom } from '#domain/random.ts';
import type { CandleStore, StoredCandle } from '../../storage/candles.ts';
import { BarHistory } from '../aggregate.ts';
import { BarSeries, printBar, toCandle } from '../bars.ts';
import type { CandleRange, MarketUpdate } from '../market.ts';
import { Tape } from '../tape.ts';
import { tickerOf } from '../ticker.ts';
import { BookPublisher } from './book-publisher.ts';
import { COARSE_STEP_MS, CoarseFlow } from './coarse-flow.ts';
import { Draws } from './draws.ts';
import { FairValue } from './fair-value.ts';
import type { Listing } from './listing.ts';
import type { Fill } from './matching-book.ts';
import { OrderFlow, STEP_MS } from './order-flow.ts';

const MINUTE_MS = 60_000;
/** Live bars go out at most four times a second. */
const CANDLE_BEAT_MS = 250;

export class SimInstrument {
  readonly listing: Listing;
  readonly #seed: number;
  readonly #rate: number;
  readonly #history: BarHistory;
  readonly #minutes: BarSeries;
  readonly #tape = new Tape();
  readonly #publisher: BookPublisher;
  #traders: { readonly coarse: CoarseFlow; readonly live: OrderFlow } | undefined;
  #time = 0;
  #pending: Trade[] = [];
  #lastTicker = '';
  #candleBeat = 0;
  #unsavedFrom = 0;

  constructor(listing: Listing, seed: number, rate: number) {
    this.listing = listing;
    this.#seed = seed;
    this.#rate = rate;
    this.#history = new BarHistory(listing, MINUTE_MS);
    this.#minutes = this.#history.series('1m') ?? new BarSeries();
    this.#publisher = new BookPublisher(listing);
  }

  get symbol(): string {
    return this.listing.instrument.symbol;
  }

  /** The time up to which everything has happened. */
  get time(): number {
    return this.#time;
  }

  /** Takes a bar back in that was stored, oldest first. */
  remember(stored: StoredCandle): void {
    const { priceDecimals, sizeDecimals } = this.listing;
    const [open, high, low, close] = [stored.open, stored.high, stored.low, stored.close].map((text) =>
      parseUnits(text, priceDecimals),
    );
    const volume = parseUnits(stored.volume, sizeDecimals);
    // Stored under another tick size: that history is of another instrument.
    if (open === undefined || high === undefined || low === undefined || close === undefined) return;
    this.#history.add({ ts: stored.ts, open, high, low, close, volume: volume ?? 0 });
  }

  /** Opens the market at `now`, or `earliest` where that long ago is remembered nothing: `generate` fills up the rest. */
  begin(earliest: number, now: number): void {
    const last = this.#minutes.last();
    const resume = last === undefined ? earliest : Math.max(earliest, last.ts + MINUTE_MS);
    // Within the minute of the last bar that bar goes on; else the first bar is a whole one.
    this.#time = resume <= now ? resume - (resume % MINUTE_MS) : now - (now % STEP_MS);
    this.#unsavedFrom = last?.ts ?? 0;
    const draws = new Draws(seededRandom(hash(`${this.#seed} ${this.symbol} ${this.#time}`)));
    const price = last?.close ?? this.listing.anchor * Math.exp(0.02 * draws.normal());
    const fair = new FairValue(this.listing.anchor, price, this.listing.wildness, draws);
    this.#traders = {
      coarse: new CoarseFlow(this.listing, fair, draws),
      live: new OrderFlow(this.listing, fair, draws, this.#publisher.book, this.#rate),
    };
  }

  /** Trades coarsely towards `until`, at most `bars` bars; `false`: nothing more to do before live steps. */
  generate(until: number, bars: number): boolean {
    const coarse = this.#traders?.coarse;
    if (coarse === undefined) return false;
    for (let i = 0; i < bars; i++) {
      const minuteEnd = this.#time - (this.#time % MINUTE_MS) + MINUTE_MS;
      const end = Math.min(minuteEnd, until);
      const strokes = Math.floor((end - this.#time) / COARSE_STEP_MS);
      if (strokes > 0) this.#history.add(coarse.minute(this.#time, strokes));
      if (end < minuteEnd) {
        this.#time += Math.max(0, strokes) * COARSE_STEP_MS;
        return false;
      }
      this.#time = minuteEnd;
    }
    return true;
  }

  /** Opens the book anew and lives up to `now`; prints and bars of before are history, not news. */
  goLive(now: number): void {
    this.#traders?.live.close();
    this.#book(this.#traders?.live.open() ?? []);
    this.advance(now);
    this.#history.closeUntil(now);
    this.#history.settle();
    this.#pending = [];
  }

  /** Lives on to `now`, in whole steps. */
  advance(now: number): void {
    const live = this.#traders?.live;
    if (live === undefined) return;
    while (this.#time + STEP_MS <= now) {
      this.#time += STEP_MS;
      this.#book(live.step());
    }
  }

  /** The news since the last call; `now` is the time advanced to. */
  *news(now: number): Generator<MarketUpdate> {
    const symbol = this.symbol;
    // First, so that a snapshot taken by whoever hears the news is one of the stream.
    const update = this.#publisher.flush(now);
    const trades = this.#pending;
    this.#pending = [];
    for (const trade of trades) yield { type: 'trade', trade };
    if (update !== undefined) yield { type: 'book', symbol, update };
    const ticker = this.ticker();
    if (ticker !== undefined && this.#isNews(ticker)) yield { type: 'ticker', ticker };
    this.#history.closeUntil(now);
    for (const closed of this.#history.takeClosed()) yield { type: 'candle', symbol, ...closed };
    const beat = Math.floor(now / CANDLE_BEAT_MS);
    if (beat === this.#candleBeat) return;
    this.#candleBeat = beat;
    for (const forming of this.#history.takeForming()) yield { type: 'candle', symbol, ...forming };
  }

  ticker(): Ticker | undefined {
    const { book } = this.#publisher;
    const { instrument, priceDecimals, sizeDecimals } = this.listing;
    return tickerOf(
      {
        venue: instrument.venue,
        symbol: instrument.symbol,
        priceDecimals,
        sizeDecimals,
        bars: this.#minutes,
        bid: book.bestBid(),
        ask: book.bestAsk(),
      },
      this.#time,
    );
  }

  book(): BookSnapshot {
    return this.#publisher.snapshot();
  }

  trades(limit: number): readonly Trade[] {
    return this.#tape.newest(limit);
  }

  candles(interval: Interval, range: CandleRange): readonly Candle[] {
    return this.#history.candles(interval, range);
  }

  /** Stores what is new, the forming bar included, so that a restart goes on where this ends. */
  save(store: CandleStore): void {
    const from = this.#minutes.indexAt(this.#unsavedFrom);
    const bars: StoredCandle[] = [];
    for (let i = from; i < this.#minutes.length; i++) {
      const bar = this.#minutes.at(i);
      if (bar) bars.push(toCandle(bar, this.listing, true));
    }
    if (bars.length === 0) return;
    store.write(this.listing.instrument.venue, this.symbol, bars);
    this.#unsavedFrom = this.#minutes.last()?.ts ?? 0;
  }

  /** Forgets what opened before `ts`. */
  dropBefore(ts: number): void {
    this.#history.dropBefore(ts);
  }

  /** Whether anything but the time is new. */
  #isNews(ticker: Ticker): boolean {
    const text = JSON.stringify({ ...ticker, ts: 0 });
    const news = text !== this.#lastTicker;
    this.#lastTicker = text;
    return news;
  }

  #book(fills: readonly Fill[]): void {
    const { instrument, priceDecimals, sizeDecimals } = this.listing;
    for (const [i, { price, size, side }] of fills.entries()) {
      this.#history.add(printBar(this.#time, price, size));
      const trade: Trade = {
        venue: instrument.venue,
        instrument: instrument.symbol,
        id: `${this.#time}-${i}`,
        ts: this.#time,
        side,
        price: formatUnits(price, priceDecimals),
        size: formatUnits(size, sizeDecimals),
      };
      this.#tape.push(trade);
      this.#pending.push(trade);
    }
  }
}

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value >>> 0;
}
