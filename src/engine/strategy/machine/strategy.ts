/**
 * A signal strategy that trades (G19): a closed bar goes to its signals, a decision waits as an intent, and the next
 * price of its market fills that at market. Changing sides closes the whole position and opens the new one, each one fill.
 */
import { INTERVAL_MS, type Side } from '#domain/market-data.ts';
import type { GridHost } from '../../grid/host.ts';
import { marketPrice, notional, parseRules, type Rules } from '../../instrument-rules.ts';
import { formatPrice, formatQuote } from '../../ledger/money.ts';
import type { OrderIntent, RiskApproved } from '../../risk/gate.ts';
import type { Decision, SignalBar, SignalMachine, Target } from '../signals.ts';
import { affordable, bookFill, equityAt, held } from './ledger.ts';
import { StrategyReporter } from './report.ts';
import { parseSetup, type StrategyTerms } from './setup.ts';
import { hasEnded, type StrategyData, type StrategyState } from './state.ts';

export type StrategyHost = Omit<GridHost, 'allowLosing'>;

/** A bar in the market's units. */
export type ClosedBar = SignalBar;

export class Strategy {
  readonly data: StrategyData;
  readonly host: StrategyHost;
  readonly report: StrategyReporter;
  rules: Rules;
  terms: StrategyTerms;
  signals: SignalMachine;

  constructor(data: StrategyData, rules: Rules, terms: StrategyTerms, host: StrategyHost) {
    this.data = data;
    this.rules = rules;
    this.terms = terms;
    this.signals = terms.signals(data.barDecimals);
    this.host = host;
    this.report = new StrategyReporter(
      data,
      () => host.now(),
      (effect) => {
        host.emit(effect);
      },
    );
  }

  /** Rebuilds a strategy from a snapshot: its data, and what its signals saved. */
  static revive(data: StrategyData, saved: unknown, priceDecimals: number, host: StrategyHost): Strategy {
    const rules = parseRules(data.instrument, priceDecimals);
    if (typeof rules === 'string') throw new RangeError(`strategy ${data.id}: ${rules}`);
    // What was refused live was never stored.
    const parsed = parseSetup(data.setup, 'backtest');
    if (!parsed.ok)
      throw new RangeError(`strategy ${data.id}: ${parsed.issues.map(({ message }) => message).join('; ')}`);
    const strategy = new Strategy(data, rules, parsed.terms, host);
    strategy.signals.load(saved);
    return strategy;
  }

  /** Counts prices in more decimals from now on (its market was listed anew); its bars stay what they were. */
  rescale(priceDecimals: number): void {
    const { data } = this;
    if (data.endMark !== null) data.endMark *= 10 ** (priceDecimals - this.rules.priceDecimals);
    const rules = parseRules(data.instrument, priceDecimals);
    if (typeof rules === 'string') throw new RangeError(`strategy ${data.id}: ${rules}`);
    this.rules = rules;
  }

  /** Values after the last bar; prices among them in the quote. */
  indicators(): Readonly<Record<string, number | null>> {
    return this.signals.figures();
  }

  get ended(): boolean {
    return hasEnded(this.data.state);
  }

  /** Moves quote from the account into the strategy as invested money. */
  fund(amount: bigint): void {
    this.host.account.take(this.rules.instrument.quote, amount);
    this.data.invested += amount;
    this.data.quote += amount;
  }

  /** New parameters: their signals begin with `bars`, take the position over and decide from the next close on. */
  change(terms: StrategyTerms, rules: Rules, bars: readonly ClosedBar[]): void {
    const { data } = this;
    this.terms = terms;
    this.rules = rules;
    this.signals = terms.signals(data.barDecimals);
    data.lastBar = -1;
    data.intent = null;
    this.warmUp(bars);
    data.target = sideOf(held(data, rules));
    this.signals.adopt(data.target);
  }

  /** Bars of before it trades, or of before its parameters changed: they fill the indicators, nothing is decided. */
  warmUp(bars: readonly ClosedBar[]): void {
    for (const bar of bars) {
      const decision = this.#feed(bar);
      if (decision) this.data.target = decision.target;
    }
  }

  /** A bar has closed that is newer than the last. */
  onClose(bar: ClosedBar): void {
    const { data, terms } = this;
    const decision = this.#feed(bar);
    if (decision) this.#decide(decision, bar);
    if (data.intent && terms.execution === 'close') this.#trade(data.intent.target, bar.close);
    // Only who owes base can lose more than everything.
    if (data.base < 0n || data.quote <= 0n) this.#endIfUsedUp(bar.close);
  }

