/** The cells of a running grid by columns: orders, holdings and fills (G4–G7a), as `Grid` has them by object. */
import type { GridSpec } from '../grid/spec.ts';
import { marketPrice, notional } from '../instrument-rules.ts';
import { valueOf } from '../ledger/grid-ledger.ts';
import { share } from '../ledger/money.ts';
import type { FillRecorder } from './grid-core-columns.ts';
import { MOST_DECIMALS, quoteNumber } from './grid-core-money.ts';
import { Purse, MoneyTable } from './grid-kernel-money.ts';
import { baseUnit, FIRST, KINDS, LESS, MORE, type GridTerms } from './grid-kernel-terms.ts';

export const BUY = 1;
export const SELL = 2;
export const UNFUNDED = 3;

export interface ClosingSale {
  readonly fee: bigint;
  readonly realized: bigint;
}

export class GridCells {
  readonly terms: GridTerms;
  /** Prices strictly between these reach no order and no limit. */
  windowLow = 0;
  windowHigh = Infinity;
  /** All quote; and what no resting buy has reserved. */
  readonly quote: Purse;
  /** In the kernel's units, dust included. */
  base = 0;
  holding = 0;
  trades = 0;
  ended: 'stop_loss' | 'take_profit' | null = null;
  closing: ClosingSale | null = null;
  /** By cell. */
  readonly buys: Float64Array;
  /** By cell and kind. */
  readonly sales: Float64Array;
  readonly #order: Uint8Array;
  readonly #kind: Uint8Array;
  readonly #held: Float64Array;
  readonly #free: Purse;
  readonly #spec: GridSpec;
  readonly #slippage: bigint;
  readonly #fills: FillRecorder | null;
  /** Of the run's price units, one of the data's. */
  readonly #factor: number;
  readonly #beyond: number;
  readonly #divisor: number;
  /** Quote units a price unit of all that one unit of base is worth. */
  readonly #baseToQuote: number;
  /** The highest cell that buys, the lowest that sells. */
  #topBuy: number;
  #lowSell: number;
  #unfunded = 0;

  /** G5: the state right after the start at row `bar`. */
  constructor(
    terms: GridTerms,
    spec: GridSpec,
    slippage: bigint,
    bar: number,
    factor: number,
    fills: FillRecorder | null,
  ) {
    const { plan, rules, count, scales } = terms;
    this.terms = terms;
    this.#spec = spec;
    this.#slippage = slippage;
    this.#factor = factor;
    this.#fills = fills;
    this.#beyond = spec.through ? 1 : 0;
    this.#divisor = 10 ** scales.quote;
    this.#baseToQuote = 10 ** (scales.quote - scales.base - rules.priceDecimals);
    this.buys = new Float64Array(count);
    this.sales = new Float64Array(count * KINDS);
    this.#order = new Uint8Array(count);
    this.#kind = new Uint8Array(count);
    this.#held = new Float64Array(count);
    const first = plan.firstHolding;
    this.#order.fill(BUY, 0, first);
    this.#order.fill(SELL, first);
    this.#kind.fill(FIRST, first);
    this.#held.fill(terms.firstYield, first);
    this.#topBuy = first - 1;
    this.#lowSell = first;
    this.holding = count - first;
    this.base = this.holding * terms.firstYield;
    // The plan has made sure of every buy: what it does not need is free.
    this.#free = new Purse(plan.invested - plan.need, scales.quote);
    this.quote = new Purse(plan.invested - terms.firstCost * BigInt(this.holding), scales.quote);
    if (this.holding > 0) {
      const fee = share(notional(rules, plan.purchase, plan.marketPrice), rules.taker);
      this.#record(bar, 1, -1, plan.marketPrice, Number(plan.purchase / rules.lot), () => quoteNumber(fee), 0);
    }
  }

  /** G11: the four legs of a row that may reach something. */
  bar(row: number, before: number, open: number, high: number, low: number, close: number): void {
    this.leg(row, before, open, true);
    this.within(row, open, high, low, close);
  }

  /** The legs after the open. */
  within(row: number, open: number, high: number, low: number, close: number): void {
    const highFirst = high - open < open - low;
    this.leg(row, open, highFirst ? high : low, false);
    this.leg(row, highFirst ? high : low, highFirst ? low : high, false);
    this.leg(row, highFirst ? low : high, close, false);
  }

  leg(row: number, from: number, to: number, gap: boolean): void {
    if (this.ended !== null) return;
    if (to < from) this.#fall(row, to, gap);
    else if (to > from) this.#rise(row, to, gap);
  }

  /** What everything is worth at a mark, the nearest double. */
  worthAt(mark: number): number {
    const { scales, rules } = this.terms;
    const units = this.quote.units() + this.base * this.#baseToQuote * mark;
    if (units < Number.MAX_SAFE_INTEGER && scales.quote <= MOST_DECIMALS) return units / this.#divisor;
    return quoteNumber(this.quote.exact() + valueOf(this.exactBase(), mark, rules.priceDecimals));
  }

  /** The same about: quote, and what a price unit adds. */
  roughQuote(): number {
    return this.quote.units() / this.#divisor;
  }

