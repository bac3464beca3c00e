/** One market's flow: prices to the core as events, everything else to the bus as it is. */
import { channelSegment } from '#domain/channel.ts';
import type { Clock } from '#domain/clock.ts';
import type { Candle, Interval, Ticker, Trade } from '#domain/market-data.ts';
import { instrumentKey, type EngineEvent, type InstrumentKey } from '#engine/events.ts';
import type { ExchangeEvent } from '#protocol/shapes.ts';
import type { Bus } from '#server/bus.ts';
import type { ListedInstrument, Market, MarketFigures, MarketUpdate } from '#server/markets/market.ts';
import { priceUnits } from './price.ts';
import type { CandleEvent } from './strategy-bars.ts';

export interface MarketFeedOptions {
  readonly market: Market;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly event: (event: EngineEvent) => void;
  /** A bar of any interval changed or closed. */
  readonly candle?: (symbol: string, interval: Interval, candle: Candle) => void;
  /** `isNews`: the state is another than before, not just its figures. */
  readonly status: (status: ExchangeEvent, isNews: boolean) => void;
  readonly warn: (message: string) => void;
  /** Whole bars of an instrument up to this time have been traded on and count no more. */
  readonly resumeAfter: (symbol: string) => number | undefined;
}

interface Line {
  readonly key: InstrumentKey;
  readonly decimals: number;
  readonly channel: string;
  readonly candles: Map<Interval, Candle>;
  bid: number;
  ask: number;
  /** Open time of the last bar handed to the core. */
  lastBar: number;
  /** One complaint a run is enough. */
  complained: boolean;
}

export class MarketFeed {
  readonly market: Market;
  readonly #o: MarketFeedOptions;
  readonly #lines = new Map<string, Line>();
  readonly #withdraw: (() => void)[] = [];
  #marketTime: number | undefined;
  #state: ExchangeEvent['state'] = 'disconnected';
  #reason: string | undefined;
  #figures: MarketFigures | undefined;
  #wasConnected = false;

  constructor(options: MarketFeedOptions) {
    this.#o = options;
    this.market = options.market;
    for (const listing of this.market.instruments()) this.#addLine(listing);
  }

  get connected(): boolean {
    return this.#state === 'connected';
  }

