/** The candle data sets of an engine: imported and fetched ones on disk, and its own market's as it trades. */
import { randomUUID } from 'node:crypto';
import type { Clock } from '#domain/clock.ts';
import { gapsOf, spacingOf, timeframeOf, type CandleColumns, type CandleTimes } from '#domain/candle-columns.ts';
import { INTERVAL_MS, type Interval } from '#domain/market-data.ts';
import type { DatasetView } from '#protocol/backtest-shapes.ts';
import { ProtocolError } from '#protocol/errors.ts';
import type { Datasets } from '#server/storage/datasets.ts';
import type { ColumnFiles } from './column-files.ts';
import { ColumnsCache } from './columns-cache.ts';
import { badField } from './field-error.ts';
import type { MarketDatasets } from './market-datasets.ts';

export interface DatasetStoreOptions {
  readonly rows: Datasets;
  readonly files: ColumnFiles;
  readonly market: MarketDatasets;
  readonly clock: Clock;
  /** Of columns kept in memory. */
  readonly cacheBytes?: number;
}

export interface NewDataset {
  readonly name: string;
  readonly symbol: string;
  /** Where the rows do not show it: of one row, or with gaps everywhere. */
  readonly timeframe?: Interval;
}

const CACHE_BYTES = 256 * 1024 * 1024;
const GAPS_SHOWN = 20;

export class DatasetStore {
  readonly #o: DatasetStoreOptions;
  readonly #cache: ColumnsCache;
  readonly #loading = new Map<string, Promise<CandleColumns>>();

  constructor(options: DatasetStoreOptions) {
    this.#o = options;
    this.#cache = new ColumnsCache(options.cacheBytes ?? CACHE_BYTES);
  }

  /** What a crash left is removed; a data set without its file says so. Only the engine does this, at its start. */
  async recover(): Promise<void> {
    const { rows, files } = this.#o;
    const all = rows.list();
    await files.removeOthers(new Set(all.map(({ id }) => id)));
    for (const dataset of all) {
      if (dataset.state !== 'ready' || (await files.has(dataset.id))) continue;
      rows.save({ ...dataset, state: 'error', reason: 'its file is gone; import it again' });
    }
  }

