/**
 * The risk gate (G16). Orders reach the market only as `RiskApproved`, and only the gate makes those:
 * an order that was not checked does not compile into the functions that place it.
 */
import type { Side } from '#domain/market-data.ts';
import { formatBase, formatQuote, ONE } from '../ledger/money.ts';
import type { ParsedLimits } from './limits.ts';

export interface OrderIntent {
  /** The cell; -1 for market orders. */
  readonly level: number;
  readonly side: Side;
  readonly price: number;
  readonly amount: bigint;
  /** Value at its own price, in quote units. */
  readonly notional: bigint;
  /** Fills at once: a market order, or one that crosses the book. */
  readonly marketable: boolean;
}

declare const approved: unique symbol;
export type RiskApproved<Order> = Order & { readonly [approved]: true };

/** What stands already, in quote units, without the orders being checked. */
export interface Exposure {
  /** The instrument's position at the mark, and what its resting buys will add. */
  readonly position: bigint;
  /** Value of the account's resting orders in this quote currency. */
  readonly openNotional: bigint;
  /** The market's price, in the orders' units. */
  readonly market: number;
}

export type RiskRule = 'max_order' | 'max_position' | 'max_open_notional' | 'market_deviation';

export interface RiskDecision {
  readonly rule: RiskRule;
  readonly figures: Readonly<Record<string, string>>;
  readonly refused?: string;
}

export type GateResult =
  | {
      readonly ok: true;
      readonly orders: readonly RiskApproved<OrderIntent>[];
      readonly decisions: readonly RiskDecision[];
    }
  | { readonly ok: false; readonly decision: RiskDecision };

export class RiskGate {
  readonly #limits: ParsedLimits;
  /** Whether any rule looks at orders; if not, nothing is decided and nothing is reported. */
  readonly active: boolean;

  constructor(limits: ParsedLimits) {
    this.#limits = limits;
    const { maxOrder, maxPosition, maxOpenNotional, maxMarketDeviation } = limits;
    this.active = [maxOrder, maxPosition, maxOpenNotional, maxMarketDeviation].some((limit) => limit !== null);
  }

  /** Checks `orders` as a whole: all of them pass, or none. */
  check(orders: readonly OrderIntent[], exposure: Exposure): GateResult {
    const decisions: RiskDecision[] = [];
    for (const rule of [this.#order, this.#position, this.#openNotional, this.#deviation]) {
      const decision = rule.call(this, orders, exposure);
      if (!decision) continue;
      if (decision.refused !== undefined) return { ok: false, decision };
      decisions.push(decision);
    }
    return { ok: true, orders: orders as readonly RiskApproved<OrderIntent>[], decisions };
  }

  /** For orders no rule may stop: those of grids that run without risk checks, and sales that close a position. */
  exempt(order: OrderIntent): RiskApproved<OrderIntent> {
    return order as RiskApproved<OrderIntent>;
  }

  #order(orders: readonly OrderIntent[]): RiskDecision | undefined {
    const limit = this.#limits.maxOrder;
    if (limit === null) return undefined;
    let largest = 0n;
    for (const { notional } of orders) if (notional > largest) largest = notional;
    return decide('max_order', largest, limit, 'order');
  }

  #position(orders: readonly OrderIntent[], { position }: Exposure): RiskDecision | undefined {
    const limit = this.#limits.maxPosition;
    const buys = orders.reduce((sum, { side, notional }) => (side === 'buy' ? sum + notional : sum), 0n);
    return limit === null || buys === 0n ? undefined : decide('max_position', position + buys, limit, 'position');
  }

  #openNotional(orders: readonly OrderIntent[], { openNotional }: Exposure): RiskDecision | undefined {
    const limit = this.#limits.maxOpenNotional;
    const resting = orders.reduce((sum, order) => (order.marketable ? sum : sum + order.notional), 0n);
    if (limit === null || resting === 0n) return undefined;
    return decide('max_open_notional', openNotional + resting, limit, 'open_notional');
  }

  #deviation(orders: readonly OrderIntent[], { market }: Exposure): RiskDecision | undefined {
    const limit = this.#limits.maxMarketDeviation;
    const marketable = orders.filter((order) => order.marketable);
    if (limit === null || marketable.length === 0) return undefined;
    const away = marketable.reduce((most, { price }) => Math.max(most, Math.abs(price - market)), 0);
    const deviation = market > 0 ? (BigInt(away) * ONE) / BigInt(market) : ONE;
    const figures = { deviation: formatBase(deviation), limit: formatBase(limit) };
    if (deviation <= limit) return { rule: 'market_deviation', figures };
    const refused = `an order that fills at once would be ${figures.deviation} away from the market; the limit is ${figures.limit}`;
    return { rule: 'market_deviation', figures, refused };
  }
}

function decide(rule: RiskRule, value: bigint, limit: bigint, name: string): RiskDecision {
  const figures = { [name]: formatQuote(value), limit: formatQuote(limit) };
  if (value <= limit) return { rule, figures };
  return {
    rule,
    figures,
    refused: `${name.replace('_', ' ')} of ${formatQuote(value)} is over the limit of ${formatQuote(limit)}`,
  };
}
