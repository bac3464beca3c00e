/** Candles of one instrument and interval: history, paged backwards on demand, and the live bar. */
import { type Candle, type Interval, INTERVAL_MS } from '#domain/market-data.ts';
import type { FrameScheduler } from './frame-scheduler.ts';
import { createFeed, type Feed } from './market-feed.ts';

export interface CandleFeedState {
  readonly status: 'loading' | 'ready' | 'error';
  readonly error: Error | null;
  /** Oldest first. Changes in place at its end; `revision` tells when it is another series. */
  readonly bars: readonly Candle[];
  /** Grows when bars came in front or all were replaced; then draw all anew, else only the newest. */
  readonly revision: number;
  /** There is nothing older. */
  readonly complete: boolean;
}

export interface CandleFeed extends Feed<CandleFeedState> {
  /** Fetches the page before the oldest bar; does nothing while one is on its way or nothing is left. */
  loadOlder(): void;
  /** Tries again after an error. */
  retry(): void;
}

/** Where the bars of one instrument and interval come from. */
export interface CandleSource {
  /** The most bars that `history` gives at once; fewer of the newest are all there are. */
  readonly page: number;
  /** Oldest first: those that open at `to` or before; without it the newest. */
  history(to: number | undefined, signal: AbortSignal): Promise<readonly Candle[]>;
  /** The bar that forms, and bars that have just closed. */
  onBar(listener: (bar: Candle) => void): () => void;
  /** Connected again: bars may have been missed. */
  onLive(listener: () => void): () => void;
  /** What was told before is void. */
  onReset?(listener: () => void): () => void;
}

/** A chart's cost grows with its bars. */
const MAX_BARS = 10_000;

/** `newer` wins where both have a bar; both ascend. */
export function mergeBars(older: readonly Candle[], newer: readonly Candle[]): Candle[] {
  const from = newer[0]?.ts;
  const to = newer.at(-1)?.ts;
  if (from === undefined || to === undefined) return [...older];
  return [...older.filter((bar) => bar.ts < from), ...newer, ...older.filter((bar) => bar.ts > to)];
}

export function createCandleFeed(source: CandleSource, frames: FrameScheduler, interval: Interval): CandleFeed {
  let bars: Candle[] = [];
  let revision = 0;
  let complete = false;
  let status: CandleFeedState['status'] = 'loading';
  let error: Error | null = null;
  let publish = () => {};
  let fetching: AbortController | null = null;
  let paging = false;

  const state = (): CandleFeedState => ({ status, error, bars, revision, complete });
  const refetch = () => {
    fetching?.abort();
    const request = new AbortController();
    fetching = request;
    source.history(undefined, request.signal).then(
      (candles) => {
        if (request.signal.aborted) return;
        // Bars of before a cut that do not reach the page would hide a hole.
        const older = bars.filter((bar) => bar.ts < (candles[0]?.ts ?? 0));
        const joined = (older.at(-1)?.ts ?? -Infinity) >= (candles[0]?.ts ?? 0) - INTERVAL_MS[interval];
        if (!joined) complete = candles.length < source.page;
        // A bar that formed while the answer was on its way is the newer one.
        const live = bars.filter((bar) => bar.ts >= (candles.at(-1)?.ts ?? 0));
        bars = mergeBars(mergeBars(joined ? older : [], candles), live);
        revision += 1;
        status = 'ready';
        error = null;
        frames.schedule(publish);
      },
      (reason: unknown) => {
        if (request.signal.aborted) return;
        error = reason instanceof Error ? reason : new Error(String(reason));
        if (status !== 'ready') status = 'error';
        frames.schedule(publish);
      },
    );
  };

  const onBar = (bar: Candle) => {
    const last = bars.at(-1);
    if (last && bar.ts < last.ts) return;
    if (last?.ts === bar.ts) bars[bars.length - 1] = bar;
    else {
      bars.push(bar);
      // Bars between were missed, unless the market has a hole there: ask once.
      if (last && bar.ts > last.ts + INTERVAL_MS[interval] && status === 'ready') refetch();
    }
    frames.schedule(publish);
  };

  const feed = createFeed<CandleFeedState>(state(), (set) => {
    publish = () => set(state());
    const stops = [
      source.onBar(onBar),
      source.onLive(refetch),
      source.onReset?.(() => {
        bars = [];
        revision += 1;
        refetch();
        frames.schedule(publish);
      }),
    ];
    refetch();
    return () => {
      stops.forEach((stop) => stop?.());
      fetching?.abort();
      paging = false;
    };
  });

  return {
    ...feed,
    retry: () => {
      status = 'loading';
      publish();
      refetch();
    },
    loadOlder() {
      const oldest = bars[0];
      const signal = fetching?.signal;
      if (paging || complete || !oldest || !signal || bars.length >= MAX_BARS || status !== 'ready') return;
      paging = true;
      source
        .history(oldest.ts - 1, signal)
        .then((candles) => {
          if (signal.aborted) return;
          const older = candles.filter((bar) => bar.ts < oldest.ts);
          complete = older.length === 0;
          bars = [...older, ...bars.filter((bar) => bar.ts >= oldest.ts)];
          revision += 1;
          frames.schedule(publish);
        })
        // The next scroll asks again.
        .catch(() => {})
        .finally(() => {
          paging = false;
        });
    },
  };
}
