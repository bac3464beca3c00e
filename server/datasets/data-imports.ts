/** The data sets that are on their way: fetched from venues in the background, told of on `data.<id>.…`. */
import type { Timers } from '#domain/clock.ts';
import { INTERVAL_MS, type Interval } from '#domain/market-data.ts';
import type { DataProgressEvent, DatasetView } from '#protocol/backtest-shapes.ts';
import type { LifecycleEvent } from '#protocol/shapes.ts';
import type { Bus } from '#server/bus.ts';
import { CandleHistory } from '#server/markets/okx/candle-history.ts';
import { OKX_VENUE } from '#server/markets/okx/listing.ts';
import type { Market } from '#server/markets/market.ts';
import { createCandleStore } from '#server/storage/candles.ts';
import type { Datasets } from '#server/storage/datasets.ts';
import type { Database } from '#server/storage/transaction.ts';
import type { RestClient } from '#server/venues/rest-client.ts';
import type { DatasetStore } from './dataset-store.ts';
import { badField } from './field-error.ts';
import { fetchHistory, type FetchCandles } from './history-fetch.ts';

export interface DataImportOptions {
  readonly store: DatasetStore;
  readonly rows: Datasets;
  readonly db: Database;
  readonly bus: Bus;
  readonly timers: Timers;
  readonly markets: readonly Market[];
  readonly okx: Pick<RestClient, 'get'>;
  readonly warn: (message: string) => void;
}

export interface HistoryRequest {
  readonly venue: string;
  readonly instrument: string;
  readonly timeframe: Interval;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly name?: string | undefined;
}

const YEAR_MS = 365 * 86_400_000;
const MAX_BARS = 10_000_000;

export class DataImports {
  readonly #o: DataImportOptions;
  readonly #running = new Map<string, { readonly abort: AbortController; readonly done: Promise<void> }>();

  constructor(options: DataImportOptions) {
    this.#o = options;
  }

  /** A data set that is to be fetched; throws a `VALIDATION_ERROR` for what cannot be. Nothing is saved or begun yet. */
  plan({ venue, instrument, timeframe, from, to, name }: HistoryRequest): DatasetView {
    const { store, timers, markets } = this.#o;
    const market = markets.find((each) => each.venue === venue);
    if (market === undefined && venue !== OKX_VENUE) {
      throw badField(
        'venue',
        `history is fetched from ${[OKX_VENUE, ...markets.map((each) => each.venue)].join(', ')}`,
      );
    }
    const isListed = market?.instruments().some(({ instrument: { symbol } }) => symbol === instrument);
    if (venue !== OKX_VENUE && isListed !== true)
      throw badField('instrument', `${venue} has no instrument ${instrument}`);
    if (!/^[A-Za-z0-9-]{1,64}$/.test(instrument)) throw badField('instrument', 'expected a symbol like BTC-USDT');
    const end = Math.min(to ?? timers.now(), timers.now());
    const start = from ?? end - YEAR_MS;
    if (start >= end) throw badField('from', 'the beginning must be before the end, and before now');
    if ((end - start) / INTERVAL_MS[timeframe] > MAX_BARS) {
      throw badField('from', `that are more than ${MAX_BARS} bars; ask for longer ones or less time`);
    }
    const about = { name: name ?? `${instrument} ${timeframe}`, symbol: instrument, timeframe, venue };
    return store.begin({ ...about, source: 'venue' }, start, end);
  }

  /** Begins, or goes on after a restart. */
  run(dataset: DatasetView): void {
    const abort = new AbortController();
    const done = this.#fetch(dataset, abort.signal).finally(() => this.#running.delete(dataset.id));
    this.#running.set(dataset.id, { abort, done });
  }

  /** All that a crash or a restart interrupted. */
  resume(): void {
    for (const dataset of this.#o.rows.list()) if (dataset.state === 'importing') this.run(dataset);
  }

  /** It is not fetched any more; what was kept on the way is let go. */
  async drop(dataset: DatasetView): Promise<void> {
    const running = this.#running.get(dataset.id);
    running?.abort.abort();
    await running?.done;
    if (dataset.source === 'venue') this.#forget(dataset);
  }

  /** The next start goes on where this leaves off. */
  async close(): Promise<void> {
    const running = [...this.#running.values()];
    for (const { abort } of running) abort.abort();
    await Promise.all(running.map(({ done }) => done));
  }

  /** Another data set is there. */
  tell(event: 'started' | 'completed' | 'error', { id, state, reason }: DatasetView): void {
    const data: LifecycleEvent = { id, state, ...(reason !== undefined && { reason }) };
    this.#o.bus.publish({ channel: `data.${id}.lifecycle`, event, timestamp: this.#o.timers.now(), data });
  }

  async #fetch(dataset: DatasetView, signal: AbortSignal): Promise<void> {
    const { store, rows, bus, timers } = this.#o;
    const { id, symbol, timeframe: interval, from, to } = dataset;
    const channel = `data.${id}.progress`;
    let progress: DataProgressEvent = { id, progress: 0, rows: 0 };
    let toldAt = timers.now();
    const withdraw = bus.provide(channel, () => ({ event: 'update', timestamp: toldAt, data: progress }));
    const onProgress = (done: number, count: number, message?: string) => {
      const share = Math.max(progress.progress, done);
      progress = { id, progress: share, rows: count, ...(message !== undefined && { message }) };
      toldAt = timers.now();
      bus.publish({ channel, event: 'update', timestamp: toldAt, data: progress });
    };
    this.tell('started', dataset);
    try {
      const fetch = this.#fetcherOf(dataset);
      const pieces = await fetchHistory({ symbol, interval, from, to, fetch, timers, onProgress, signal });
      const complete = await store.complete(id, pieces);
      if (complete === undefined) return;
      this.#forget(dataset);
      this.tell('completed', complete);
    } catch (error) {
      if (signal.aborted) return;
      const reason = error instanceof Error ? error.message : String(error);
      const failed: DatasetView = { ...dataset, state: 'error', reason };
      this.#save(rows, failed);
      this.tell('error', failed);
    } finally {
      withdraw();
    }
  }

  #save(rows: Datasets, dataset: DatasetView): void {
    try {
      if (rows.get(dataset.id)) rows.save(dataset);
    } catch (error) {
      this.#o.warn(
        `cannot keep the data set ${dataset.name}: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }

  /** OKX's bars are kept apart from those of the engine's own market, under the data set's name, until all are there. */
  #fetcherOf({ id, venue }: DatasetView): FetchCandles {
    const { db, okx, timers, markets, warn } = this.#o;
    if (venue === OKX_VENUE) {
      const store = (interval: Interval) => createCandleStore(db, interval);
      const history = new CandleHistory({ venue: id, rest: okx, store, timers, forming: () => undefined, warn });
      return (...asked) => history.candles(...asked);
    }
    const market = markets.find((each) => each.venue === venue);
    if (market === undefined) throw badField('venue', `the engine trades on another market than ${venue ?? ''} now`);
    return (...asked) => market.candles(...asked);
  }

  #forget({ id, symbol, timeframe }: DatasetView): void {
    try {
      createCandleStore(this.#o.db, timeframe).prune(id, symbol, Number.MAX_SAFE_INTEGER);
    } catch (error) {
      this.#o.warn(`cannot let candles go: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}
