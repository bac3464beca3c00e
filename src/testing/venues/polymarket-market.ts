/** One question of the test Polymarket: a market of its first outcome, and the same seen from the other (M6, M7). */
import { createHash } from 'node:crypto';
import type { BookLevel } from '#domain/market-data.ts';
import type { Question, QuestionState } from './polymarket-questions.ts';
import { TestMarket, type BookSideName, type LevelChange } from './test-market.ts';
import type { Fields } from './venue-socket.ts';

const OTHER: Readonly<Record<BookSideName, BookSideName>> = { bid: 'ask', ask: 'bid' };
const MIN_ORDER_SIZE = '5';

/** `wire`: best last (M6). */
export type LevelOrder = 'wire' | 'best-first';

export class PolymarketMarket {
  readonly question: Question;
  readonly market: TestMarket;
  #decimals = 2;
  /** Index of the outcome it was decided for. */
  winner: number | undefined;

  constructor(question: Question, seed: number, depth: number, now: number) {
    this.question = question;
    this.market = new TestMarket({
      seed,
      tickSize: question.tickSize,
      lotSize: '0.01',
      price: question.price,
      size: '250',
      depth,
      ceiling: '1',
      startsAt: now,
    });
  }

  get tickSize(): string {
    return this.market.tickSize;
  }

  /** M8: ten times finer. */
  refine(): { readonly old: string; readonly new: string } {
    const old = this.tickSize;
    this.market.refine(1);
    this.#decimals += 1;
    return { old, new: this.tickSize };
  }

  /** Ticks of a token's price: those of the first outcome, or what is missing to 1. */
  #ticksOf(index: number, ticks: number): number {
    return index === 0 ? ticks : 10 ** this.#decimals - ticks;
  }

  priceText(index: number, ticks: number): string {
    return this.market.priceText(this.#ticksOf(index, ticks));
  }

  /** Best first. */
  levels(index: number, side: BookSideName): BookLevel[] {
    const own = index === 0 ? side : OTHER[side];
    return this.market.side(own).map(({ price, lots }) => [this.priceText(index, price), this.market.sizeText(lots)]);
  }

  best(index: number): { readonly bid: string; readonly ask: string } {
    const own = { bid: this.market.side('bid')[0]?.price, ask: this.market.side('ask')[0]?.price };
    const of = (side: BookSideName) => {
      const ticks = index === 0 ? own[side] : own[OTHER[side]];
      return ticks === undefined ? '' : this.priceText(index, ticks);
    };
    return { bid: of('bid'), ask: of('ask') };
  }

  /** M6, M11. `isFirst`: with all the inputs of its hash but two. */
  bookFrame(index: number, now: number, order: LevelOrder, isFirst: boolean): Fields {
    const { conditionId, tokens } = this.question;
    const side = (name: BookSideName) => {
      const levels = this.levels(index, name).map(([price, size]) => ({ price, size }));
      return order === 'wire' ? levels.reverse() : levels;
    };
    const head = { market: conditionId, asset_id: tokens[index], timestamp: String(now) };
    return {
      ...head,
      hash: this.hash(index, now),
      bids: side('bid'),
      asks: side('ask'),
      ...(isFirst && { tick_size: this.tickSize }),
      event_type: 'book',
      ...(isFirst && { last_trade_price: this.#lastTradePrice() }),
    };
  }

  /** CLOB `/book`: everything. */
  restBook(index: number, now: number): Fields {
    const { event_type: _, ...book } = this.bookFrame(index, now, 'wire', true);
    return { ...book, min_order_size: MIN_ORDER_SIZE, neg_risk: false };
  }

  /** M11. */
  hash(index: number, now: number): string {
    const side = (name: BookSideName) =>
      this.levels(index, name)
        .map(([price, size]) => ({ price, size }))
        .reverse();
    const inputs = {
      market: this.question.conditionId,
      asset_id: this.question.tokens[index],
      timestamp: String(now),
      hash: '',
      bids: side('bid'),
      asks: side('ask'),
      min_order_size: MIN_ORDER_SIZE,
      tick_size: this.tickSize,
      neg_risk: false,
      last_trade_price: this.#lastTradePrice(),
    };
    return createHash('sha1').update(JSON.stringify(inputs)).digest('hex');
  }

  /** M7: what one change means to both tokens. */
  priceChanges({ side, price, lots }: LevelChange, now: number): Fields[] {
    return this.question.tokens.map((asset_id, index) => {
      const own = index === 0 ? side : OTHER[side];
      const { bid, ask } = this.best(index);
      return {
        asset_id,
        price: this.priceText(index, price),
        size: this.market.sizeText(lots),
        side: own === 'bid' ? 'BUY' : 'SELL',
        hash: this.hash(index, now),
        best_bid: bid,
        best_ask: ask,
      };
    });
  }

  state(): QuestionState {
    const { bid, ask } = this.best(0);
    const last = this.market.lastTrade.price;
    return {
      tickSize: this.tickSize,
      prices: [this.priceText(0, last), this.priceText(1, last)],
      bestBid: Number(bid),
      bestAsk: Number(ask),
      lastTrade: Number(this.priceText(0, last)),
      winner: this.winner,
    };
  }

  /** M14: `p` over time, oldest first. */
  history(index: number, from: number, to: number, stepMs: number, now: number): { t: number; p: number }[] {
    const points: { t: number; p: number }[] = [];
    for (let t = Math.ceil(from / stepMs) * stepMs; t <= Math.min(to, now); t += stepMs) {
      const { close } = this.market.candles.bar(60_000, t, now);
      points.push({ t: Math.floor(t / 1_000), p: Number(this.priceText(index, close)) });
    }
    return points;
  }

  #lastTradePrice(): string {
    return Number(this.market.priceText(this.market.lastTrade.price)).toFixed(3);
  }
}
