/** One instrument: its rules, its newest prices, and which of them can change anything. */
import type { MarketEvent } from './events.ts';
import type { Grid } from './grid/grid.ts';
import type { Book } from './grid/host.ts';
import { onLeg, onPrint, onQuote, updateWindow } from './grid/path.ts';
import type { Rules } from './instrument-rules.ts';
import type { ClosedBar, Strategy } from './strategy/machine/strategy.ts';
import type { WarmupBar } from './strategy/machine/state.ts';
import type { Instrument } from '#domain/instrument.ts';

export interface MarketData {
  readonly key: string;
  instrument: Instrument;
  /** What prices are counted in here: the most decimals the instrument was ever listed with. */
  priceDecimals: number;
  /** What incoming prices are counted in. */
  inputDecimals: number;
  last: number;
  /** No feed gap since `last`. */
  fresh: boolean;
  /** Trades or bars have been seen, so quotes fill nothing (G10). */
  trades: boolean;
  bid: number;
  ask: number;
  /** The quote came after the last price. */
  quoteNewer: boolean;
  /** Prints older than this are from before a feed gap. */
  gapAt: number;
}

export class Market {
  readonly data: MarketData;
  rules: Rules;
  /** The grids that are alive, in order of their start. */
  readonly grids: Grid[] = [];
  /** The strategies that are alive, in order of their start. */
  readonly strategies: Strategy[] = [];
  /** Prices strictly between these change nothing but the last price. */
  #low = 0;
  #high = Infinity;
  #factor = 1;

  constructor(data: MarketData, rules: Rules) {
    this.data = data;
    this.rules = rules;
    this.#factor = 10 ** (data.priceDecimals - data.inputDecimals);
  }

  /** What everything is valued at; 0 before the first price. */
  mark(): number {
    const { last, fresh } = this.data;
    return fresh ? last : midOf(this.data) || last;
  }

  /** G5: last trade, else mid, half a unit against a buyer; `undefined` where there is none since the last gap. */
  price(): number | undefined {
    const { last, fresh, bid, ask } = this.data;
    if (fresh) return last;
    return bid > 0 && ask > 0 ? Math.ceil((bid + ask) / 2) : undefined;
  }

  /** What an order placed now would meet. A price after the quote shows how far the book has moved since. */
  book(): Book | null {
    const { bid, ask, last, fresh, quoteNewer } = this.data;
    if (bid === 0 && ask === 0) return fresh ? { bid: last, ask: last } : null;
    if (bid > 0 && ask > 0 && bid > ask) return null;
    if (quoteNewer || !fresh) return { bid, ask };
    return { bid: Math.min(bid, last), ask: ask === 0 ? 0 : Math.max(ask, last) };
  }

  updateWindow(): void {
    this.#low = 0;
    this.#high = Infinity;
    for (const grid of this.grids) {
      updateWindow(grid);
      this.#low = Math.max(this.#low, grid.low);
      this.#high = Math.min(this.#high, grid.high);
    }
    // A decision waits for the next price, whichever it is.
    if (this.strategies.some(({ data }) => data.intent !== null)) this.#high = 0;
  }

  /** Bars as they come in → in the units kept here. */
  barsOf(bars: readonly WarmupBar[]): ClosedBar[] {
    const factor = this.#factor;
    return bars.map(([ts, open, high, low, close]) => ({
      ts,
      open: open * factor,
      high: high * factor,
      low: low * factor,
      close: close * factor,
    }));
  }

  /** Listed anew with other rules or decimals: prices kept here follow; running grids keep their own rules (G15). */
  relist(instrument: Instrument, rules: Rules, inputDecimals: number): void {
    const scale = 10 ** (rules.priceDecimals - this.data.priceDecimals);
    this.rules = rules;
    const { last, bid, ask } = this.data;
    Object.assign(this.data, {
      instrument,
      priceDecimals: rules.priceDecimals,
      inputDecimals,
      last: last * scale,
      bid: bid * scale,
      ask: ask * scale,
    });
    this.#factor = 10 ** (rules.priceDecimals - inputDecimals);
  }

