/** The engine's state and what spans grids and strategies: markets, accounts, exposure, the kill switch and daily loss. */
import type { Effect, KillAffected } from './effects.ts';
import type { EngineOptions } from './engine.ts';
import { instrumentKey, type EngineEvent, type InstrumentKey } from './events.ts';
import { Grid } from './grid/grid.ts';
import type { GridHost } from './grid/host.ts';
import { isEnded, newGridData } from './grid/state.ts';
import { parseRules, type Rules } from './instrument-rules.ts';
import { Account } from './ledger/account.ts';
import { valueOf } from './ledger/grid-ledger.ts';
import { BASE_SCALE, formatQuote, ONE, parseUnits, QUOTE_SCALE, share } from './ledger/money.ts';
import { convert } from './ledger/valuation.ts';
import { Market } from './market.ts';
import type { Exposure } from './risk/gate.ts';
import { RiskGate } from './risk/gate.ts';
import { parseLimits, type ParsedLimits } from './risk/limits.ts';
import type { GridParams } from './events.ts';
import type { GridSpec } from './grid/spec.ts';
import type { Strategy } from './strategy/machine/strategy.ts';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

export interface KillSwitchData {
  readonly active: boolean;
  readonly reason: string;
  readonly since: number | null;
}

export class Desk {
  readonly markets = new Map<string, Market>();
  readonly accounts = new Map<string, Account>();
  readonly grids = new Map<string, Grid>();
  readonly strategies = new Map<string, Strategy>();
  readonly slippage: bigint;
  readonly allowLosing: boolean;
  readonly backtestStrategies: boolean;
  readonly gate: RiskGate;
  killSwitch: KillSwitchData = { active: false, reason: '', since: null };
  /** The UTC day and minute the engine is in; they only move forward. */
  day = -1;
  minute = -1;
  /** Time of the event being processed. */
  now = 0;
  effects: Effect[] = [];
  readonly #limits: ParsedLimits;
  readonly #startBalance: bigint;
  /** Markets whose grids, strategies or orders may have changed in this event. */
  readonly #touched = new Set<Market>();

  constructor(options: EngineOptions) {
    const slippage = parseUnits(options.slippage, BASE_SCALE);
    const startBalance = parseUnits(options.startBalance, QUOTE_SCALE);
    if (slippage === undefined || slippage < 0n || slippage >= ONE)
      throw new RangeError('slippage must be from 0 to below 1');
    if (startBalance === undefined || startBalance < 0n)
      throw new RangeError('startBalance must be a decimal of 0 or more');
    this.slippage = slippage;
    this.#startBalance = startBalance;
    this.#limits = parseLimits(options.risk);
    this.gate = new RiskGate(this.#limits);
    this.allowLosing = options.allowLosingGrids ?? false;
    this.backtestStrategies = options.backtestStrategies ?? false;
  }

  emit(effect: Effect): void {
    this.effects.push(effect);
  }

  log(level: 'info' | 'warn' | 'error', message: string): void {
    this.emit({ type: 'log', ts: this.now, level, source: 'engine', message });
  }

  aliveGrids(venue?: string): Grid[] {
    return this.#marketsOf(venue).flatMap((market) => market.grids);
  }

  aliveStrategies(venue?: string): Strategy[] {
    return this.#marketsOf(venue).flatMap((market) => market.strategies);
  }

  #marketsOf(venue: string | undefined): Market[] {
    return [...this.markets.values()].filter((market) => venue === undefined || market.data.instrument.venue === venue);
  }

  /** Lists an instrument or changes its rules; returns whether anything changed. */
  list({ instrument, priceDecimals }: Extract<EngineEvent, { type: 'instrument' }>): boolean {
    const key = instrumentKey(instrument);
    const known = this.markets.get(key);
    const rules = parseRules(instrument, Math.max(priceDecimals, known?.data.priceDecimals ?? 0));
    if (typeof rules === 'string' || !Number.isInteger(priceDecimals) || priceDecimals < 0) {
      this.log(
        'error',
        `${key} cannot be traded: ${typeof rules === 'string' ? rules : 'price decimals out of range'}`,
      );
      return true;
    }
    if (known) return this.#relist(known, rules, priceDecimals);
    const market = new Market(
      {
        key,
        instrument,
        priceDecimals,
        inputDecimals: priceDecimals,
        last: 0,
        fresh: false,
        trades: false,
        bid: 0,
        ask: 0,
        quoteNewer: false,
        gapAt: 0,
      },
      rules,
    );
    this.markets.set(key, market);
    const { venue, base, quote } = instrument;
    const account =
      this.accounts.get(venue) ?? new Account({ venue, currency: quote, currencies: [], dayPnl: 0n, dayEquity: 0n });
    this.accounts.set(venue, account);
    const before = this.equity(account);
    account.open(quote, this.#startBalance);
    account.open(base, 0n);
    account.data.dayEquity += this.equity(account) - before;
    return true;
  }

  #relist(market: Market, rules: Rules, inputDecimals: number): boolean {
    const { data } = market;
    const same = JSON.stringify(data.instrument) === JSON.stringify(rules.instrument);
    if (same && data.inputDecimals === inputDecimals) return false;
    const rescaled = rules.priceDecimals !== data.priceDecimals;
    market.relist(rules.instrument, rules, inputDecimals);
    if (rescaled) {
      for (const each of [...this.grids.values(), ...this.strategies.values()])
        if (gridKey(each) === data.key) each.rescale(rules.priceDecimals);
    }
    this.touch(market);
    return true;
  }