  #endIfUsedUp(close: number): void {
    if (equityAt(this.data, close, this.rules.priceDecimals) <= 0n && !this.ended) {
      this.closePosition(close);
      this.end('error', USED_UP);
    }
  }

  /** A price of after the decision fills it (G10: older ones never do). */
  onPrice(price: number, ts: number): void {
    const { intent } = this.data;
    if (intent && ts >= intent.since) this.#trade(intent.target, price);
  }

  /**
   * Where it has left a position by its indicators while it could not trade, the way out is taken with the next price.
   * A missed way in is not made up: the next decision is the next chance.
   */
  leaveIfMissed(): void {
    const { data, host } = this;
    const side = sideOf(held(data, this.rules));
    if (side !== 'flat' && side !== this.#wanted(data.target)) data.intent = { target: 'flat', since: host.now() };
  }

  /** Trades the whole position back at market around `price`; returns whether there was one. */
  closePosition(price: number): boolean {
    const position = held(this.data, this.rules);
    this.data.intent = null;
    if (position === 0n) return false;
    const order =
      position > 0n ? this.#marketOrder('sell', position, price) : this.#marketOrder('buy', -position, price);
    // No rule may keep anybody in a position.
    this.#fill(this.host.gate.exempt(order), true);
    return true;
  }

  /** Keeps the position; its indicators go on. */
  pause(reason: string): void {
    this.data.intent = null;
    this.data.state = 'paused';
    this.data.reason = reason;
    this.report.lifecycle('paused', reason);
  }

  /** Its money goes back to the account when the event is settled. */
  end(state: Extract<StrategyState, 'stopped' | 'error'>, reason: string): void {
    const { data, host } = this;
    data.intent = null;
    data.state = state;
    data.reason = reason;
    data.endedAt = host.now();
    this.report.lifecycle(state, reason);
  }

  #feed(bar: ClosedBar): Decision | undefined {
    const { data } = this;
    const unit = 10 ** (this.rules.priceDecimals - data.barDecimals);
    data.lastBar = bar.ts;
    return this.signals.close(
      unit === 1
        ? bar
        : {
            ts: bar.ts,
            open: bar.open / unit,
            high: bar.high / unit,
            low: bar.low / unit,
            close: bar.close / unit,
          },
    );
  }

  #decide(decision: Decision, bar: ClosedBar): void {
    const { data, rules } = this;
    data.target = decision.target;
    const target = this.#wanted(decision.target);
    this.report.signal(decision, target, formatPrice(bar.close, rules.priceDecimals));
    if (data.state !== 'running') return;
    data.intent =
      target === sideOf(held(data, rules)) ? null : { target, since: bar.ts + INTERVAL_MS[data.setup.timeframe] };
  }

  #wanted(target: Target): Target {
    return target === 'short' && !this.terms.allowShort ? 'flat' : target;
  }

  #trade(target: Target, price: number): void {
    const { data, rules } = this;
    data.intent = null;
    if (sideOf(held(data, rules)) !== target) this.closePosition(price);
    if (target !== 'flat' && held(data, rules) === 0n) this.#open(target === 'long' ? 'buy' : 'sell', price);
  }

  /** Sized from all its quote; a refusal by risk pauses it (G16). */
  #open(side: Side, around: number): void {
    const { data, rules, host, terms } = this;
    const price = marketPrice(rules, around, side, host.slippage);
    const amount = affordable(data, rules, price, terms.wholeUnits);
    const order = this.#marketOrder(side, amount, around);
    if (amount === 0n || amount < rules.minSize || order.notional < rules.minNotional) {
      const money = `${formatQuote(data.quote)} ${rules.instrument.quote}`;
      this.report.log(
        'warn',
        `[SIZE] ${money} is no order at ${formatPrice(price, rules.priceDecimals)}: it stays flat`,
      );
      return;
    }
    if (!host.gate.active) return this.#fill(host.gate.exempt(order), false);
    const result = host.gate.check([order], host.exposure(around));
    if (!result.ok) {
      this.report.refused(result.decision);
      return this.pause(`risk: ${result.decision.refused ?? result.decision.rule}`);
    }
    for (const decision of result.decisions) this.report.approved(decision);
    for (const approved of result.orders) this.#fill(approved, false);
  }

  #marketOrder(side: Side, amount: bigint, around: number): OrderIntent {
    const price = marketPrice(this.rules, around, side, this.host.slippage);
    return { level: -1, side, price, amount, notional: notional(this.rules, amount, price), marketable: true };
  }

  #fill(order: RiskApproved<OrderIntent>, closes: boolean): void {
    this.report.fill(order, bookFill(this.data, this.rules, order, closes), this.rules);
  }
}

const USED_UP = 'the equity is used up';

function sideOf(position: bigint): Target {
  if (position === 0n) return 'flat';
  return position > 0n ? 'long' : 'short';
}
