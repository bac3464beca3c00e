/** The commands about data sets. */
import type { Clock } from '#domain/clock.ts';
import { rowAt, type CandleColumns } from '#domain/candle-columns.ts';
import { plainUnits } from '#domain/order-book-units.ts';
import type { DatasetView } from '#protocol/backtest-shapes.ts';
import type { Action, Result } from '#protocol/commands.ts';
import { ProtocolError } from '#protocol/errors.ts';
import type { Handler, RequestKey, ResponseStore } from '#server/gateway/handlers.ts';
import type { Datasets } from '#server/storage/datasets.ts';
import { transact, type Database } from '#server/storage/transaction.ts';
import { plainNumber } from './columns-csv.ts';
import type { DataImports } from './data-imports.ts';
import type { DatasetStore } from './dataset-store.ts';
import { badField } from './field-error.ts';
import { wholeColumns } from './resolve-data.ts';

export interface DataHandlerPorts {
  readonly store: DatasetStore;
  readonly rows: Datasets;
  readonly imports: DataImports;
  /** Of `rows` and of `responses`. */
  readonly db: Database;
  readonly responses: ResponseStore;
  readonly clock: Clock;
}

export type DataHandlers = { readonly [A in Extract<Action, `data.${string}`>]-?: Handler<A> };

const CANDLES = 500;

export function dataHandlers({ store, rows, imports, db, responses, clock }: DataHandlerPorts): DataHandlers {
  /** Z13: a change and its response are written together. */
  function change<T>(call: RequestKey, data: T, write: () => void): T {
    transact(db, () => {
      write();
      responses.record(call, { success: true, data }, clock.now());
    });
    return data;
  }

  async function changeable(id: string): Promise<DatasetView> {
    const dataset = rows.get(id);
    if (dataset !== undefined) return dataset;
    if ((await store.get(id)) !== undefined)
      throw badField('id', 'this one is of the engine’s own market and stays as it is');
    throw new ProtocolError('NOT_FOUND', `there is no data set ${id}`);
  }

  return {
    'data.list': async () => ({ datasets: [...(await store.list())] }),

    'data.import': async (request, call) => {
      const dataset = imports.plan(request);
      const answer = change(call, { dataset }, () => rows.save(dataset));
      imports.run(dataset);
      return answer;
    },

    'data.rename': async ({ id, name }, call) => {
      const dataset = { ...(await changeable(id)), name };
      return change(call, { dataset }, () => rows.save(dataset));
    },

    'data.delete': async ({ id }, call) => {
      const dataset = await changeable(id);
      const answer = change(call, { id }, () => rows.remove(id));
      await imports.drop(dataset);
      await store.remove(id);
      return answer;
    },

    'data.candles': async ({ id, timeframe, from, to, limit = CANDLES }) => {
      const dataset = await store.get(id);
      if (dataset === undefined) throw new ProtocolError('NOT_FOUND', `there is no data set ${id}`);
      const columns = await wholeColumns(store, dataset, timeframe ?? dataset.timeframe, 'timeframe');
      const end = to === undefined ? columns.length : rowAt(columns, to + 1);
      const start = from === undefined ? Math.max(0, end - limit) : rowAt(columns, from);
      return { candles: candlesOf(columns, start, Math.min(end, start + limit)) };
    },
  };
}

function candlesOf(columns: CandleColumns, start: number, end: number): Result<'data.candles'>['candles'] {
  const { priceDecimals, ts, open, high, low, close, volume } = columns;
  const price = (column: ArrayLike<number>, row: number) => plainUnits(column[row] ?? 0, priceDecimals);
  return Array.from({ length: Math.max(0, end - start) }, (_, i) => {
    const row = start + i;
    return {
      ts: ts[row] ?? 0,
      open: price(open, row),
      high: price(high, row),
      low: price(low, row),
      close: price(close, row),
      volume: plainNumber(volume[row] ?? 0),
      closed: true,
    };
  });
}