  /**
   * Whether the event may have changed more than the last price or quote. `beforeFills` is called at the prices of
   * before the event, if it may.
   */
  apply(event: MarketEvent, beforeFills: () => void): boolean {
    switch (event.type) {
      case 'print':
        return this.#print(event.price * this.#factor, event.ts, beforeFills);
      case 'quote':
        return this.#quote(event.bid * this.#factor, event.ask * this.#factor, event.ts, beforeFills);
      case 'bar':
        return this.#bar(
          event.open * this.#factor,
          event.high * this.#factor,
          event.low * this.#factor,
          event.close * this.#factor,
          event.ts,
          beforeFills,
        );
      case 'candle':
        return this.#candle(event, beforeFills);
      case 'feed_gap':
        Object.assign(this.data, { fresh: false, bid: 0, ask: 0, gapAt: event.ts });
        return true;
    }
  }

  #print(price: number, ts: number, beforeFills: () => void): boolean {
    const { data } = this;
    // G10: a print from before the gap counts no more. Not quiet, or a replay of the newest alone would differ.
    if (!isPrice(price) || ts < data.gapAt) return true;
    if (price > this.#low && price < this.#high) return this.#take(price);
    beforeFills();
    this.#take(price);
    for (const grid of this.grids) onPrint(grid, price, ts);
    for (const strategy of this.strategies) strategy.onPrice(price, ts);
    return true;
  }

  #bar(open: number, high: number, low: number, close: number, ts: number, beforeFills: () => void): boolean {
    if (!isPrice(open) || !isPrice(high) || !isPrice(low) || !isPrice(close) || high < low) return true;
    // A recorded open or close may lie outside its own high and low (G13 lets it).
    if (Math.min(low, open, close) > this.#low && Math.max(high, open, close) < this.#high) return this.#take(close);
    beforeFills();
    // G11: the way to the nearer extreme first; a tie goes low first.
    const points = high - open < open - low ? [high, low, close] : [low, high, close];
    let from = this.data.last;
    if (from > 0) this.#leg(from, open, true);
    if (this.strategies.length > 0) {
      this.#take(open);
      for (const strategy of this.strategies) strategy.onPrice(open, ts);
    }
    from = open;
    for (const to of points) {
      this.#leg(from, to, false);
      from = to;
    }
    this.#take(close);
    return true;
  }

  #leg(from: number, to: number, gap: boolean): void {
    this.#take(to);
    for (const grid of this.grids) onLeg(grid, from, to, gap);
  }

  #quote(bid: number, ask: number, ts: number, beforeFills: () => void): boolean {
    const { data } = this;
    if (!isPriceOrNone(bid) || !isPriceOrNone(ask)) return true;
    const mid = midOf({ bid, ask });
    const inside = (price: number) => price === 0 || (price > this.#low && price < this.#high);
    const crossed = bid > ask && ask > 0;
    const idle = data.trades || crossed || (inside(bid) && inside(ask) && inside(mid));
    if (!idle) beforeFills();
    Object.assign(data, { bid, ask, quoteNewer: true });
    if (idle) return false;
    for (const grid of this.grids) onQuote(grid, bid, ask, mid, ts);
    if (mid > 0) for (const strategy of this.strategies) strategy.onPrice(mid, ts);
    return true;
  }

  /** A closed bar changes strategies of its interval only, and no price. */
  #candle(event: Extract<MarketEvent, { type: 'candle' }>, beforeFills: () => void): boolean {
    const { ts, interval } = event;
    let bar: ClosedBar | undefined;
    for (const strategy of this.strategies) {
      const { data } = strategy;
      if (data.setup.timeframe !== interval || ts <= data.lastBar) continue;
      if (!bar) {
        bar = this.#closedBar(event);
        if (!bar) return false;
        beforeFills();
      }
      if (!strategy.ended) strategy.onClose(bar);
    }
    return bar !== undefined;
  }

  #closedBar({ ts, open, high, low, close }: Extract<MarketEvent, { type: 'candle' }>): ClosedBar | undefined {
    if (!isPrice(open) || !isPrice(high) || !isPrice(low) || !isPrice(close) || high < low) return undefined;
    const factor = this.#factor;
    return { ts, open: open * factor, high: high * factor, low: low * factor, close: close * factor };
  }

  /** The newest price; returns whether it is the first ever, which ends the time of quotes filling orders. */
  #take(price: number): boolean {
    const { data } = this;
    const first = !data.trades;
    data.last = price;
    data.fresh = true;
    data.trades = true;
    data.quoteNewer = false;
    return first;
  }
}

/** The mid, rounded down, or 0. */
function midOf({ bid, ask }: { readonly bid: number; readonly ask: number }): number {
  return bid > 0 && ask > 0 ? Math.floor((bid + ask) / 2) : 0;
}

const isPrice = (price: number): boolean => Number.isSafeInteger(price) && price > 0;
const isPriceOrNone = (price: number): boolean => price === 0 || isPrice(price);
