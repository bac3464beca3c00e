/** Candle data sets as an engine composes them. */
import { join } from 'node:path';
import type { Timers } from '#domain/clock.ts';
import type { Interval } from '#domain/market-data.ts';
import type { DatasetView } from '#protocol/backtest-shapes.ts';
import type { Bus } from '#server/bus.ts';
import type { ResponseStore } from '#server/gateway/handlers.ts';
import type { Market } from '#server/markets/market.ts';
import { Datasets } from '#server/storage/datasets.ts';
import type { Database } from '#server/storage/transaction.ts';
import type { RestClient } from '#server/venues/rest-client.ts';
import { ColumnFiles } from './column-files.ts';
import { dataHandlers, type DataHandlers } from './data-handlers.ts';
import { DataImports } from './data-imports.ts';
import { DatasetStore } from './dataset-store.ts';
import { MarketDatasets } from './market-datasets.ts';
import { MAX_TEXT_BYTES, readCandles } from './read-candles.ts';
import { resolveData, type BacktestData, type ResolvedData } from './resolve-data.ts';

export interface DatasetsOptions {
  /** The data directory; the columns are in its folder `datasets`. */
  readonly data: string;
  readonly db: Database;
  readonly bus: Bus;
  readonly timers: Timers;
  readonly responses: ResponseStore;
  readonly markets: readonly Market[];
  readonly okx: Pick<RestClient, 'get'>;
  readonly warn: (message: string) => void;
  /** Of the text of a file; 1 GiB if not given. */
  readonly maxTextBytes?: number;
}

export interface FileImport {
  /** What errors call it, and its name where no other is given. */
  readonly file: string;
  readonly name?: string | undefined;
  readonly symbol: string;
  readonly timeframe?: Interval | undefined;
}

export interface DatasetService {
  readonly store: DatasetStore;
  readonly handlers: DataHandlers;
  /** The candles of a backtest. Throws a `VALIDATION_ERROR` that names the field, e.g. `data.dataset`. */
  resolve(data: BacktestData): Promise<ResolvedData>;
  /** Throws `CandleFileError`, `VALIDATION_ERROR`, and what the disk says; nothing is left then. */
  importFile(source: AsyncIterable<Uint8Array>, about: FileImport): Promise<DatasetView>;
  /** Removes what a crash left, and goes on fetching what was being fetched. */
  start(): Promise<void>;
  close(): Promise<void>;
}

/** The data sets on disk alone: for commands beside the engine. */
export function openDatasets(data: string, db: Database, timers: Timers): DatasetStore {
  return storeOf(data, new Datasets(db), [], timers);
}

function storeOf(data: string, rows: Datasets, markets: readonly Market[], clock: Timers): DatasetStore {
  const files = new ColumnFiles(join(data, 'datasets'));
  return new DatasetStore({ rows, files, market: new MarketDatasets(markets, clock), clock });
}

export function createDatasets(options: DatasetsOptions): DatasetService {
  const { data, db, bus, timers, responses, markets, okx, warn, maxTextBytes = MAX_TEXT_BYTES } = options;
  const rows = new Datasets(db);
  const store = storeOf(data, rows, markets, timers);
  const imports = new DataImports({ store, rows, db, bus, timers, markets, okx, warn });
  return {
    store,
    handlers: dataHandlers({ store, rows, imports, db, responses, clock: timers }),
    resolve: (wanted) => resolveData(store, wanted),

    async importFile(source, { file, name = file, symbol, timeframe }) {
      const pieces = await readCandles(source, { name: file, maxBytes: maxTextBytes });
      const dataset = await store.add(pieces, { name, symbol, ...(timeframe !== undefined && { timeframe }) });
      imports.tell('completed', dataset);
      return dataset;
    },

    async start() {
      await store.recover();
      imports.resume();
    },

    close: () => imports.close(),
  };
}