  async start(): Promise<void> {
    await this.market.start((update) => this.#take(update));
  }

  async stop(): Promise<void> {
    await this.market.stop();
    for (const withdraw of this.#withdraw) withdraw();
  }

  /** A replay lives in the time of its bars, a live market in ours. */
  now(): number {
    if (this.market.granularity === 'trades') return this.#o.clock.now();
    if (this.#marketTime !== undefined) return this.#marketTime;
    const shown = this.market.instruments().map(({ instrument }) => this.market.ticker(instrument.symbol)?.ts ?? 0);
    return Math.max(...shown) || this.#o.clock.now();
  }

  /** G10: whatever was missed before `at`, orders wait for the next price. A replay's gap is in its own time. */
  gaps(at: number): EngineEvent[] {
    const ts = this.market.granularity === 'trades' ? at : this.now();
    return [...this.#lines.values()].map((line) => gap(line, ts));
  }

  /** `undefined`, with a warning, where a price of the bar does not fit the instrument. */
  barEvent(symbol: string, candle: Candle): Extract<EngineEvent, { type: 'bar' }> | undefined {
    const bar = this.#barOf(symbol, candle);
    return bar && { type: 'bar', ...bar };
  }

  /** As `barEvent`: a closed bar for the strategies of its interval. */
  candleEvent(symbol: string, interval: Interval, candle: Candle): CandleEvent | undefined {
    const bar = this.#barOf(symbol, candle);
    return bar && { type: 'candle', ...bar, interval };
  }

  #barOf(symbol: string, candle: Candle) {
    const line = this.#lines.get(symbol);
    if (!line) return undefined;
    const open = this.#price(line, candle.open);
    const high = this.#price(line, candle.high);
    const low = this.#price(line, candle.low);
    const close = this.#price(line, candle.close);
    if (open === undefined || high === undefined || low === undefined || close === undefined) return undefined;
    return { ts: candle.ts, key: line.key, open, high, low, close };
  }

  #addLine({ instrument, priceDecimals }: ListedInstrument): void {
    const { bus, clock, resumeAfter } = this.#o;
    const { symbol, venue } = instrument;
    const channel = `market.${channelSegment(venue)}.${channelSegment(symbol)}`;
    this.#lines.set(symbol, {
      key: instrumentKey(instrument),
      decimals: priceDecimals,
      channel,
      candles: new Map(),
      bid: -1,
      ask: -1,
      lastBar: resumeAfter(symbol) ?? -Infinity,
      complained: false,
    });
    this.#withdraw.push(
      bus.provide(`${channel}.ticker`, () => {
        const ticker = this.market.ticker(symbol);
        return ticker && { event: 'update', timestamp: ticker.ts, data: ticker };
      }),
      bus.provide(`${channel}.book`, () => {
        const book = this.market.book(symbol);
        return book && { event: 'snapshot', timestamp: clock.now(), data: book };
      }),
    );
  }

  #take(update: MarketUpdate): void {
    const { bus, clock } = this.#o;
    switch (update.type) {
      case 'trade':
        return this.#trade(update.trade);
      case 'ticker':
        return this.#ticker(update.ticker);
      case 'book': {
        const line = this.#lines.get(update.symbol);
        if (!line) return;
        const channel = `${line.channel}.book`;
        return bus.publish({ channel, event: 'update', timestamp: update.update.ts, data: update.update });
      }
      case 'book_snapshot': {
        const line = this.#lines.get(update.symbol);
        if (!line) return;
        const { snapshot } = update;
        return bus.publish({
          channel: `${line.channel}.book`,
          event: 'snapshot',
          timestamp: snapshot.ts,
          data: snapshot,
        });
      }
      case 'candle':
        return this.#candle(update.symbol, update.interval, update.candle);
      case 'bar':
        return this.#bar(update.symbol, update.candle);
      case 'gap': {
        const line = this.#lines.get(update.symbol);
        if (line) this.#o.event(gap(line, this.now()));
        return;
      }
      case 'status': {
        // The first connection is no reconnection: the start has told of its gap itself.
        if (update.state === 'connected' && this.#wasConnected)
          this.gaps(clock.now()).forEach((event) => this.#o.event(event));
        this.#wasConnected ||= update.state === 'connected';
        this.#state = update.state;
        this.#reason = update.reason;
        return this.#publishStatus(true);
      }
      case 'figures':
        this.#figures = update.figures;
        return this.#publishStatus(false);
    }
  }

  #publishStatus(isNews: boolean): void {
    const { bus, clock, status } = this.#o;
    const data: ExchangeEvent = {
      venue: this.market.venue,
      state: this.#state,
      ...(this.#reason !== undefined && { reason: this.#reason }),
      ...(this.#figures && wireFigures(this.#figures)),
    };
    status(data, isNews);
    bus.publish({ channel: 'system.exchange', event: this.#state, timestamp: clock.now(), data });
  }

  #trade(trade: Trade): void {
    const line = this.#lines.get(trade.instrument);
    if (!line) return;
    if (this.market.granularity === 'trades') {
      const price = this.#price(line, trade.price);
      if (price !== undefined) this.#o.event({ type: 'print', ts: trade.ts, key: line.key, price });
    }
    this.#o.bus.publish({ channel: `${line.channel}.trade`, event: 'update', timestamp: trade.ts, data: trade });
  }

  #ticker(ticker: Ticker): void {
    const line = this.#lines.get(ticker.instrument);
    if (!line) return;
    this.#o.bus.publish({ channel: `${line.channel}.ticker`, event: 'update', timestamp: ticker.ts, data: ticker });
    if (this.market.granularity !== 'trades') return;
    const bid = ticker.bid === null ? 0 : this.#price(line, ticker.bid);
    const ask = ticker.ask === null ? 0 : this.#price(line, ticker.ask);
    if (bid === undefined || ask === undefined || (bid === line.bid && ask === line.ask)) return;
    line.bid = bid;
    line.ask = ask;
    this.#o.event({ type: 'quote', ts: ticker.ts, key: line.key, bid, ask });
  }

  #candle(symbol: string, interval: Interval, candle: Candle): void {
    const line = this.#lines.get(symbol);
    if (!line) return;
    const { bus } = this.#o;
    const channel = `${line.channel}.candle_${interval}`;
    if (!line.candles.has(interval)) {
      const current = () => {
        const data = line.candles.get(interval);
        return data && { event: 'update', timestamp: data.ts, data };
      };
      this.#withdraw.push(bus.provide(channel, current));
    }
    this.#o.candle?.(symbol, interval, candle);
    line.candles.set(interval, candle);
    bus.publish({ channel, event: 'update', timestamp: candle.ts, data: candle });
  }

  #bar(symbol: string, candle: Candle): void {
    const line = this.#lines.get(symbol);
    // A replay that begins anew shows bars the journal already holds: nothing is traded twice.
    if (!line || candle.ts <= line.lastBar) return;
    const event = this.barEvent(symbol, candle);
    if (!event) return;
    line.lastBar = candle.ts;
    this.#marketTime = candle.ts;
    this.#o.event(event);
  }

  #price(line: Line, text: string): number | undefined {
    const price = priceUnits(text, line.decimals);
    if (price === undefined && !line.complained) {
      line.complained = true;
      this.#o.warn(`${line.key} sent a price the engine cannot trade on: ${JSON.stringify(text)}`);
    }
    return price;
  }
}

export function wireFigures(figures: MarketFigures): Partial<ExchangeEvent> {
  const { latencyMs, reconnects, resyncs, dropped, messages, messagesPerSecond, lastMessageAt } = figures;
  return {
    ...(latencyMs !== null && { latency_ms: latencyMs }),
    reconnects,
    resyncs,
    dropped,
    messages,
    messages_per_s: messagesPerSecond,
    last_message_at: lastMessageAt,
  };
}

function gap(line: Line, ts: number): EngineEvent {
  // The core forgets the quote with the gap; the next one is news even if it is the same.
  line.bid = -1;
  line.ask = -1;
  return { type: 'feed_gap', ts, key: line.key };
}