  roughSlope(): number {
    return (this.base * this.#baseToQuote) / this.#divisor;
  }

  exactBase(): bigint {
    return BigInt(this.base) * baseUnit(this.terms.scales);
  }

  /** G8: what the held base cost. */
  basis(): bigint {
    let basis = 0n;
    for (let cell = 0; cell < this.terms.count; cell += 1) {
      if (this.#order[cell] === SELL) {
        basis += this.#kind[cell] === FIRST ? this.terms.firstCost : this.terms.costOf(cell);
      }
    }
    return basis;
  }

  #fall(row: number, to: number, gap: boolean): void {
    const { lines } = this.terms;
    const order = this.#order;
    const { stopLoss } = this.#spec;
    const reached = to + this.#beyond;
    let cell = this.#topBuy;
    for (; cell >= 0 && (lines[cell] ?? 0) >= reached; cell -= 1) if (order[cell] === BUY) this.#buy(row, cell);
    while (cell >= 0 && order[cell] !== BUY) cell -= 1;
    this.#topBuy = cell;
    if (stopLoss !== null && to <= stopLoss) this.#close(row, 'stop_loss', gap ? to : stopLoss);
  }

  #rise(row: number, to: number, gap: boolean): void {
    const { sells, count } = this.terms;
    const order = this.#order;
    const { takeProfit } = this.#spec;
    const limit = takeProfit !== null && to >= takeProfit ? takeProfit : Infinity;
    const reached = to - this.#beyond;
    let cell = this.#lowSell;
    for (; cell < count; cell += 1) {
      const price = sells[cell] ?? 0;
      if (price > reached || price >= limit) break;
      if (order[cell] === SELL) this.#sell(row, cell, price);
    }
    while (cell < count && order[cell] !== SELL) cell += 1;
    this.#lowSell = cell;
    if (limit < Infinity) this.#close(row, 'take_profit', gap ? to : limit);
  }

  /** Its quote was reserved, so what is free does not change. */
  #buy(row: number, cell: number): void {
    const { terms } = this;
    this.quote.subtract(terms.costs, cell);
    this.base += terms.lineYield;
    const held = (this.#held[cell] ?? 0) + terms.lineYield;
    this.#held[cell] = held;
    // G7a: never with the fee in quote, where it holds whole lots and no dust.
    this.#kind[cell] = held >= (terms.lots[MORE] ?? 0) * terms.lot ? MORE : LESS;
    this.#order[cell] = SELL;
    this.buys[cell] = (this.buys[cell] ?? 0) + 1;
    this.holding += 1;
    this.trades += 1;
    if (cell < this.#lowSell) this.#lowSell = cell;
    if (!this.#fills) return;
    const lots = Number(terms.plan.quantity / terms.rules.lot);
    this.#fills.add(row, 1, cell, (terms.lines[cell] ?? 0) / this.#factor, lots, terms.buyFees[cell] ?? 0, 0);
  }

  #sell(row: number, cell: number, price: number): void {
    const { terms } = this;
    const kind = this.#kind[cell] ?? 0;
    const at = cell * KINDS + kind;
    const lots = terms.lots[kind] ?? 0;
    this.quote.add(terms.yields, at);
    this.#free.add(terms.yields, at);
    this.base -= lots * terms.lot;
    this.#held[cell] = (this.#held[cell] ?? 0) - lots * terms.lot;
    this.sales[at] = (this.sales[at] ?? 0) + 1;
    this.holding -= 1;
    this.trades += 1;
    this.#fills?.add(row, -1, cell, price / this.#factor, lots, terms.saleFees[at] ?? 0, terms.realized[at] ?? 0);
    // G7: its own buy first, then the unfunded cells below the price, highest first.
    const waiting = this.#unfunded;
    this.#order[cell] = UNFUNDED;
    this.#unfunded += 1;
    this.#fund(cell);
    if (waiting === 0) return;
    for (let other = terms.count - 1; other >= 0; other -= 1) {
      if (other !== cell && this.#order[other] === UNFUNDED && (terms.lines[other] ?? 0) < price) this.#fund(other);
    }
  }

  /** Places an unfunded cell's buy where free quote covers it. */
  #fund(cell: number): void {
    const { costs } = this.terms;
    if (!this.#free.covers(costs, cell)) return;
    this.#free.subtract(costs, cell);
    this.#order[cell] = BUY;
    this.#unfunded -= 1;
    if (cell > this.#topBuy) this.#topBuy = cell;
  }

  /** G12: all base, floored to the lot, at market. */
  #close(row: number, state: 'stop_loss' | 'take_profit', price: number): void {
    const { terms } = this;
    const { rules, scales } = terms;
    this.ended = state;
    const lots = Math.floor(this.base / terms.lot);
    if (lots > 0) {
      const at = marketPrice(rules, price, 'sell', this.#slippage);
      const proceeds = notional(rules, BigInt(lots) * rules.lot, at);
      const fee = share(proceeds, rules.taker);
      const realized = proceeds - fee - this.basis();
      this.closing = { fee, realized };
      const yielded = new MoneyTable(1, scales.quote);
      yielded.set(0, proceeds - fee);
      this.quote.add(yielded, 0);
      this.base -= lots * terms.lot;
      this.#record(row, -1, -1, at, lots, () => quoteNumber(fee), quoteNumber(realized));
    }
    this.#order.fill(0);
    this.holding = 0;
  }

  #record(
    row: number,
    side: 1 | -1,
    cell: number,
    price: number,
    lots: number,
    fee: () => number,
    realized: number,
  ): void {
    this.trades += 1;
    this.#fills?.add(row, side, cell, price / this.#factor, lots, fee(), realized);
  }

  /** After a start and after each row that may have reached something. */
  updateWindow(): void {
    const { lines, sells, count } = this.terms;
    const { stopLoss, takeProfit } = this.#spec;
    const buy = this.#topBuy < 0 ? 0 : (lines[this.#topBuy] ?? 0) - this.#beyond;
    const sell = this.#lowSell >= count ? Infinity : (sells[this.#lowSell] ?? 0) + this.#beyond;
    this.windowLow = Math.max(buy, stopLoss ?? 0);
    this.windowHigh = Math.min(sell, takeProfit ?? Infinity);
  }
}