  /** A grid that belongs to `market`; it is the caller who adds it once it may run. */
  newGrid(id: string, params: GridParams, spec: GridSpec, market: Market): Grid {
    return new Grid(newGridData(id, params, market.data.instrument, this.now), market.rules, spec, this.host(market));
  }

  add(grid: Grid, market: Market): void {
    this.grids.set(grid.data.id, grid);
    if (!isEnded(grid.data.state)) market.grids.push(grid);
    this.touch(market);
  }

  addStrategy(strategy: Strategy, market: Market): void {
    this.strategies.set(strategy.data.id, strategy);
    if (!strategy.ended) market.strategies.push(strategy);
    this.touch(market);
  }

  marketOf(owner: Grid | Strategy): Market {
    const market = this.markets.get(gridKey(owner));
    if (!market) throw new RangeError(`${owner.data.id} has no market`);
    return market;
  }

  host(market: Market): GridHost {
    const account = this.accounts.get(market.data.instrument.venue);
    if (!account) throw new RangeError(`no account for ${market.data.key}`);
    return {
      now: () => this.now,
      slippage: this.slippage,
      allowLosing: this.allowLosing,
      gate: this.gate,
      account,
      mark: () => market.mark(),
      exposure: (price, without) => this.#exposure(market, price, without),
      emit: (effect) => {
        this.emit(effect);
      },
    };
  }

  touch(market: Market): void {
    this.#touched.add(market);
  }

  /** Ends what has run out, gives the money of ended grids back, and renews the windows of quiet prices. */
  settle(): void {
    for (const market of this.#touched) {
      for (const grid of market.grids) {
        if (grid.data.state === 'stopping' && grid.idle) {
          grid.end('stopped', grid.data.reason ?? 'its last order is done');
        }
        if (isEnded(grid.data.state)) this.#release(grid, market);
      }
      if (market.grids.some(({ ended }) => ended)) {
        const alive = market.grids.filter(({ ended }) => !ended);
        market.grids.splice(0, market.grids.length, ...alive);
      }
      if (market.strategies.some(({ ended }) => ended)) this.#releaseStrategies(market);
      market.updateWindow();
    }
    this.#touched.clear();
  }

