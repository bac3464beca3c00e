/**
 * O15: paths of OKX's public REST and what their answers mean. No I/O: the engine fetches, with header
 * `x-simulated-trading: 1` for the demo (O1). 20 requests in 2 s for candles; bars come newest first, at most 300.
 */
import type { BookSnapshot, Candle, Interval, Trade } from '#domain/market-data.ts';
import { barOf } from './channels.ts';
import { toInstrument, type OkxInstrument } from './instruments.ts';
import { toCandle, toLevels, toTrade } from './parse.ts';
import { isRecord, textOf } from './fields.ts';
import { isBook, isCandle, isTrade } from './schema.ts';

export const MOST_CANDLES = 300;
export const DEMO_HEADER = { 'x-simulated-trading': '1' } as const;

/** `refused`: the venue's own error; `malformed`: an answer of another shape. */
export type RestAnswer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: 'refused'; readonly code: string; readonly message: string }
  | { readonly ok: false; readonly error: 'malformed'; readonly message: string };

export interface CandlesQuery {
  readonly symbol: string;
  readonly interval: Interval;
  /** Only bars that open before this, ms. */
  readonly before?: number;
  /** Only bars that open after this, ms. */
  readonly after?: number;
  /** 1 … 300. */
  readonly limit?: number;
}

/** The newest 1,440 bars, the forming one first among them. */
export function candlesPath(query: CandlesQuery): string {
  return `/api/v5/market/candles?${candlesParameters(query)}`;
}

/** Closed bars of years. */
export function historyCandlesPath(query: CandlesQuery): string {
  return `/api/v5/market/history-candles?${candlesParameters(query)}`;
}

function candlesParameters({ symbol, interval, before, after, limit = MOST_CANDLES }: CandlesQuery): string {
  const parameters = [`instId=${encodeURIComponent(symbol)}`, `bar=${barOf(interval)}`];
  // The venue's words are the other way round: its `after` asks for what is older.
  if (before !== undefined) parameters.push(`after=${before}`);
  if (after !== undefined) parameters.push(`before=${after}`);
  parameters.push(`limit=${Math.max(1, Math.min(MOST_CANDLES, limit))}`);
  return parameters.join('&');
}

export function instrumentsPath(instType: 'SPOT' | 'SWAP', symbol?: string): string {
  const one = symbol === undefined ? '' : `&instId=${encodeURIComponent(symbol)}`;
  return `/api/v5/public/instruments?instType=${instType}${one}`;
}

/** The newest first, at most 500. */
export function tradesPath(symbol: string, limit = 100): string {
  return `/api/v5/market/trades?instId=${encodeURIComponent(symbol)}&limit=${limit}`;
}

/** At most 400 levels a side. */
export function bookPath(symbol: string, depth = 400): string {
  return `/api/v5/market/books?instId=${encodeURIComponent(symbol)}&sz=${depth}`;
}

/** Oldest first, each bar once. */
export function parseCandles(body: unknown, symbol: string): RestAnswer<readonly Candle[]> {
  return rowsOf(body, (rows) => {
    const candles: Candle[] = [];
    for (const row of rows) {
      if (!isCandle(row)) return 'a candle of another shape';
      candles.push(toCandle(row, symbol));
    }
    candles.sort((a, b) => a.ts - b.ts);
    return candles.filter(({ ts }, i) => ts !== candles[i - 1]?.ts);
  });
}

/** Spot pairs and perpetual swaps that are `live`; others are left out. */
export function parseInstruments(body: unknown): RestAnswer<readonly OkxInstrument[]> {
  return rowsOf(body, (rows) => {
    const instruments: OkxInstrument[] = [];
    for (const row of rows) {
      if (!isRecord(row)) return 'an instrument of another shape';
      const instrument = toInstrument(row);
      if (instrument?.state === 'live') instruments.push(instrument);
    }
    return instruments;
  });
}

/** Oldest first. */
export function parseTrades(body: unknown, venue: string): RestAnswer<readonly Trade[]> {
  return rowsOf(body, (rows) => {
    const trades: Trade[] = [];
    for (const row of rows) {
      if (!isTrade(row)) return 'a trade of another shape';
      trades.push(toTrade(row, venue));
    }
    return trades.reverse();
  });
}

/** Without a place in the stream's sequence: `seq` is 0. */
export function parseBook(body: unknown): RestAnswer<BookSnapshot> {
  return rowsOf(body, ([row]) => {
    if (!isBook(row)) return 'a book of another shape';
    return { ts: Number(row.ts), bids: toLevels(row.bids), asks: toLevels(row.asks), seq: 0 };
  });
}

/** `parse` says what is wrong as text. */
function rowsOf<T extends object>(body: unknown, parse: (rows: readonly unknown[]) => T | string): RestAnswer<T> {
  if (!isRecord(body)) return { ok: false, error: 'malformed', message: 'not an object' };
  const { code, msg, data } = body;
  if (code !== '0') return { ok: false, error: 'refused', code: textOf(code), message: textOf(msg) };
  if (!Array.isArray(data)) return { ok: false, error: 'malformed', message: 'no list of data' };
  const value = parse(data);
  if (typeof value === 'string') return { ok: false, error: 'malformed', message: value };
  return { ok: true, value };
}
