/** One recorded instrument at its play head: only what was played is known, so nothing can look ahead. */
import type { Candle, Interval, Side, Ticker, Trade } from '#domain/market-data.ts';
import { formatUnits } from '#domain/order-book-units.ts';
import { BarHistory } from '../aggregate.ts';
import { BarSeries, toCandle, type Bar } from '../bars.ts';
import type { CandleRange, MarketUpdate } from '../market.ts';
import { Tape } from '../tape.ts';
import { tickerOf } from '../ticker.ts';
import type { Recording } from './recording.ts';

export class ReplayInstrument {
  readonly recording: Recording;
  readonly #history: BarHistory;
  readonly #tape = new Tape();
  readonly #played = new BarSeries();

  constructor(recording: Recording) {
    this.recording = recording;
    this.#history = new BarHistory(recording.units, recording.interval);
  }

  get symbol(): string {
    return this.recording.instrument.symbol;
  }

  /** Open time of the bar to be played next; `undefined` at the end. */
  get nextTs(): number | undefined {
    return this.#peek()?.ts;
  }

  /** Makes the bars before `ts` history. */
  skipTo(ts: number): void {
    for (let bar = this.#peek(); bar !== undefined && bar.ts < ts; bar = this.#peek()) this.#take(bar);
    this.#history.settle();
  }

  /** Plays the next bar. */
  *play(): Generator<MarketUpdate> {
    const bar = this.#peek();
    if (bar === undefined) return;
    const { symbol } = this;
    const before = this.#played.last()?.close ?? bar.open;
    this.#take(bar);
    for (const trade of this.#trades(bar, before)) {
      this.#tape.push(trade);
      yield { type: 'trade', trade };
    }
    yield { type: 'bar', symbol, candle: toCandle(bar, this.recording.units, true) };
    const ticker = this.ticker();
    if (ticker !== undefined) yield { type: 'ticker', ticker };
    for (const closed of this.#history.takeClosed()) yield { type: 'candle', symbol, ...closed };
    for (const forming of this.#history.takeForming()) yield { type: 'candle', symbol, ...forming };
  }

  ticker(): Ticker | undefined {
    const { instrument, units, interval } = this.recording;
    const last = this.#played.last();
    if (last === undefined) return undefined;
    const { venue, symbol } = instrument;
    return tickerOf(
      { venue, symbol, ...units, bars: this.#played, bid: undefined, ask: undefined },
      last.ts + interval - 1,
    );
  }

  candles(interval: Interval, range: CandleRange): readonly Candle[] {
    return this.#history.candles(interval, range);
  }

  trades(limit: number): readonly Trade[] {
    return this.#tape.newest(limit);
  }

  #peek(): Bar | undefined {
    return this.recording.bars.at(this.#played.length);
  }

  #take(bar: Bar): void {
    this.#played.push(bar);
    this.#history.add(bar);
    this.#history.closeUntil(bar.ts + this.recording.interval);
  }

  /** The bar's four points in the order of G11, its volume shared among them. */
  #trades(bar: Bar, before: number): Trade[] {
    const { instrument, units, interval } = this.recording;
    const quarter = Math.floor(bar.volume / 4);
    const trades: Trade[] = [];
    let from = before;
    let side: Side = 'buy';
    for (const [i, price] of barPath(bar).entries()) {
      const size = i === 3 ? bar.volume - 3 * quarter : quarter;
      if (price !== from) side = price > from ? 'buy' : 'sell';
      from = price;
      if (size === 0) continue;
      trades.push({
        venue: instrument.venue,
        instrument: instrument.symbol,
        id: `${bar.ts}-${i}`,
        ts: bar.ts + Math.floor(((interval - 1) * i) / 3),
        side,
        price: formatUnits(price, units.priceDecimals),
        size: formatUnits(size, units.sizeDecimals),
      });
    }
    return trades;
  }
}

/** G11: by way of the high first where that is nearer to the open. */
export function barPath({ open, high, low, close }: Bar): readonly [number, number, number, number] {
  return high - open < open - low ? [open, high, low, close] : [open, low, high, close];
}
