/** What the push server tells, taken from the bus and coalesced: one market and its bot's state (P9). */
import type { Timers } from '#domain/clock.ts';
import type { BookSnapshot, Ticker } from '#domain/market-data.ts';
import { isBookSnapshot, isTicker } from '#protocol/market-guards.ts';
import { fillView, type FillView, type HealthEvent } from '#protocol/shapes.ts';
import type { Bus, BusEvent } from '#server/bus.ts';
import { recurring } from '#server/host/recurring.ts';
import { DayFigures, dayOf } from './day-figures.ts';
import { bookData, priceData, pushFrame, tradeData, type PushType } from './push-frames.ts';

export interface PushInstrument {
  readonly venue: string;
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
}

export interface PushFeedOptions {
  readonly bus: Bus;
  readonly timers: Timers;
  readonly instrument: PushInstrument;
  readonly health: () => Pick<HealthEvent, 'kill_switch' | 'running_grids' | 'running_strategies'>;
  /** What a grid trades. */
  readonly gridOf: (id: string) => Promise<PushInstrument | undefined>;
  /** Newest first, older than `before`. */
  readonly fills: (before: number | undefined) => Promise<readonly FillView[]>;
  readonly onFault: (error: unknown) => void;
}

/** Prices and books at most so often. */
const TICK_MS = 250;
/** The state of the bot is looked at each of so many ticks. */
const STATUS_TICKS = 4;
const DEPTH = 20;

export interface PushSink {
  readonly isHeard: () => boolean;
  /** A value that replaces the one before. */
  newest(type: PushType, frame: string): void;
  /** Each one counts. */
  each(frame: string): void;
}

export class PushFeed {
  readonly #o: PushFeedOptions;
  readonly #figures = new DayFigures();
  readonly #newest = new Map<PushType, { readonly data: string; readonly frame: string }>();
  readonly #undo: (() => void)[] = [];
  #sink: PushSink | undefined;
  #ticks = 0;
  /** The market's time, which a replay has of its own. */
  #now = 0;
  /** Fills that came while those of today were read. */
  #waiting: FillView[] | undefined = [];
  /** Fills are told in order, though what their grids trade has to be asked for. */
  #telling: Promise<void> = Promise.resolve();

  constructor(options: PushFeedOptions) {
    this.#o = options;
  }

  async start(sink: PushSink): Promise<void> {
    const { bus, timers } = this.#o;
    this.#sink = sink;
    this.#now = this.#ticker()?.ts ?? timers.now();
    this.#undo.push(bus.onEvent((event) => this.#heard(event)));
    await this.#readToday();
    this.#undo.push(
      recurring(
        timers,
        () => TICK_MS,
        () => this.#tick(),
      ),
    );
  }

  stop(): void {
    this.#sink = undefined;
    for (const step of this.#undo.splice(0)) step();
  }

  /** The frames of now, for who has just come. */
  current(): Iterable<readonly [PushType, string]> {
    this.#look();
    this.#pushStatus();
    return Array.from(this.#newest, ([type, { frame }]) => [type, frame] as const);
  }

  newest(type: PushType): string | undefined {
    return this.#newest.get(type)?.frame;
  }

  async #readToday(): Promise<void> {
    const today = new Map<string, FillView>();
    let before: number | undefined;
    for (;;) {
      const page = await this.#o.fills(before);
      const known = today.size;
      for (const fill of page) if (dayOf(fill.ts) >= dayOf(this.#now)) today.set(keyOf(fill), fill);
      const last = page.at(-1);
      if (!last || dayOf(last.ts) < dayOf(this.#now)) break;
      // Others of the same millisecond may be on the next page.
      before = today.size > known ? last.ts + 1 : last.ts;
    }
    const late = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const fill of late) today.set(keyOf(fill), fill);
    for (const fill of today.values()) await this.#count(fill);
  }

  #heard({ channel, event, data }: BusEvent): void {
    if (event !== 'executed' || !channel.startsWith('grid.') || !channel.endsWith('.trade')) return;
    const fill = fillView.safeParse(data);
    if (!fill.success) return;
    this.#telling = this.#telling.then(() => this.#tell(fill.data)).catch(this.#o.onFault);
  }

  async #tell(fill: FillView): Promise<void> {
    if (this.#waiting) this.#waiting.push(fill);
    else await this.#count(fill);
    const { instrument, gridOf } = this.#o;
    const traded = await gridOf(fill.grid_id);
    if (traded?.symbol !== instrument.symbol || traded.venue !== instrument.venue) return;
    this.#sink?.each(pushFrame('trade_executed', tradeData(fill, instrument.base), fill.ts));
  }

  /** P9: the quote of all instruments with this one's. */
  async #count(fill: FillView): Promise<void> {
    const traded = await this.#o.gridOf(fill.grid_id);
    this.#now = Math.max(this.#now, fill.ts);
    if (traded?.quote === this.#o.instrument.quote) this.#figures.add(fill);
  }

  #tick(): void {
    // A book is not put into words for nobody.
    if (!this.#sink?.isHeard()) return;
    this.#look();
    if (this.#ticks++ % STATUS_TICKS === 0) this.#pushStatus();
  }

  #look(): void {
    const { instrument } = this.#o;
    const symbol = `${instrument.base}/${instrument.quote}`;
    const ticker = this.#ticker();
    if (ticker) {
      this.#now = Math.max(this.#now, ticker.ts);
      this.#push('price_update', priceData(symbol, ticker), ticker.ts);
    }
    const book = this.#book();
    if (book) this.#push('orderbook_update', bookData(symbol, book, DEPTH), book.ts);
  }

  #pushStatus(): void {
    this.#push('system_status', this.#status(), this.#o.timers.now());
  }

  #status(): object {
    const { kill_switch = false, running_grids = 0, running_strategies = 0 } = this.#o.health();
    const { points, volume } = this.#figures.read(this.#now);
    const mode = kill_switch ? 'paused' : running_grids + running_strategies > 0 ? 'auto' : 'manual';
    return { mode, points_today: points, volume_today: volume };
  }

  #push(type: PushType, data: object | undefined, ts: number): void {
    if (!data) return;
    const text = JSON.stringify(data);
    if (this.#newest.get(type)?.data === text) return;
    const frame = pushFrame(type, data, ts);
    this.#newest.set(type, { data: text, frame });
    this.#sink?.newest(type, frame);
  }

  #ticker(): Ticker | undefined {
    const data = this.#current('ticker');
    return isTicker(data) ? data : undefined;
  }

  #book(): BookSnapshot | undefined {
    const data = this.#current('book');
    return isBookSnapshot(data) ? data : undefined;
  }

  #current(feed: 'ticker' | 'book'): unknown {
    const { bus, instrument } = this.#o;
    return bus.current(`market.${instrument.venue}.${instrument.symbol}.${feed}`)?.data;
  }
}

function keyOf({ grid_id, trade_id }: FillView): string {
  return `${grid_id} ${trade_id}`;
}