  #release({ data, host, rules }: Grid, market: Market): void {
    data.endMark = market.mark();
    data.lines = [];
    data.sells = [];
    data.cells = [];
    host.account.take(rules.instrument.quote, -data.quote);
    host.account.take(rules.instrument.base, -toAccount(data.base));
  }

  #releaseStrategies({ strategies }: Market): void {
    for (const { data, host, rules, ended } of strategies) {
      if (!ended) continue;
      data.endMark = host.mark();
      host.account.take(rules.instrument.quote, -data.quote);
      host.account.take(rules.instrument.base, -toAccount(data.base));
    }
    const alive = strategies.filter(({ ended }) => !ended);
    strategies.splice(0, strategies.length, ...alive);
  }

  /** Everything of a currency in an account: free, and in grids and strategies. */
  totals(account: Account): Map<string, bigint> {
    const totals = new Map(account.data.currencies.map(({ currency, free }) => [currency, free]));
    const add = (currency: string, amount: bigint) => totals.set(currency, (totals.get(currency) ?? 0n) + amount);
    const { venue } = account.data;
    const hold = ({ data, rules }: Grid | Strategy) => {
      add(rules.instrument.quote, data.quote);
      add(rules.instrument.base, toAccount(data.base));
    };
    for (const grid of this.aliveGrids(venue)) hold(grid);
    for (const strategy of this.aliveStrategies(venue)) hold(strategy);
    return totals;
  }

  equity(account: Account): bigint {
    return this.worth(account, this.totals(account));
  }

  /** What trading has made of the account: its balances less what it began with, at today's prices. */
  pnl(account: Account): bigint {
    const made = this.totals(account);
    for (const { currency, start } of account.data.currencies) made.set(currency, (made.get(currency) ?? 0n) - start);
    return this.worth(account, made);
  }

  /** Amounts by currency in the account's own, at the last prices. */
  worth(account: Account, amounts: Iterable<readonly [currency: string, amount: bigint]>): bigint {
    const { venue, currency } = account.data;
    const markets = [...this.markets.values()].filter((market) => market.data.instrument.venue === venue);
    let value = 0n;
    for (const [from, amount] of amounts) value += convert(amount, from, currency, markets);
    return value;
  }

  #exposure(market: Market, price: number, without?: Grid): Exposure {
    const { quote, venue } = market.data.instrument;
    let position = 0n;
    let openNotional = 0n;
    for (const grid of this.aliveGrids(venue)) {
      const { data, rules } = grid;
      const orders = grid === without ? { buys: 0n, sells: 0n } : { buys: data.reserved, sells: data.openSells };
      if (gridKey(grid) === market.data.key) position += valueOf(data.base, price, rules.priceDecimals) + orders.buys;
      if (rules.instrument.quote === quote) openNotional += orders.buys + orders.sells;
    }
    for (const { data, rules } of market.strategies) position += valueOf(data.base, price, rules.priceDecimals);
    return { position, openNotional, market: price };
  }

  /** Moves to the event's day; returns whether a new one began. */
  rollDay(ts: number): boolean {
    const day = Math.floor(ts / DAY_MS);
    if (!(day > this.day)) return false;
    this.day = day;
    for (const account of this.accounts.values()) {
      account.data.dayPnl = this.pnl(account);
      account.data.dayEquity = this.equity(account);
    }
    return true;
  }

  /** Once a minute the clock looks at the daily loss; returns whether this was the time. */
  rollMinute(ts: number): boolean {
    const minute = Math.floor(ts / MINUTE_MS);
    if (this.#limits.maxDailyLoss === null || !(minute > this.minute)) return false;
    this.minute = minute;
    return true;
  }

  /**
   * Looks at the daily loss while there is something to stop: before and after prices that may fill, and every minute.
   * Not at quiet prices: a replay sees only the newest of them. With nothing alive the next start looks, so that a
   * kill switch lifted by hand is lifted until then.
   */
  watchDailyLoss(): void {
    for (const { grids, strategies } of this.markets.values()) {
      if (grids.length > 0 || strategies.length > 0) return this.checkDailyLoss();
    }
  }

  /** G16: a daily loss over the limit activates the kill switch. */
  checkDailyLoss(): void {
    const limit = this.#limits.maxDailyLoss;
    if (limit === null || this.killSwitch.active) return;
    for (const account of this.accounts.values()) {
      const loss = account.data.dayPnl - this.pnl(account);
      const allowed = share(account.data.dayEquity, limit);
      if (loss <= allowed) continue;
      const { currency } = account.data;
      this.log('error', `daily loss of ${formatQuote(loss)} ${currency} is over ${formatQuote(allowed)} ${currency}`);
      this.kill('Daily loss limit exceeded', 'risk', false);
      return;
    }
  }

  /** G17: stops everything within this event. */
  kill(reason: string, by: string, closePositions: boolean): KillAffected {
    const affected = { grids_stopped: 0, strategies_stopped: 0, orders_cancelled: 0, positions_closed: 0 };
    this.killSwitch = { active: true, reason, since: this.now };
    for (const market of this.markets.values()) {
      for (const grid of market.grids) {
        if (isEnded(grid.data.state)) continue;
        grid.report.killed(reason);
        affected.orders_cancelled += grid.cancelAll();
        if (closePositions && market.mark() > 0 && grid.closePosition(market.mark())) affected.positions_closed += 1;
        grid.end('stopped', `kill switch: ${reason}`);
        affected.grids_stopped += 1;
      }
      for (const strategy of market.strategies) {
        if (strategy.ended) continue;
        strategy.report.killed(reason);
        if (closePositions && market.mark() > 0 && strategy.closePosition(market.mark())) {
          affected.positions_closed += 1;
        }
        strategy.end('stopped', `kill switch: ${reason}`);
        affected.strategies_stopped += 1;
      }
      this.touch(market);
    }
    this.emit({ type: 'kill_switch', ts: this.now, active: true, reason, by, affected });
    this.log('warn', `[KILL] kill switch activated by ${by}: ${reason}`);
    return affected;
  }
}

export function gridKey({ rules }: { readonly rules: Rules }): InstrumentKey {
  return instrumentKey(rules.instrument);
}

/** Base units as account units. */
export function toAccount(base: bigint): bigint {
  return base * 10n ** BigInt(QUOTE_SCALE - BASE_SCALE);
}
