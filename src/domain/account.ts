/** An account as its owner sees it, whatever the venue. Amounts are plain decimal strings, times ms; `null`: not told. */
import type { Side } from './market-data.ts';

export interface AccountBalance {
  /** What the totals are in: `USDT`. */
  readonly currency: string;
  readonly total: string;
  readonly available: string | null;
  readonly used: string | null;
  readonly assets: readonly AssetBalance[];
}

export interface AssetBalance {
  readonly currency: string;
  readonly total: string;
  readonly available: string | null;
}

export interface AccountPosition {
  readonly symbol: string;
  /** `buy`: long. */
  readonly side: Side;
  readonly size: string;
  readonly entryPrice: string | null;
  readonly markPrice: string | null;
  readonly unrealizedPnl: string | null;
  readonly leverage?: string;
}

export interface AccountPnl {
  readonly currency: string;
  readonly total: string | null;
  readonly today: string | null;
  readonly unrealized: string | null;
  readonly realized: string | null;
}

export interface AccountOrder {
  readonly id: string;
  readonly symbol: string;
  readonly side: Side;
  /** `null`: a market order. */
  readonly price: string | null;
  readonly size: string;
  readonly filled: string | null;
  /** As the venue says it: `New`, `partially_filled`, `CANCELED_MARKET_RESOLVED`. */
  readonly status: string;
  /** Whether it still works in the market. */
  readonly open: boolean;
  readonly ts: number | null;
}

export interface AccountFill {
  readonly id: string;
  readonly orderId: string | null;
  readonly symbol: string;
  readonly side: Side;
  readonly price: string;
  readonly size: string;
  /** Negative: a rebate. */
  readonly fee: string | null;
  readonly feeCurrency: string | null;
  /** M13: a trade that settles on a chain advances; a newer fill of the same id replaces the older. */
  readonly status: string | null;
  readonly ts: number;
}

/** A bot the venue itself runs (O16), listed beside ours. */
export interface VenueBot {
  readonly id: string;
  readonly symbol: string;
  readonly state: string;
  readonly lowerPrice: string;
  readonly upperPrice: string;
  readonly gridCount: number;
  readonly spacing: 'arithmetic' | 'geometric';
  readonly investment: string;
  readonly gridProfit: string | null;
  readonly floatProfit: string | null;
  readonly totalPnl: string | null;
  /** A fraction a year. */
  readonly annualised: string | null;
}

/**
 * What a venue tells of the account. `positions`, `orders` and `bots` are whole lists: what is missing is gone.
 * `order` and `fill` are one each, newer replacing older by id.
 */
export type AccountEvent =
  | { readonly type: 'balance'; readonly balance: AccountBalance }
  | { readonly type: 'positions'; readonly positions: readonly AccountPosition[] }
  | { readonly type: 'pnl'; readonly pnl: AccountPnl }
  | { readonly type: 'orders'; readonly orders: readonly AccountOrder[] }
  | { readonly type: 'order'; readonly order: AccountOrder }
  | { readonly type: 'fill'; readonly fill: AccountFill }
  | { readonly type: 'bots'; readonly bots: readonly VenueBot[] };
