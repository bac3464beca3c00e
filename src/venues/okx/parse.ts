/** OKX's words → domain words: market data. Rows are checked before (`schema.ts`). */
import type { BookChange, BookLevel, Candle, Ticker, Trade } from '#domain/market-data.ts';
import { isSpot } from './channels.ts';
import { wholeOf } from './fields.ts';
import type { OkxCandle, OkxLevel, OkxTicker, OkxTrade } from './schema.ts';

const SPOT_TYPES = new Set(['SPOT', 'MARGIN']);

export function toTicker(row: OkxTicker, venue: string): Ticker {
  // O9: volumes are base and quote for spot, contracts and base for derivatives.
  const spot = row.instType === undefined ? isSpot(row.instId) : SPOT_TYPES.has(row.instType);
  return {
    venue,
    instrument: row.instId,
    ts: wholeOf(row.ts),
    last: row.last || null,
    lastSize: row.lastSz || null,
    bid: row.bidPx || null,
    bidSize: row.bidSz || null,
    ask: row.askPx || null,
    askSize: row.askSz || null,
    open24h: row.open24h || null,
    high24h: row.high24h || null,
    low24h: row.low24h || null,
    volume24h: (spot ? row.vol24h : row.volCcy24h) || null,
    quoteVolume24h: (spot && row.volCcy24h) || null,
  };
}

export function toTrade(row: OkxTrade, venue: string): Trade {
  const { instId: instrument, tradeId: id, side, px: price, sz: size } = row;
  const ts = wholeOf(row.ts);
  if (!row.count) return { venue, instrument, id, ts, side, price, size };
  return { venue, instrument, id, ts, side, price, size, count: wholeOf(row.count) };
}

/** By index: taking an array apart by pattern runs its iterator. */
export function toCandle(row: OkxCandle, symbol: string): Candle {
  return {
    ts: wholeOf(row[0]),
    open: row[1],
    high: row[2],
    low: row[3],
    close: row[4],
    // O10: like the ticker's, the second volume is base only for derivatives.
    volume: isSpot(symbol) ? row[5] : row[6],
    closed: row[8] === '1',
  };
}

export function toLevels(rows: readonly OkxLevel[]): BookLevel[] {
  const levels: BookLevel[] = [];
  for (const row of rows) levels.push([row[0], row[1]]);
  return levels;
}

export function toChanges(bids: readonly OkxLevel[], asks: readonly OkxLevel[]): BookChange[] {
  const changes: BookChange[] = [];
  for (const row of bids) changes.push(['bid', row[0], row[1]]);
  for (const row of asks) changes.push(['ask', row[0], row[1]]);
  return changes;
}
