/** A seeded market: a book of whole ticks and lots that wanders, with the trades that come of it. */
import { decimalsOf, formatUnits, parseUnits } from '#domain/order-book-units.ts';
import { seededRandom, type Random } from '#domain/random.ts';
import { CandleRecord } from './candle-record.ts';
import { PricePath } from './price-path.ts';

export interface MarketSpec {
  readonly seed: number;
  readonly tickSize: string;
  readonly lotSize: string;
  /** Where it starts. */
  readonly price: string;
  /** A usual size of a level. */
  readonly size: string;
  /** Levels a side. */
  readonly depth: number;
  /** Prices end below this. */
  readonly ceiling?: string;
  /** ms since the epoch. */
  readonly startsAt: number;
}

export type BookSideName = 'bid' | 'ask';

export interface MarketLevel {
  readonly price: number;
  readonly lots: number;
  readonly orders: number;
}

/** A level as it stands now; no lots: it is gone. */
export interface LevelChange extends MarketLevel {
  readonly side: BookSideName;
}

export interface MarketTrade {
  readonly id: number;
  /** The taker's. */
  readonly side: 'buy' | 'sell';
  readonly price: number;
  readonly lots: number;
  readonly count: number;
}

export interface MarketMove {
  readonly changes: readonly LevelChange[];
  readonly trades: readonly MarketTrade[];
}

/** Sides are not emptied below this. */
const FEWEST = 3;
const MOST_TEXTS = 20_000;

export class TestMarket {
  readonly #random: Random;
  readonly #depth: number;
  readonly #usual: number;
  #home: number;
  /** Best first. */
  readonly #levels: Record<BookSideName, MarketLevel[]> = { bid: [], ask: [] };
  /** The same prices are written again and again. */
  readonly #priceTexts = new Map<number, string>();
  readonly #candles: CandleRecord;
  readonly #lot: Grid;
  #tick: Grid;
  #ceiling: number;
  #lastTrade: MarketTrade;

  constructor(spec: MarketSpec) {
    this.#random = seededRandom(spec.seed);
    this.#depth = spec.depth;
    this.#tick = gridOf(spec.tickSize);
    this.#lot = gridOf(spec.lotSize);
    this.#usual = Math.max(2, this.#lot.from(spec.size));
    this.#home = this.#tick.from(spec.price);
    this.#ceiling = spec.ceiling === undefined ? Number.MAX_SAFE_INTEGER : this.#tick.from(spec.ceiling);
    const path = new PricePath({
      random: this.#random,
      endsAt: spec.startsAt,
      price: this.#home,
      lowest: 1,
      highest: this.#ceiling - 1,
      volume: this.#usual * 20,
    });
    this.#candles = new CandleRecord(path);
    this.#lastTrade = { id: 1_000_000, side: 'buy', price: this.#home, lots: 1, count: 1 };
    this.#insert('bid', this.#home - 1);
    this.#insert('ask', this.#home);
    this.#keepDepth();
  }

  get lastTrade(): MarketTrade {
    return this.#lastTrade;
  }

  get candles(): CandleRecord {
    return this.#candles;
  }

  get tickSize(): string {
    return this.#tick.text(1);
  }

