/** What `account.<venue>.*` carries, in the domain's words. Where the engine gives a figure exactly, that is taken. */
import type {
  AccountBalance,
  AccountFill,
  AccountOrder,
  AccountPnl,
  AccountPosition,
  VenueBot,
} from '#domain/account.ts';
import { formatDecimal, parseDecimal } from '#domain/decimal.ts';
import type {
  AccountFillView,
  AccountOrderView,
  AccountPnlEvent,
  BalanceEvent,
  PositionView,
  VenueBotView,
} from '#protocol/account-shapes.ts';

type Exact = { readonly exact?: Readonly<Record<string, string>> | undefined };

function text(figure: number): string {
  const parsed = parseDecimal(figure);
  return parsed ? formatDecimal(parsed) : String(figure);
}

/** The field `name` of a shape, as exactly as it is told. */
function required({ exact }: Exact, name: string, figure: number): string {
  return exact?.[name] ?? text(figure);
}

function optional(shape: Exact, name: string, figure: number | null | undefined): string | null {
  return figure === null || figure === undefined ? (shape.exact?.[name] ?? null) : required(shape, name, figure);
}

const sideOf = (side: 'Buy' | 'Sell') => (side === 'Buy' ? 'buy' : 'sell');

export function balanceOf(event: BalanceEvent): AccountBalance {
  const own = event.balances.find(({ currency }) => currency === event.currency);
  return {
    currency: event.currency,
    total:
      optional(event, 'total_balance', event.total_balance) ??
      optional(event, 'equity', event.equity) ??
      own?.total ??
      '0',
    available: optional(event, 'available_balance', event.available_balance) ?? own?.free ?? null,
    used: optional(event, 'used_margin', event.used_margin) ?? own?.reserved ?? null,
    assets: event.balances.map(({ currency, total, free }) => ({ currency, total, available: free })),
  };
}

/** A paper account's balance also tells what it has earned. */
export function pnlOfBalance(event: BalanceEvent): AccountPnl | null {
  if (event.total_pnl === undefined && event.today_pnl === undefined) return null;
  return {
    currency: event.currency,
    total: optional(event, 'total_pnl', event.total_pnl),
    today: optional(event, 'today_pnl', event.today_pnl),
    unrealized: null,
    realized: null,
  };
}

export function positionOf(view: PositionView): AccountPosition {
  return {
    symbol: view.symbol,
    side: sideOf(view.side),
    size: required(view, 'size', view.size),
    entryPrice: optional(view, 'entry_price', view.entry_price),
    markPrice: optional(view, 'mark_price', view.mark_price),
    unrealizedPnl: optional(view, 'unrealized_pnl', view.unrealized_pnl),
    ...(view.leverage !== undefined && { leverage: view.leverage }),
  };
}

/** `currency`: that of the account, for peers that do not name it. */
export function pnlOf(event: AccountPnlEvent, currency: string): AccountPnl {
  return {
    currency: event.currency ?? currency,
    total: optional(event, 'total_pnl', event.total_pnl),
    today: optional(event, 'today_pnl', event.today_pnl),
    unrealized: optional(event, 'unrealized_pnl', event.unrealized_pnl),
    realized: optional(event, 'realized_pnl', event.realized_pnl),
  };
}

const ENDED = /^(filled|cancel|reject|expired|closed|done)/i;

export function orderOf(view: AccountOrderView): AccountOrder {
  return {
    id: view.order_id,
    symbol: view.symbol,
    side: sideOf(view.side),
    price: optional(view, 'price', view.price),
    size: required(view, 'quantity', view.quantity),
    filled: optional(view, 'filled', view.filled),
    status: view.status,
    open: view.open ?? !ENDED.test(view.status),
    ts: view.ts ?? null,
  };
}

export function fillOf(view: AccountFillView): AccountFill {
  return {
    id: view.trade_id,
    orderId: view.order_id,
    symbol: view.symbol,
    side: sideOf(view.side),
    price: required(view, 'price', view.price),
    size: required(view, 'quantity', view.quantity),
    fee: optional(view, 'fee', view.fee),
    feeCurrency: view.fee_currency,
    status: view.status,
    ts: view.ts,
  };
}

export function botOf(view: VenueBotView): VenueBot {
  return {
    id: view.id,
    symbol: view.symbol,
    state: view.state,
    lowerPrice: required(view, 'lower_price', view.lower_price),
    upperPrice: required(view, 'upper_price', view.upper_price),
    gridCount: view.grid_count,
    spacing: view.spacing,
    investment: required(view, 'investment', view.investment),
    gridProfit: optional(view, 'grid_profit', view.grid_profit),
    floatProfit: optional(view, 'float_profit', view.float_profit),
    totalPnl: optional(view, 'total_pnl', view.total_pnl),
    annualised: optional(view, 'annualised', view.annualised),
  };
}
