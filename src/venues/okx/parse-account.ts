/** OKX's words → domain words: the account (O14) and the venue's own grid bots (O16). `undefined`: not usable. */
import type { AccountFill, AccountOrder, AccountPosition, AssetBalance, VenueBot } from '#domain/account.ts';
import type { Side } from '#domain/market-data.ts';
import { amountOf, textOf, timeOf, type Fields } from './fields.ts';

export function toAsset(row: Fields): AssetBalance | undefined {
  const currency = textOf(row['ccy']);
  const total = amountOf(row['eq']) ?? amountOf(row['cashBal']);
  if (currency === '' || total === null) return undefined;
  return { currency, total, available: amountOf(row['availBal']) ?? amountOf(row['availEq']) };
}

/** `before`: the same position as known, for what a partial update leaves out. */
export function toPosition(row: Fields, before?: AccountPosition): AccountPosition | 'closed' | undefined {
  const [symbol, pos] = [textOf(row['instId']), amountOf(row['pos'])];
  if (symbol === '' || pos === null) return undefined;
  if (isZero(pos)) return 'closed';
  // In net mode the sign says the side, in the others `posSide` does.
  const isShort = row['posSide'] === 'short' || pos.startsWith('-');
  const leverage = amountOf(row['lever']) ?? before?.leverage;
  return {
    symbol,
    side: isShort ? 'sell' : 'buy',
    size: pos.startsWith('-') ? pos.slice(1) : pos,
    entryPrice: amountOf(row['avgPx']) ?? before?.entryPrice ?? null,
    markPrice: amountOf(row['markPx']) ?? before?.markPrice ?? null,
    unrealizedPnl: amountOf(row['upl']) ?? before?.unrealizedPnl ?? null,
    ...(leverage === undefined ? {} : { leverage }),
  };
}

export function toOrder(row: Fields): AccountOrder | undefined {
  const [id, symbol, side, size] = [textOf(row['ordId']), textOf(row['instId']), sideOf(row), amountOf(row['sz'])];
  const status = textOf(row['state']);
  if (id === '' || symbol === '' || !side || size === null || status === '') return undefined;
  return {
    id,
    symbol,
    side,
    price: amountOf(row['px']),
    size,
    filled: amountOf(row['accFillSz']),
    status,
    open: status === 'live' || status === 'partially_filled',
    ts: timeOf(row['uTime']) ?? timeOf(row['cTime']),
  };
}

const OPEN_TRIGGERS = new Set(['live', 'pause', 'partially_effective']);

/** An order that waits for its trigger (`orders-algo`): its price is the trigger's where it will be a market order. */
export function toTriggerOrder(row: Fields): AccountOrder | undefined {
  const [id, symbol, side, size] = [textOf(row['algoId']), textOf(row['instId']), sideOf(row), amountOf(row['sz'])];
  const status = textOf(row['state']);
  if (id === '' || symbol === '' || !side || size === null || status === '') return undefined;
  const price = amountOf(row['ordPx']);
  return {
    id,
    symbol,
    side,
    // −1: at the market.
    price: price === '-1' ? null : price,
    size,
    filled: amountOf(row['actualSz']),
    status,
    open: OPEN_TRIGGERS.has(status),
    ts: timeOf(row['uTime']) ?? timeOf(row['cTime']),
  };
}

/** The fill that an order's update tells of, if it does. */
export function toFill(row: Fields): AccountFill | undefined {
  const [tradeId, orderId, symbol, side] = [
    textOf(row['tradeId']),
    textOf(row['ordId']),
    textOf(row['instId']),
    sideOf(row),
  ];
  const [price, size, ts] = [amountOf(row['fillPx']), amountOf(row['fillSz']), timeOf(row['fillTime'])];
  if (tradeId === '' || orderId === '' || !side || price === null || size === null || ts === null) return undefined;
  if (isZero(size)) return undefined;
  // `fee` adds up over the order, so it is this fill's only where this fill is the whole; theirs is negative when charged.
  const ofOrder = row['accFillSz'] === size;
  const fee = amountOf(row['fillFee']) ?? (ofOrder ? amountOf(row['fee']) : null);
  return {
    // Trade ids are unique in an instrument; with a trade against oneself there are two orders.
    id: `${orderId}:${tradeId}`,
    orderId,
    symbol,
    side,
    price,
    size,
    fee: fee === null ? null : negate(fee),
    feeCurrency: textOf(row['fillFeeCcy']) || textOf(row['feeCcy']) || null,
    status: null,
    ts,
  };
}

export function toBot(row: Fields): VenueBot | undefined {
  const [id, symbol, state] = [textOf(row['algoId']), textOf(row['instId']), textOf(row['state'])];
  const [lowerPrice, upperPrice, investment] = [
    amountOf(row['minPx']),
    amountOf(row['maxPx']),
    amountOf(row['investment']),
  ];
  const gridCount = Number(amountOf(row['gridNum']));
  if (id === '' || symbol === '' || lowerPrice === null || upperPrice === null || investment === null) return undefined;
  return {
    id,
    symbol,
    state,
    lowerPrice,
    upperPrice,
    gridCount,
    spacing: row['runType'] === '2' ? 'geometric' : 'arithmetic',
    investment,
    gridProfit: amountOf(row['gridProfit']),
    floatProfit: amountOf(row['floatProfit']),
    totalPnl: amountOf(row['totalPnl']),
    annualised: amountOf(row['annualizedRate']) ?? amountOf(row['totalAnnualizedRate']),
  };
}

export function isZero(amount: string): boolean {
  return Number(amount) === 0;
}

function negate(amount: string): string {
  if (isZero(amount)) return amount.startsWith('-') ? amount.slice(1) : amount;
  return amount.startsWith('-') ? amount.slice(1) : `-${amount}`;
}

function sideOf(row: Fields): Side | undefined {
  const { side } = row;
  return side === 'buy' || side === 'sell' ? side : undefined;
}
