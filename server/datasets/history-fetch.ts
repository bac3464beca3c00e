/**
 * Fetches a venue's candles for a data set, page by page, from the oldest to the newest. A venue that does not answer is asked
 * again with growing patience; what came before a restart is kept by who is asked (`CandleHistory`), so that going
 * on costs no second request.
 */
import { CandleColumnsBuilder } from '#domain/candle-columns-builder.ts';
import type { CandleColumns } from '#domain/candle-columns.ts';
import type { Timers } from '#domain/clock.ts';
import { INTERVAL_MS, type Candle, type Interval } from '#domain/market-data.ts';
import { ProtocolError } from '#protocol/errors.ts';
import type { CandleRange } from '#server/markets/market.ts';
import { push } from './market-datasets.ts';

/** As `Market.candles`. */
export type FetchCandles = (symbol: string, interval: Interval, range: CandleRange) => Promise<readonly Candle[]>;

export interface HistoryFetchOptions {
  readonly symbol: string;
  readonly interval: Interval;
  /** Open times, inclusive. */
  readonly from: number;
  readonly to: number;
  readonly fetch: FetchCandles;
  readonly timers: Timers;
  readonly onProgress: (progress: number, rows: number, message?: string) => void;
  readonly signal: AbortSignal;
}

const PAGE_BARS = 3_000;
const PATIENCE_MS = [1_000, 2_000, 5_000, 15_000, 30_000, 60_000] as const;

/** The bars in pieces (`joinColumns`). Throws what the venue says at last, and the signal's reason. */
export async function fetchHistory(options: HistoryFetchOptions): Promise<readonly CandleColumns[]> {
  const { interval, from, to, timers, onProgress, signal } = options;
  const ms = INTERVAL_MS[interval];
  const lastClosed = Math.floor(timers.now() / ms) * ms - ms;
  const first = Math.ceil(from / ms) * ms;
  const last = Math.min(to, lastClosed);
  const builder = new CandleColumnsBuilder();
  for (let at = first; at <= last; at += PAGE_BARS * ms) {
    const end = Math.min(last, at + (PAGE_BARS - 1) * ms);
    for (const candle of await page(options, { from: at, to: end, limit: PAGE_BARS, complete: true }, builder.length)) {
      if (candle.closed && candle.ts >= at && candle.ts <= end) push(candle, builder);
    }
    onProgress(Math.min(1, (end + ms - first) / (last + ms - first)), builder.length);
  }
  signal.throwIfAborted();
  if (builder.length === 0) {
    throw new ProtocolError('NOT_FOUND', `there are no candles of ${options.symbol} in that time`);
  }
  return builder.takePieces();
}

async function page(options: HistoryFetchOptions, range: CandleRange, rows: number): Promise<readonly Candle[]> {
  const { symbol, interval, fetch, from, to, timers, onProgress, signal } = options;
  for (let attempt = 0; ; attempt += 1) {
    signal.throwIfAborted();
    try {
      const candles = await fetch(symbol, interval, range);
      signal.throwIfAborted();
      return candles;
    } catch (error) {
      const wait = PATIENCE_MS[attempt];
      const isPassing = error instanceof ProtocolError && error.code === 'VENUE_UNAVAILABLE';
      if (wait === undefined || !isPassing || signal.aborted) throw error;
      onProgress(Math.max(0, ((range.from ?? from) - from) / Math.max(1, to - from)), rows, error.message);
      await pause(timers, wait, signal);
    }
  }
}

function pause(timers: Timers, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      cancel();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const cancel = timers.after(ms, done);
    signal.addEventListener('abort', done, { once: true });
  });
}
