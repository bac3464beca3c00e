/**
 * The grid machine: cells, their orders and fills (G4–G7a), and how it ends. It begins in `begin.ts`; prices
 * reach it through `path.ts`; money moves in `ledger/`.
 */
import type { EngineError, GridState } from '../effects.ts';
import { buyCost, floorLot, marketPrice, notional, parseRules, type Rules } from '../instrument-rules.ts';
import { bookBuy, bookSell, sellable } from '../ledger/grid-ledger.ts';
import type { OrderIntent, RiskApproved } from '../risk/gate.ts';
import type { Book, GridHost } from './host.ts';
import { orderIntent } from './intent.ts';
import { Reporter } from './report.ts';
import { parseSpec, type GridSpec } from './spec.ts';
import { isEnded, type Cell, type GridData } from './state.ts';

export class Grid {
  readonly data: GridData;
  readonly host: GridHost;
  readonly report: Reporter;
  rules: Rules;
  spec: GridSpec;
  /** Prices strictly between these change nothing (`path.ts` keeps them). */
  low = 0;
  high = Infinity;

  constructor(data: GridData, rules: Rules, spec: GridSpec, host: GridHost) {
    this.data = data;
    this.rules = rules;
    this.spec = spec;
    this.host = host;
    this.report = new Reporter(
      data,
      () => host.now(),
      (effect) => {
        host.emit(effect);
      },
    );
  }

  /** Rebuilds a grid from a snapshot's data; its parameters were valid when they were stored. */
  static revive(data: GridData, priceDecimals: number, host: GridHost): Grid {
    const rules = parseRules(data.instrument, priceDecimals);
    if (typeof rules === 'string') throw new RangeError(`grid ${data.id}: ${rules}`);
    const parsed = parseSpec(data.params, rules);
    if (!parsed.ok) throw new RangeError(`grid ${data.id}: ${parsed.issues.map((issue) => issue.message).join('; ')}`);
    return new Grid(data, rules, parsed.spec, host);
  }

  /** Counts prices in more decimals from now on (its market was listed anew). */
  rescale(priceDecimals: number): void {
    const factor = 10 ** (priceDecimals - this.rules.priceDecimals);
    const { data } = this;
    Object.assign(data, {
      lines: data.lines.map((line) => line * factor),
      sells: data.sells.map((sell) => sell * factor),
      endMark: data.endMark === null ? null : data.endMark * factor,
    });
    const { rules, spec } = Grid.revive(data, priceDecimals, this.host);
    this.rules = rules;
    this.spec = spec;
  }

  get ended(): boolean {
    return isEnded(this.data.state);
  }

  /** G14: no order rests, and no limit has base to guard. */
  get idle(): boolean {
    const { data, rules, spec } = this;
    if (data.cells.some(({ order }) => order === 'buy' || order === 'sell')) return false;
    return (spec.stopLoss === null && spec.takeProfit === null) || floorLot(rules, data.base) === 0n;
  }

  /** Moves quote from the account into the grid as invested money; a negative amount goes back. */
  fund(amount: bigint): void {
    this.host.account.take(this.rules.instrument.quote, amount);
    this.data.invested += amount;
    this.data.quote += amount;
  }

  /** G16: all orders of a start, a resumption or a re-grid as a whole. */
  approveAll(
    orders: readonly OrderIntent[],
    price: number,
    without?: Grid,
  ):
    | { readonly ok: true; readonly orders: readonly RiskApproved<OrderIntent>[] }
    | { readonly ok: false; readonly error: EngineError } {
    const { gate } = this.host;
    if (!this.spec.riskEnabled || !gate.active) return { ok: true, orders: orders.map((order) => gate.exempt(order)) };
    const result = gate.check(orders, this.host.exposure(price, without));
    if (!result.ok) {
      this.report.refused(result.decision);
      return { ok: false, error: { code: 'RISK_REJECTED', message: result.decision.refused ?? result.decision.rule } };
    }
    for (const decision of result.decisions) this.report.approved(decision);
    return { ok: true, orders: result.orders };
  }

