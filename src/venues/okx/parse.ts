/** OKX's words → domain words: market data. Rows are checked before (`schema.ts`). */
import type { BookChange, BookLevel, Candle, Ticker, Trade } from '#domain/market-data.ts';
import { instTypeOf } from './channels.ts';
import type { OkxCandle, OkxLevel, OkxTicker, OkxTrade } from './schema.ts';

export function toTicker(row: OkxTicker, venue: string): Ticker {
  // O9: volumes are base and quote for spot, contracts and base for derivatives.
  const spot = isSpot(row.instType ?? instTypeOf(row.instId));
  return {
    venue,
    instrument: row.instId,
    ts: Number(row.ts),
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
  const trade = {
    venue,
    instrument: row.instId,
    id: row.tradeId,
    ts: Number(row.ts),
    side: row.side,
    price: row.px,
    size: row.sz,
  };
  const count = Number(row.count ?? '');
  return count > 0 && Number.isInteger(count) ? { ...trade, count } : trade;
}

export function toCandle(row: OkxCandle, symbol: string): Candle {
  const [ts, open, high, low, close, vol, volCcy, , confirm] = row;
  // O10: like the ticker's, the second volume is base only for derivatives.
  const volume = instTypeOf(symbol) === 'SPOT' ? vol : volCcy;
  return { ts: Number(ts), open, high, low, close, volume, closed: confirm === '1' };
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

function isSpot(instType: string): boolean {
  return instType === 'SPOT' || instType === 'MARGIN';
}
