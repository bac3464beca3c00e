/** Adds to a venue's events the bars it has no channel for, of the instruments whose bars are looked at. */
import type { Interval } from '#domain/market-data.ts';
import type { Subscription, VenueEvent, VenueKind } from '#venues/venue.ts';
import { LiveBars } from './live-bars.ts';

/** Where the bars of a kind come from: `venue` has them itself. */
const BAR_SOURCE: Readonly<Record<VenueKind, 'venue' | 'trades' | 'tickers'>> = {
  okx: 'venue',
  polymarket: 'trades',
  // P2: the trades it tells of are the account's own.
  push: 'tickers',
  'trading-socketio': 'tickers',
};

const CANDLES = 'candle_';

function intervalOf(feed: Subscription['feed']): Interval | undefined {
  // `candle_1m` is named after its interval.
  return feed.startsWith(CANDLES) ? (feed.slice(CANDLES.length) as Interval) : undefined;
}

export class BarMaker {
  readonly #source: 'venue' | 'trades' | 'tickers';
  readonly #bars = new LiveBars();
  #wanted = new Map<string, Set<Interval>>();

  constructor(kind: VenueKind) {
    this.#source = BAR_SOURCE[kind];
  }

  /** What to ask the venue for instead, and the bars there are already of what is newly wanted. */
  want(subscriptions: readonly Subscription[]): { readonly ask: Subscription[]; readonly events: VenueEvent[] } {
    if (this.#source === 'venue') return { ask: [...subscriptions], events: [] };
    const before = this.#wanted;
    this.#wanted = new Map();
    const ask = new Map<string, Subscription>();
    const events: VenueEvent[] = [];
    for (const { feed, symbol } of subscriptions) {
      const interval = intervalOf(feed);
      const needed = interval === undefined ? feed : this.#source === 'trades' ? 'trades' : 'ticker';
      ask.set(`${needed} ${symbol}`, { feed: needed, symbol });
      if (interval === undefined) continue;
      this.#wanted.set(symbol, (this.#wanted.get(symbol) ?? new Set()).add(interval));
      if (before.get(symbol)?.has(interval)) continue;
      for (const candle of this.#bars.bars(symbol, interval)) events.push({ type: 'candle', symbol, interval, candle });
    }
    return { ask: [...ask.values()], events };
  }

  /** The events, and the bars that follow from them. */
  extend(events: readonly VenueEvent[]): readonly VenueEvent[] {
    if (this.#source === 'venue') return events;
    const bars = events.flatMap((event) => this.#barsOf(event));
    return bars.length === 0 ? events : [...events, ...bars];
  }

  #barsOf(event: VenueEvent): VenueEvent[] {
    if (event.type === 'trade' && this.#source === 'trades') {
      const { instrument, ts, price, size } = event.trade;
      return this.#add(instrument, ts, price, size);
    }
    if (event.type === 'ticker' && this.#source === 'tickers' && event.ticker.last !== null) {
      return this.#add(event.ticker.instrument, event.ticker.ts, event.ticker.last, '0');
    }
    return [];
  }

  #add(symbol: string, ts: number, price: string, size: string): VenueEvent[] {
    this.#bars.add(symbol, ts, price, size);
    return [...(this.#wanted.get(symbol) ?? [])].flatMap((interval): VenueEvent[] =>
      // The bar before has just been closed by this one, if this one is new.
      this.#bars
        .bars(symbol, interval)
        .slice(-2)
        .map((candle) => ({ type: 'candle', symbol, interval, candle })),
    );
  }
}