  /** As the venue writes it: plain, without trailing zeros. */
  priceText(ticks: number): string {
    const known = this.#priceTexts.get(ticks);
    if (known !== undefined) return known;
    const text = this.#tick.text(ticks);
    if (this.#priceTexts.size >= MOST_TEXTS) this.#priceTexts.clear();
    this.#priceTexts.set(ticks, text);
    return text;
  }

  sizeText(lots: number): string {
    return this.#lot.text(lots);
  }

  side(name: BookSideName): readonly MarketLevel[] {
    return this.#levels[name];
  }

  /** Up to `steps` things happen. */
  move(now: number, steps = 1 + Math.floor(this.#random() * 4)): MarketMove {
    const touched = new Map<string, readonly [BookSideName, number]>();
    const touch = (side: BookSideName, price: number) => touched.set(`${side}${price}`, [side, price]);
    const trades: MarketTrade[] = [];
    for (let i = 0; i < steps; i += 1) {
      const dice = this.#random();
      if (dice < 0.2) {
        const trade = this.#take(touch);
        if (trade) trades.push(trade);
      } else if (dice < 0.35) this.#improve(touch);
      else this.#alter(touch);
    }
    this.#keepDepth(touch);
    for (const { price, lots } of trades) this.#candles.trade(now, price, lots);
    return { changes: [...touched.values()].map(([side, price]) => this.#standing(side, price)), trades };
  }

  /** The same market on a grid with so many more decimals. */
  refine(decimals: number): void {
    const times = 10 ** decimals;
    for (const side of ['bid', 'ask'] as const) {
      this.#levels[side] = this.#levels[side].map((level) => ({ ...level, price: level.price * times }));
    }
    this.#lastTrade = { ...this.#lastTrade, price: this.#lastTrade.price * times };
    this.#ceiling *= times;
    this.#candles.refine(times);
    this.#home *= times;
    this.#tick = this.#tick.finer(decimals);
    this.#priceTexts.clear();
  }

  /** A market order meets the best level. */
  #take(touch: (side: BookSideName, price: number) => void): MarketTrade | undefined {
    const mid = this.#levels.ask[0]?.price ?? this.#home;
    // Back home in the long run.
    const up = this.#random() < 0.5 + Math.max(-0.3, Math.min(0.3, (5 * (this.#home - mid)) / this.#home));
    const side: BookSideName = up ? 'ask' : 'bid';
    const levels = this.#levels[side];
    const best = levels[0];
    if (!best || levels.length <= FEWEST) return undefined;
    const lots = this.#random() < 0.5 ? best.lots : Math.ceil(best.lots * this.#random());
    if (lots === best.lots) levels.shift();
    else levels[0] = { ...best, lots: best.lots - lots };
    touch(side, best.price);
    this.#lastTrade = {
      id: this.#lastTrade.id + 1,
      side: up ? 'buy' : 'sell',
      price: best.price,
      lots,
      count: best.orders,
    };
    return this.#lastTrade;
  }

  /** A new best price, where there is room. */
  #improve(touch: (side: BookSideName, price: number) => void): void {
    const side: BookSideName = this.#random() < 0.5 ? 'bid' : 'ask';
    const bid = this.#levels.bid[0]?.price ?? 0;
    const ask = this.#levels.ask[0]?.price ?? bid + 1;
    const room = ask - bid - 1;
    if (room < 1) return this.#alter(touch);
    const away = 1 + Math.floor(this.#random() * Math.min(room, 3));
    const price = side === 'bid' ? bid + away : ask - away;
    this.#insert(side, price);
    touch(side, price);
  }

  /** A level somewhere, mostly near the best, changes, goes, or comes. */
  #alter(touch: (side: BookSideName, price: number) => void): void {
    const side: BookSideName = this.#random() < 0.5 ? 'bid' : 'ask';
    const levels = this.#levels[side];
    const index = Math.floor(levels.length * this.#random() ** 3);
    const level = levels[index];
    if (!level) return;
    const dice = this.#random();
    if (dice < 0.15 && levels.length > FEWEST) levels.splice(index, 1);
    else if (dice < 0.35) {
      const price = level.price + (side === 'bid' ? -1 : 1);
      if (price < 1 || price >= this.#ceiling || levels.some((other) => other.price === price)) return;
      this.#insert(side, price);
      return touch(side, price);
    } else levels[index] = { ...level, ...this.#amount() };
    touch(side, level.price);
  }

  #amount(): { lots: number; orders: number } {
    return {
      lots: 1 + Math.floor(this.#usual * 2 * this.#random() ** 2),
      orders: 1 + Math.floor(this.#random() * 12),
    };
  }

  #insert(side: BookSideName, price: number): void {
    const levels = this.#levels[side];
    const sign = side === 'bid' ? -1 : 1;
    let at = levels.findIndex((level) => sign * level.price >= sign * price);
    if (at < 0) at = levels.length;
    levels.splice(at, 0, { price, ...this.#amount() });
  }

  /** Exactly `depth` levels a side, as far as prices go. */
  #keepDepth(touch?: (side: BookSideName, price: number) => void): void {
    for (const side of ['bid', 'ask'] as const) {
      const levels = this.#levels[side];
      while (levels.length > this.#depth) {
        const gone = levels.pop();
        if (gone) touch?.(side, gone.price);
      }
      while (levels.length < this.#depth) {
        const last = levels.at(-1)?.price ?? this.#home;
        const price = last + (side === 'bid' ? -1 : 1) * (this.#random() < 0.7 ? 1 : 2);
        if (price < 1 || price >= this.#ceiling) break;
        levels.push({ price, ...this.#amount() });
        touch?.(side, price);
      }
    }
  }

  #standing(side: BookSideName, price: number): LevelChange {
    const level = this.#levels[side].find((other) => other.price === price);
    return level ? { side, ...level } : { side, price, lots: 0, orders: 0 };
  }
}

/** Whole steps and their decimal strings. */
interface Grid {
  from(text: string): number;
  text(steps: number): string;
  finer(decimals: number): Grid;
}

function gridOf(step: string): Grid {
  const decimals = decimalsOf(step);
  return grid(parseUnits(step, decimals) ?? 1, decimals);
}

/** Steps of `unit · 10^-decimals`. */
function grid(unit: number, decimals: number): Grid {
  return {
    from(text) {
      const own = Math.max(decimals, decimalsOf(text));
      return Math.round((parseUnits(text, own) ?? 0) / 10 ** (own - decimals) / unit);
    },
    text(steps) {
      const text = formatUnits(steps * unit, decimals);
      return decimals === 0 ? text : text.replace(/\.?0+$/, '');
    },
    finer: (more) => grid(unit, decimals + more),
  };
}