  /** Sells first, upwards, then buys from the highest down: as far as the quote goes (G7). */
  placeAll(orders: readonly RiskApproved<OrderIntent>[]): void {
    const sells = orders.filter((order) => order.side === 'sell');
    const buys = orders.filter((order) => order.side === 'buy').toReversed();
    for (const order of [...sells, ...buys]) {
      if (this.data.state !== 'running') return;
      if (order.side === 'sell' || this.#covers(order.level, order.marketable)) this.#place(order);
    }
  }

  /** The order a cell should have, as it would be placed now. */
  intentOf(level: number, book: Book | null): OrderIntent {
    const { data, rules } = this;
    const cell = this.cell(level);
    const order = cell.holding
      ? ({ level, side: 'sell', price: data.sells[level] ?? 0, amount: sellable(rules, cell) } as const)
      : ({ level, side: 'buy', price: data.lines[level] ?? 0, amount: data.quantity } as const);
    return orderIntent(rules, order, book);
  }

  marketIntent(side: 'buy' | 'sell', amount: bigint, price: number): OrderIntent {
    return { level: -1, side, price, amount, notional: notional(this.rules, amount, price), marketable: true };
  }

  /** Fills a resting order whole, at its own price, and places what follows from it (G7). */
  fill(level: number, liquidity: 'maker' | 'taker'): void {
    const { data, rules } = this;
    const cell = this.cell(level);
    const rate = liquidity === 'maker' ? rules.maker : rules.taker;
    const number = cell.orderNumber;
    if (cell.order === 'buy') {
      const order = { level, side: 'buy', price: data.lines[level] ?? 0, amount: cell.amount } as const;
      this.#lift(level);
      const fill = bookBuy(data, rules, cell, order.amount, order.price, rate);
      cell.holding = true;
      cell.lineBuy = true;
      this.report.fill(order, number, fill, liquidity, rules);
      this.#replace(level);
    } else if (cell.order === 'sell') {
      const order = { level, side: 'sell', price: data.sells[level] ?? 0, amount: cell.amount } as const;
      this.#lift(level);
      const fill = bookSell(data, rules, order.amount, order.price, rate, cell.basis);
      cell.base -= order.amount;
      cell.basis = 0n;
      cell.holding = false;
      const completes = cell.lineBuy ? 'cycle' : undefined;
      if (completes) {
        data.cycles += 1;
        data.gridProfit += fill.realized;
      }
      cell.lineBuy = false;
      this.report.fill(order, number, fill, liquidity, rules, completes);
      this.#replace(level);
      this.#retryUnfunded(order.price, level);
    }
  }

  /** Cancels every resting order; returns how many. */
  cancelAll(): number {
    let cancelled = 0;
    for (const [level, cell] of this.data.cells.entries()) {
      const side = cell.order;
      if (side === 'unfunded') cell.order = 'none';
      if (side !== 'buy' && side !== 'sell') continue;
      const price = (side === 'buy' ? this.data.lines : this.data.sells)[level] ?? 0;
      this.#lift(level);
      this.report.order('cancelled', { level, side, price, amount: cell.amount }, cell.orderNumber, this.rules);
      cancelled += 1;
    }
    return cancelled;
  }

  /** Sells all base, floored to the lot, at market around `price`; returns whether there was any. */
  closePosition(price: number): boolean {
    const { data, rules, host } = this;
    const amount = floorLot(rules, data.base);
    if (amount === 0n) return false;
    const order = host.gate.exempt(this.marketIntent('sell', amount, marketPrice(rules, price, 'sell', host.slippage)));
    this.trade(order, data.basis);
    for (const cell of data.cells) {
      cell.base = 0n;
      cell.basis = 0n;
      cell.holding = false;
    }
    return true;
  }

  /** A market order's sale of base that cost `basis`. */
  trade(order: RiskApproved<OrderIntent>, basis: bigint): void {
    const number = this.nextOrder();
    this.report.order('placed', order, number, this.rules);
    const fill = bookSell(this.data, this.rules, order.amount, order.price, this.rules.taker, basis);
    this.report.fill(order, number, fill, 'taker', this.rules);
  }

  /** G14, G16: cancels the orders and waits for `grid.resume`; its limits stay armed. */
  pause(reason: string): void {
    this.cancelAll();
    this.data.state = 'paused';
    this.data.reason = reason;
    this.report.lifecycle('paused', reason);
  }

  /** The end of a grid. Its money goes back to the account when the event is settled. */
  end(state: Extract<GridState, 'stopped' | 'stop_loss' | 'take_profit' | 'error'>, reason: string): number {
    const cancelled = this.cancelAll();
    this.data.state = state;
    this.data.reason = reason;
    this.data.endedAt = this.host.now();
    this.report.lifecycle(state === 'error' ? 'error' : 'stopped', reason);
    return cancelled;
  }

  cell(level: number): Cell {
    const cell = this.data.cells[level];
    if (!cell) throw new RangeError(`grid ${this.data.id} has no cell ${level}`);
    return cell;
  }

  nextOrder(): number {
    this.data.orders += 1;
    return this.data.orders;
  }

  /** Puts an order into the market; the caller has seen to it that a buy is covered. */
  #place(order: RiskApproved<OrderIntent>): void {
    const { data, rules } = this;
    const cell = this.cell(order.level);
    cell.order = order.side;
    cell.orderNumber = this.nextOrder();
    cell.placedAt = this.host.now();
    cell.amount = order.amount;
    if (order.side === 'buy') data.reserved += buyCost(rules, order.amount, order.price, rules.maker);
    else data.openSells += order.notional;
    this.report.order('placed', order, cell.orderNumber, rules);
    if (order.marketable) this.fill(order.level, 'taker');
  }

