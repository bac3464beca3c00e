/** Frames of the market and the user channel (M4), as far as they are looked at before use. */

export type Fields = Readonly<Record<string, unknown>>;

/** `PONG`, the objects of a frame, or what is wrong with it. */
export type PolymarketFrame =
  | { readonly kind: 'pong' }
  | { readonly kind: 'messages'; readonly messages: readonly Fields[] }
  | { readonly kind: 'bad'; readonly why: string };

const PONG: PolymarketFrame = { kind: 'pong' };

export function readFrame(text: string): PolymarketFrame {
  if (text === 'PONG') return PONG;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: 'bad', why: 'not JSON' };
  }
  // M4: an object, or an array of objects, which is empty for an unknown or closed token.
  const messages: readonly unknown[] = Array.isArray(value) ? value : [value];
  return messages.every(isFields) ? { kind: 'messages', messages } : { kind: 'bad', why: 'not an object' };
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The message's type as the venue says it; where it does not, as its fields tell. */
export function typeOf(fields: Fields): string {
  const type = fields['event_type'];
  return typeof type === 'string' ? type : typeByFields(fields);
}

function typeByFields(fields: Fields): string {
  if ('price_changes' in fields) return 'price_change';
  if ('bids' in fields || 'buys' in fields) return 'book';
  if ('new_tick_size' in fields) return 'tick_size_change';
  if ('winning_asset_id' in fields) return 'market_resolved';
  if ('taker_order_id' in fields) return 'trade';
  if ('original_size' in fields) return 'order';
  if ('spread' in fields) return 'best_bid_ask';
  if ('price' in fields && 'side' in fields && 'asset_id' in fields) return 'last_trade_price';
  return 'untyped';
}