  /** The market's first, then newest first. */
  async list(): Promise<readonly DatasetView[]> {
    return [...(await this.#o.market.list()), ...this.#o.rows.list()];
  }

  async get(id: string): Promise<DatasetView | undefined> {
    return this.#o.rows.get(id) ?? (await this.#o.market.get(id));
  }

  /** Over shared memory. Throws `NOT_FOUND`, and where its file cannot be read says so in the list, too. */
  async load(id: string): Promise<CandleColumns> {
    const ofMarket = await this.#o.market.columns(id);
    if (ofMarket !== undefined) return ofMarket;
    const dataset = this.#o.rows.get(id);
    if (dataset?.state !== 'ready') throw new ProtocolError('NOT_FOUND', notThere(id, dataset));
    return this.cached(id, async () => {
      try {
        return await this.#o.files.read(id);
      } catch (error) {
        const reason = `its file cannot be read: ${error instanceof Error ? error.message : String(error)}`;
        // Unless it was deleted meanwhile.
        if (this.#o.rows.get(id)) this.#o.rows.save({ ...dataset, state: 'error', reason });
        throw new ProtocolError('NOT_FOUND', `the data set ${dataset.name} cannot be used: ${reason}`);
      }
    });
  }

  /** What `make` makes is made once and kept while there is room. */
  cached(key: string, make: () => Promise<CandleColumns>): Promise<CandleColumns> {
    const known = this.#cache.get(key);
    if (known !== undefined) return Promise.resolve(known);
    const loading = this.#loading.get(key) ?? this.#make(key, make);
    this.#loading.set(key, loading);
    return loading;
  }

  /**
   * Keeps the columns of a file, in pieces. The same candles of the same symbol once more are the same data set, under
   * their new name; those of another symbol are another, so that nobody's runs lose what they name.
   * Throws a `VALIDATION_ERROR` where the rows do not fit the timeframe; what the disk says is thrown as it is.
   */
  async add(pieces: readonly CandleColumns[], wanted: NewDataset): Promise<DatasetView> {
    const timeframe = checkedTimeframe(timesOf(pieces), wanted.timeframe);
    return this.#keep(pieces, (hash) => {
      const about = { name: wanted.name, symbol: wanted.symbol, timeframe };
      const same = this.#o.rows.withHash(hash).find(({ state, symbol, timeframe: length }) => {
        return state === 'ready' && symbol === wanted.symbol && length === timeframe;
      });
      return same
        ? { ...same, name: wanted.name }
        : { ...this.begin({ ...about, source: 'import' }, 0), state: 'ready' };
    });
  }

  /** What was fetched for a data set that `begin` began. `undefined`: it was deleted meanwhile. */
  async complete(id: string, pieces: readonly CandleColumns[]): Promise<DatasetView | undefined> {
    const begun = this.#o.rows.get(id);
    if (begun === undefined) return undefined;
    const kept = await this.#keep(
      pieces,
      () => ({ ...begun, state: 'ready' }),
      () => this.#o.rows.get(id) !== undefined,
    );
    return this.#o.rows.get(id) && kept;
  }

  /** A data set without rows yet; `fetched` ones are saved by their caller. */
  begin(
    about: Pick<DatasetView, 'name' | 'symbol' | 'timeframe' | 'source' | 'venue'>,
    from: number,
    to = from,
  ): DatasetView {
    return {
      id: `data_${randomUUID().replaceAll('-', '').slice(0, 12)}`,
      ...about,
      state: 'importing',
      rows: 0,
      from,
      to,
      gaps: { count: 0, bars: 0, first: [] },
      price_decimals: 0,
      hash: '',
      bytes: 0,
      created_at: this.#o.clock.now(),
    };
  }

  async remove(id: string): Promise<void> {
    this.#o.rows.remove(id);
    this.#cache.delete(id);
    await this.#o.files.remove(id);
  }

  async #make(key: string, make: () => Promise<CandleColumns>): Promise<CandleColumns> {
    try {
      const columns = await make();
      this.#cache.set(key, columns);
      return columns;
    } finally {
      this.#loading.delete(key);
    }
  }

  /** First the file, then the row: a crash between leaves a file of nobody, which the next start removes. */
  async #keep(
    pieces: readonly CandleColumns[],
    viewOf: (hash: string) => DatasetView,
    isWanted: () => boolean = () => true,
  ): Promise<DatasetView> {
    const { rows, files } = this.#o;
    const written = await files.write(pieces);
    try {
      const { reason: _, ...view } = viewOf(written.hash);
      const times = timesOf(pieces);
      const gaps = gapsOf(times, INTERVAL_MS[view.timeframe], GAPS_SHOWN);
      const dataset: DatasetView = {
        ...view,
        rows: times.length,
        from: times.ts[0] ?? 0,
        to: times.ts[times.length - 1] ?? 0,
        gaps: { ...gaps, first: [...gaps.first] },
        price_decimals: pieces[0]?.priceDecimals ?? 0,
        hash: written.hash,
        bytes: written.bytes,
      };
      if (isWanted()) {
        await written.keep(dataset.id);
        if (isWanted()) rows.save(dataset);
        else await files.remove(dataset.id);
      }
      return dataset;
    } finally {
      await written.discard();
    }
  }
}

/** The bars' length as the rows show it, or as it is said where that can be. */
export function checkedTimeframe(columns: CandleTimes, said: Interval | undefined): Interval {
  const shown = timeframeOf(columns);
  const spacing = spacingOf(columns);
  if (said === undefined) {
    if (shown !== undefined) return shown;
    if (spacing === undefined) throw badField('timeframe', 'one row does not show its timeframe; say which it is');
    throw badField('timeframe', `the rows are ${lengthOf(spacing)} apart, which is no timeframe there is`);
  }
  const isPossible = spacing === undefined || (shown === undefined && spacing % INTERVAL_MS[said] === 0);
  if (isPossible || shown === said) return said;
  throw badField('timeframe', `the rows are ${lengthOf(spacing)} apart, not ${said}`);
}

function timesOf(pieces: readonly CandleColumns[]): CandleTimes {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const ts = new Float64Array(length);
  let at = 0;
  for (const piece of pieces) {
    ts.set(piece.ts, at);
    at += piece.length;
  }
  return { ts, length };
}

function lengthOf(ms: number): string {
  return ms % 60_000 === 0 ? `${ms / 60_000} min` : ms % 1000 === 0 ? `${ms / 1000} s` : `${ms} ms`;
}

function notThere(id: string, dataset: DatasetView | undefined): string {
  if (dataset === undefined) return `there is no data set ${id}`;
  const why = dataset.state === 'importing' ? 'is still being fetched' : `cannot be used: ${dataset.reason ?? ''}`;
  return `the data set ${dataset.name} ${why}`;
}
