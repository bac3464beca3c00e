/** A strategy's effects, in the words that leave the core. */
import type { Effect } from '../../effects.ts';
import type { Rules } from '../../instrument-rules.ts';
import type { Fill } from '../../ledger/grid-ledger.ts';
import { formatBase, formatPrice, formatQuote } from '../../ledger/money.ts';
import type { OrderIntent, RiskDecision } from '../../risk/gate.ts';
import type { Decision, Target } from '../signals.ts';
import type { StrategyData } from './state.ts';

type OfType<T extends Effect['type']> = Extract<Effect, { type: T }>;

export class StrategyReporter {
  readonly #data: StrategyData;
  readonly #emit: (effect: Effect) => void;
  readonly #now: () => number;

  constructor(data: StrategyData, now: () => number, emit: (effect: Effect) => void) {
    this.#data = data;
    this.#now = now;
    this.#emit = emit;
  }

  /** `close` of the bar, in the market's units; `wanted`: what the decision comes to where nothing may be sold short. */
  signal({ target, reason, strength }: Decision, wanted: Target, close: string): void {
    const data = this.#data;
    data.signals += 1;
    this.#emit({
      type: 'signal',
      ts: this.#now(),
      strategy_id: data.id,
      number: data.signals,
      side: target,
      price: close,
      ...(strength !== undefined && { strength }),
      reason,
      bar: data.lastBar,
    });
    this.log('info', `[SIGNAL] ${wanted.toUpperCase()} @ ${close}: ${reason}`);
  }

  fill({ side, amount, price }: OrderIntent, fill: Fill, rules: Rules): void {
    const data = this.#data;
    data.trades += 1;
    const { base, quote } = rules.instrument;
    const trade_id = String(data.trades);
    const shown = { price: formatPrice(price, rules.priceDecimals), amount: formatBase(amount) };
    const position_after = formatBase(data.base);
    this.#emit({
      type: 'strategy_trade',
      ts: this.#now(),
      strategy_id: data.id,
      trade_id,
      order_id: `${data.id}-${trade_id}`,
      side,
      ...shown,
      fee: fill.feeInBase ? formatBase(fill.fee) : formatQuote(fill.fee),
      fee_currency: fill.feeInBase ? base : quote,
      realized_pnl: formatQuote(fill.realized),
      position_after,
    });
    const text = `${side.toUpperCase()} ${shown.amount} ${base} @ ${shown.price}`;
    this.log('info', `[MARKET] ${text} | position ${position_after}`);
  }

  approved({ rule, figures }: RiskDecision): void {
    this.#data.riskChecks += 1;
    this.#risk({ event: 'check', rule, decision: 'approved', figures });
  }

  refused({ rule, figures, refused = '' }: RiskDecision): void {
    this.#data.riskChecks += 1;
    this.#data.rejected += 1;
    this.#risk({ event: 'rejected', rule, decision: 'refused', figures, reason: refused });
    this.log('warn', `[RISK] ${rule} refused: ${refused}`);
  }

  killed(reason: string): void {
    this.#risk({ event: 'kill_switch', rule: 'kill_switch', decision: 'refused', figures: {}, reason });
  }

  lifecycle(event: OfType<'strategy_lifecycle'>['event'], reason?: string): void {
    const { id, state, setup } = this.#data;
    const why = reason === undefined ? {} : { reason };
    this.#emit({ type: 'strategy_lifecycle', ts: this.#now(), strategy_id: id, event, state, ...why, setup });
    const text = `[${event.toUpperCase()}] ${setup.strategy} on ${setup.symbol} ${setup.timeframe}, ${state}`;
    const level = event === 'error' ? 'error' : state === 'paused' ? 'warn' : 'info';
    this.log(level, reason === undefined ? text : `${text}: ${reason}`);
  }

  log(level: OfType<'log'>['level'], message: string): void {
    this.#emit({ type: 'log', ts: this.#now(), level, source: `strategy.${this.#data.id}`, message });
  }

  #risk(risk: Omit<OfType<'strategy_risk'>, 'type' | 'ts' | 'strategy_id'>): void {
    this.#emit({ type: 'strategy_risk', ts: this.#now(), strategy_id: this.#data.id, ...risk });
  }
}
