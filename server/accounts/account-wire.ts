/** A venue's account in domain words → the protocol's: decimal strings become JSON numbers, `exact` keeps the strings. */
import type {
  AccountBalance,
  AccountFill,
  AccountOrder,
  AccountPnl,
  AccountPosition,
  VenueBot,
} from '#domain/account.ts';
import { decimal, formatDecimal, subtractDecimals } from '#domain/decimal.ts';
import type { Side } from '#domain/market-data.ts';
import type {
  AccountFillView,
  AccountOrderView,
  AccountPnlEvent,
  BalanceEvent,
  PositionView,
  VenueBotView,
} from '#protocol/account-shapes.ts';

type Amounts = Readonly<Record<string, string | null | undefined>>;
type Numbers<T extends Amounts> = { [K in keyof T]: null extends T[K] ? number | null : number };

/** Each amount as a number, and as it was in `exact`. */
function figures<const T extends Amounts>(amounts: T): Numbers<T> & { exact: Record<string, string> } {
  const numbers: Record<string, number | null> = {};
  const exact: Record<string, string> = {};
  for (const [name, amount] of Object.entries(amounts)) {
    if (amount === undefined) continue;
    numbers[name] = amount === null ? null : Number(amount);
    if (amount !== null) exact[name] = amount;
  }
  return { ...(numbers as Numbers<T>), exact };
}

const sideView = (side: Side) => (side === 'buy' ? 'Buy' : 'Sell');

export function toBalanceEvent(venue: string, balance: AccountBalance): BalanceEvent {
  return {
    venue,
    currency: balance.currency,
    ...figures({
      total_balance: balance.total,
      available_balance: balance.available,
      used_margin: balance.used,
    }),
    balances: balance.assets.map(({ currency, total, available }) => ({
      currency,
      total,
      free: available ?? total,
      reserved: available === null ? '0' : formatDecimal(subtractDecimals(decimal(total), decimal(available))),
    })),
  };
}

export function toPositionView(position: AccountPosition): PositionView {
  const { symbol, side, size, entryPrice, markPrice, unrealizedPnl, leverage } = position;
  return {
    symbol,
    side: sideView(side),
    ...figures({ size, entry_price: entryPrice, mark_price: markPrice, unrealized_pnl: unrealizedPnl }),
    ...(leverage !== undefined && { leverage }),
  };
}

export function toPnlEvent({ currency, total, today, unrealized, realized }: AccountPnl): AccountPnlEvent {
  return {
    currency,
    ...figures({ total_pnl: total, today_pnl: today, unrealized_pnl: unrealized, realized_pnl: realized }),
  };
}

export function toOrderView({
  id,
  symbol,
  side,
  price,
  size,
  filled,
  status,
  open,
  ts,
}: AccountOrder): AccountOrderView {
  return {
    order_id: id,
    symbol,
    side: sideView(side),
    status,
    open,
    ts,
    ...figures({ quantity: size, price, filled }),
  };
}

export function toFillView(fill: AccountFill): AccountFillView {
  const { id, orderId, symbol, side, price, size, fee, feeCurrency, status, ts } = fill;
  return {
    trade_id: id,
    order_id: orderId,
    symbol,
    side: sideView(side),
    fee_currency: feeCurrency,
    status,
    ts,
    ...figures({ price, quantity: size, fee }),
  };
}

export function toBotView(bot: VenueBot): VenueBotView {
  const { id, symbol, state, gridCount, spacing } = bot;
  return {
    id,
    symbol,
    state,
    grid_count: gridCount,
    spacing,
    ...figures({
      lower_price: bot.lowerPrice,
      upper_price: bot.upperPrice,
      investment: bot.investment,
      grid_profit: bot.gridProfit,
      float_profit: bot.floatProfit,
      total_pnl: bot.totalPnl,
      annualised: bot.annualised,
    }),
  };
}
