/** A grid's effects, in the words that leave the core. */
import type { Effect, GridState } from '../effects.ts';
import type { Rules } from '../instrument-rules.ts';
import type { Fill } from '../ledger/grid-ledger.ts';
import { formatBase, formatPrice, formatQuote } from '../ledger/money.ts';
import type { OrderIntent, RiskDecision } from '../risk/gate.ts';
import type { GridData } from './state.ts';

type OfType<T extends Effect['type']> = Extract<Effect, { type: T }>;
type Emit = (effect: Effect) => void;

/** A text and what it is of: a fill tells its price, amount and position several times. */
class LastText<V> {
  readonly #format: (value: V, decimals: number) => string;
  #value: V | undefined;
  #decimals = 0;
  #text = '';

  constructor(format: (value: V, decimals: number) => string) {
    this.#format = format;
  }

  of(value: V, decimals = 0): string {
    if (value === this.#value && decimals === this.#decimals) return this.#text;
    this.#value = value;
    this.#decimals = decimals;
    this.#text = this.#format(value, decimals);
    return this.#text;
  }
}

export class Reporter {
  readonly #price = new LastText(formatPrice);
  readonly #amount = new LastText(formatBase);
  readonly #position = new LastText(formatBase);
  readonly #data: GridData;
  readonly #emit: Emit;
  readonly #now: () => number;

  constructor(data: GridData, now: () => number, emit: Emit) {
    this.#data = data;
    this.#now = now;
    this.#emit = emit;
  }

  order(
    event: OfType<'order'>['event'],
    order: Pick<OrderIntent, 'level' | 'side' | 'price' | 'amount'>,
    number: number,
    rules: Rules,
  ): void {
    this.#emit({
      type: 'order',
      event,
      ts: this.#now(),
      grid_id: this.#data.id,
      order_id: orderId(this.#data, number),
      level: order.level,
      side: order.side,
      price: this.#price.of(order.price, rules.priceDecimals),
      amount: this.#amount.of(order.amount),
      position_after: this.#position.of(this.#data.base),
    });
  }

  /** A fill: the order is done, the trade is booked, and the log tells the trader. */
  fill(
    order: Pick<OrderIntent, 'level' | 'side' | 'price' | 'amount'>,
    number: number,
    fill: Fill,
    liquidity: 'maker' | 'taker',
    rules: Rules,
    completes: 'cycle' | undefined = undefined,
  ): void {
    const data = this.#data;
    data.trades += 1;
    this.order('filled', order, number, rules);
    const price = this.#price.of(order.price, rules.priceDecimals);
    const amount = this.#amount.of(order.amount);
    const position = this.#position.of(data.base);
    this.#emit({
      type: 'trade',
      ts: this.#now(),
      grid_id: data.id,
      trade_id: String(data.trades),
      order_id: orderId(data, number),
      level: order.level,
      side: order.side,
      price,
      amount,
      fee: fill.feeInBase ? formatBase(fill.fee) : formatQuote(fill.fee),
      fee_currency: fill.feeInBase ? rules.instrument.base : rules.instrument.quote,
      realized_pnl: formatQuote(fill.realized),
      position_after: position,
      liquidity,
      ...(completes && { cycle: true }),
    });
    const tag = order.level < 0 ? 'MARKET' : 'FILL';
    this.log(
      'info',
      `[${tag}] ${order.side.toUpperCase()} ${amount} ${rules.instrument.base} @ ${price} | position ${position}`,
    );
  }

  approved({ rule, figures }: { readonly rule: string; readonly figures: Readonly<Record<string, string>> }): void {
    this.#data.riskChecks += 1;
    this.#risk({ event: 'check', rule, decision: 'approved', figures });
  }

  refused({ rule, figures, refused = '' }: RiskDecision): void {
    this.#data.riskChecks += 1;
    this.#data.rejected += 1;
    this.#risk({ event: 'rejected', rule, decision: 'refused', figures, reason: refused });
    this.log('warn', `[RISK] ${rule} refused: ${refused}`);
  }

  unfunded(level: number, cost: bigint, free: bigint, quote: string): void {
    const figures = { level: String(level), cost: formatQuote(cost), free: formatQuote(free) };
    const reason = `the buy of cell ${level} costs ${figures.cost} ${quote}, ${figures.free} ${quote} is free`;
    this.#risk({ event: 'check', rule: 'quote_cover', decision: 'unfunded', figures, reason });
    this.log('warn', `[UNFUNDED] ${reason}`);
  }

  killed(reason: string): void {
    this.#risk({ event: 'kill_switch', rule: 'kill_switch', decision: 'refused', figures: {}, reason });
  }

  lifecycle(event: OfType<'lifecycle'>['event'], reason?: string): void {
    const { id, state, params } = this.#data;
    const why = reason === undefined ? {} : { reason };
    this.#emit({ type: 'lifecycle', ts: this.#now(), grid_id: id, event, state, ...why, params });
    const text = `[${event.toUpperCase()}] ${params.pair} ${params.lower_price}–${params.upper_price} × ${params.grid_count}, ${state}`;
    this.log(event === 'error' ? 'error' : logLevel(state), reason === undefined ? text : `${text}: ${reason}`);
  }

  log(level: OfType<'log'>['level'], message: string): void {
    this.#emit({ type: 'log', ts: this.#now(), level, source: `grid.${this.#data.id}`, message });
  }

  #risk(risk: Omit<OfType<'risk'>, 'type' | 'ts' | 'grid_id'>): void {
    this.#emit({ type: 'risk', ts: this.#now(), grid_id: this.#data.id, ...risk });
  }
}

export function orderId(data: GridData, number: number): string {
  return `${data.id}-${number}`;
}

function logLevel(state: GridState): 'info' | 'warn' {
  return state === 'stop_loss' || state === 'paused' ? 'warn' : 'info';
}
