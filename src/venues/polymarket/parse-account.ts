/** Messages of the user channel (M13) → orders and fills. `undefined`: of another shape. */
import type { AccountFill, AccountOrder } from '#domain/account.ts';
import type { Side } from '#domain/market-data.ts';
import { amount, price, side, text, time, token } from './parse.ts';
import { isFields, type Fields } from './schema.ts';

/** Free text may follow: `CANCELED_<reason>`. */
const DONE = /^(?:CANCEL|MATCHED|INVALID|FAILED|EXPIRED)/i;

export function parseOrder(fields: Fields): AccountOrder | undefined {
  const id = text(fields['id']);
  const symbol = token(fields['asset_id']);
  const of = side(fields['side']);
  const size = amount(fields['original_size']);
  if (id === undefined || symbol === undefined || of === undefined || size === undefined) return undefined;
  const type = text(fields['type']) ?? '';
  const status = text(fields['status']) ?? type;
  const filled = amount(fields['size_matched']) ?? null;
  const isFilled = filled !== null && Number(filled) >= Number(size);
  return {
    id,
    symbol,
    side: of,
    price: amount(fields['price']) ?? null,
    size,
    filled,
    status,
    open: type !== 'CANCELLATION' && !DONE.test(status) && !isFilled,
    ts: time(fields['created_at']) ?? time(fields['timestamp']) ?? null,
  };
}

/**
 * What of a trade is ours. As taker, the trade itself; as maker, those of its maker orders that are ours, which may be of
 * the complementary token. `owner`: our API key, where it is known.
 */
export function parseFills(fields: Fields, owner: string | undefined): readonly AccountFill[] | undefined {
  const id = text(fields['id']);
  const symbol = token(fields['asset_id']);
  const taker = side(fields['side']);
  const at = price(fields['price']);
  const size = amount(fields['size']);
  if (id === undefined || symbol === undefined || taker === undefined || at === undefined || size === undefined) {
    return undefined;
  }
  const common = {
    status: text(fields['status']) ?? null,
    ts: time(fields['match_time'] ?? fields['matchtime']) ?? time(fields['timestamp']) ?? 0,
  };
  const makers = ownMakerOrders(fields, owner);
  if (makers.length > 0) {
    const fills = makers.map((order) => makerFill(order, { id, symbol, taker }, common));
    return fills.every((fill) => fill !== undefined) ? fills : undefined;
  }
  const orderId = text(fields['taker_order_id']) ?? null;
  return [{ ...common, id, orderId, symbol, side: taker, price: at, size, ...feeOf(fields) }];
}

function makerFill(
  order: Fields,
  trade: { readonly id: string; readonly symbol: string; readonly taker: Side },
  common: Pick<AccountFill, 'status' | 'ts'>,
): AccountFill | undefined {
  const orderId = text(order['order_id']);
  const symbol = token(order['asset_id']);
  const at = price(order['price']);
  const size = amount(order['matched_amount']);
  if (orderId === undefined || symbol === undefined || at === undefined || size === undefined) return undefined;
  // Of the same token the other side; two buyers of complementary tokens meet on the same side.
  const opposite: Side = trade.taker === 'buy' ? 'sell' : 'buy';
  const of = side(order['side']) ?? (symbol === trade.symbol ? opposite : trade.taker);
  return { ...common, id: `${trade.id}:${orderId}`, orderId, symbol, side: of, price: at, size, ...feeOf(order) };
}

function ownMakerOrders(fields: Fields, owner: string | undefined): readonly Fields[] {
  const role = text(fields['trader_side'])?.toUpperCase();
  const orders: unknown = fields['maker_orders'];
  if (role === 'TAKER' || !Array.isArray(orders)) return [];
  const us = owner ?? text(fields['trade_owner']) ?? text(fields['owner']);
  return (orders as readonly unknown[]).filter(isFields).filter((order) => order['owner'] === us);
}

/** Only that there is none can be told: the rate is not one of the price paid. */
function feeOf(fields: Fields): Pick<AccountFill, 'fee' | 'feeCurrency'> {
  return amount(fields['fee_rate_bps']) === '0' ? { fee: '0', feeCurrency: 'USDC' } : { fee: null, feeCurrency: null };
}
