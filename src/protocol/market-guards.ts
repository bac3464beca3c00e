/** Hand-written guards for market frames: thousands a second pass here, and a schema library costs half a decode. */
import type { BookLevel, BookSnapshot, BookUpdate, Candle, Ticker, Trade } from '#domain/market-data.ts';

type Fields = Record<string, unknown>;

function fields(data: unknown): Fields | undefined {
  return typeof data === 'object' && data !== null ? (data as Fields) : undefined;
}

const optionalText = (value: unknown) => value === null || typeof value === 'string';

export function isTicker(data: unknown): data is Ticker {
  const t = fields(data);
  return (
    t !== undefined &&
    typeof t.venue === 'string' &&
    typeof t.instrument === 'string' &&
    typeof t.ts === 'number' &&
    optionalText(t.last) &&
    optionalText(t.bid) &&
    optionalText(t.ask) &&
    optionalText(t.open24h) &&
    optionalText(t.high24h) &&
    optionalText(t.low24h) &&
    optionalText(t.volume24h)
  );
}

export function isTrade(data: unknown): data is Trade {
  const t = fields(data);
  return (
    t !== undefined &&
    typeof t.id === 'string' &&
    typeof t.ts === 'number' &&
    (t.side === 'buy' || t.side === 'sell') &&
    typeof t.price === 'string' &&
    typeof t.size === 'string'
  );
}

export function isCandle(data: unknown): data is Candle {
  const c = fields(data);
  return (
    c !== undefined &&
    typeof c.ts === 'number' &&
    typeof c.open === 'string' &&
    typeof c.high === 'string' &&
    typeof c.low === 'string' &&
    typeof c.close === 'string' &&
    typeof c.volume === 'string' &&
    typeof c.closed === 'boolean'
  );
}

function areLevels(value: unknown): value is readonly BookLevel[] {
  if (!Array.isArray(value)) return false;
  for (const level of value) {
    if (!Array.isArray(level) || typeof level[0] !== 'string' || typeof level[1] !== 'string') return false;
  }
  return true;
}

export function isBookSnapshot(data: unknown): data is BookSnapshot {
  const b = fields(data);
  return (
    b !== undefined && typeof b.ts === 'number' && typeof b.seq === 'number' && areLevels(b.bids) && areLevels(b.asks)
  );
}

export function isBookUpdate(data: unknown): data is BookUpdate {
  const b = fields(data);
  if (b === undefined || typeof b.ts !== 'number' || typeof b.seq !== 'number' || typeof b.prev !== 'number') {
    return false;
  }
  if (!Array.isArray(b.changes)) return false;
  for (const change of b.changes) {
    if (!Array.isArray(change) || (change[0] !== 'bid' && change[0] !== 'ask')) return false;
    if (typeof change[1] !== 'string' || typeof change[2] !== 'string') return false;
  }
  return true;
}