  /** Takes a resting order and its reservation out. */
  #lift(level: number): void {
    const { data, rules } = this;
    const cell = this.cell(level);
    if (cell.order === 'buy') data.reserved -= buyCost(rules, cell.amount, data.lines[level] ?? 0, rules.maker);
    else if (cell.order === 'sell') data.openSells -= notional(rules, cell.amount, data.sells[level] ?? 0);
    cell.order = 'none';
  }

  /** G7: whether free quote covers the cell's buy; if not, the cell is unfunded. */
  #covers(level: number, marketable: boolean): boolean {
    const { data, rules } = this;
    const rate = marketable ? rules.taker : rules.maker;
    const cost = buyCost(rules, data.quantity, data.lines[level] ?? 0, rate);
    const free = data.quote - data.reserved;
    if (cost <= free) return true;
    const cell = this.cell(level);
    if (cell.order !== 'unfunded') {
      cell.order = 'unfunded';
      this.report.unfunded(level, cost, free, rules.instrument.quote);
    }
    return false;
  }

  /** Places the cell's next order. A refusal of it pauses the grid (G16). */
  #replace(level: number): void {
    if (this.data.state !== 'running') return;
    const cell = this.cell(level);
    // After a fill the price stands between the cell's lines, so what is placed now never crosses.
    if (!cell.holding && !this.#covers(level, false)) return;
    const order = this.intentOf(level, null);
    const { gate } = this.host;
    if (!this.spec.riskEnabled || !gate.active) {
      this.#place(gate.exempt(order));
      return;
    }
    const result = gate.check([order], this.host.exposure(this.host.mark()));
    if (!result.ok) {
      this.report.refused(result.decision);
      this.pause(`risk: ${result.decision.refused ?? result.decision.rule}`);
      return;
    }
    this.report.approved({ rule: 'order', figures: Object.assign({}, ...result.decisions.map((d) => d.figures)) });
    for (const approved of result.orders) this.#place(approved);
  }

  /** G7: after a sell, the unfunded cells below its price, highest first, skipping those not covered. */
  #retryUnfunded(price: number, sold: number): void {
    const { cells, lines } = this.data;
    for (let level = cells.length - 1; level >= 0 && this.data.state === 'running'; level -= 1) {
      if (level !== sold && cells[level]?.order === 'unfunded' && (lines[level] ?? 0) < price) this.#replace(level);
    }
  }
}
