/** The candles a backtest asks for: which data set, in which bars, from when to when. */
import { createHash } from 'node:crypto';
import type * as z from 'zod/mini';
import { encodeParts } from '#domain/candle-columns-binary.ts';
import { joinColumns, rowAt, sliceColumns, timeframeOf, type CandleColumns } from '#domain/candle-columns.ts';
import { INTERVAL_MS, type Interval } from '#domain/market-data.ts';
import { resample } from '#domain/resample.ts';
import type { backtestData, BacktestView, DatasetView } from '#protocol/backtest-shapes.ts';
import { ProtocolError } from '#protocol/errors.ts';
import { CandleFileError } from './candle-file-error.ts';
import type { DatasetStore } from './dataset-store.ts';
import { badField } from './field-error.ts';
import { RowSink } from './row-sink.ts';

export type BacktestData = z.infer<typeof backtestData>;
export type DatasetRef = NonNullable<BacktestView['dataset']>;

export interface ResolvedData {
  /** Over shared memory, a part of what others use: not to be written to. */
  readonly columns: CandleColumns;
  readonly ref: DatasetRef;
}

/** Before the dates and rows are cut. */
interface Found {
  readonly columns: CandleColumns;
  readonly about: Pick<DatasetRef, 'id' | 'name' | 'symbol' | 'timeframe'>;
  /** Empty where it is of what is used. */
  readonly hash: string;
}

const DAY_MS = 86_400_000;
const shared = (bytes: number) => new SharedArrayBuffer(bytes);

/** Throws a `VALIDATION_ERROR` that names the field: `data.dataset`, `data.timeframe`, `data.start_date`, … */
export async function resolveData(store: DatasetStore, data: BacktestData): Promise<ResolvedData> {
  if (data.session !== undefined) throw badField('data.session', 'a session is no data set');
  const found = data.rows === undefined ? await fromStore(store, data) : fromRows(data.rows, data);
  const columns = cutByRow(cutByDate(found.columns, data), data);
  return {
    columns,
    ref: {
      ...found.about,
      hash: found.hash === '' ? hashOf(columns) : found.hash,
      rows: columns.length,
      from: columns.ts[0] ?? 0,
      to: columns.ts[columns.length - 1] ?? 0,
    },
  };
}

async function fromStore(store: DatasetStore, data: BacktestData): Promise<Found> {
  const dataset = await find(store, data);
  const timeframe = data.timeframe ?? dataset.timeframe;
  const { id, name, symbol, hash } = dataset;
  const columns = await wholeColumns(store, dataset, timeframe, 'data.timeframe').catch((error: unknown) => {
    const isGone = error instanceof ProtocolError && error.code === 'NOT_FOUND';
    throw isGone ? badField('data.dataset', error.message) : error;
  });
  return { columns, about: { id, name, symbol, timeframe }, hash };
}

/** All of a data set in bars of `timeframe`; throws a `VALIDATION_ERROR` of `field` where it has longer ones. */
export async function wholeColumns(
  store: DatasetStore,
  { id, name, timeframe: own, hash }: DatasetView,
  timeframe: Interval,
  field: string,
): Promise<CandleColumns> {
  if (INTERVAL_MS[timeframe] < INTERVAL_MS[own]) {
    throw badField(field, `the data set ${name} has bars of ${own}, no shorter ones`);
  }
  const columns = await store.load(id);
  if (timeframe === own) return columns;
  const make = async () => resample(columns, INTERVAL_MS[timeframe], shared);
  // The market's grow: what was made of them a minute ago is not theirs now.
  return hash === '' ? make() : store.cached(`${hash}@${timeframe}`, make);
}

/** By id or else by name; without either the newest of the symbol, rather in just these bars than in shorter ones. */
async function find(store: DatasetStore, { dataset, symbol, timeframe }: BacktestData): Promise<DatasetView> {
  const known = dataset === undefined ? undefined : await store.get(dataset);
  if (known !== undefined) return known;
  const all = await store.list();
  if (dataset !== undefined) {
    const found = all.find(({ name }) => name === dataset);
    if (found) return found;
    throw badField('data.dataset', `there is no data set ${dataset}`);
  }
  if (symbol === undefined) throw badField('data.dataset', 'say which data set, or of which symbol');
  // What was imported goes before what the market has made up so far.
  const of = all
    .filter((each) => plain(each.symbol) === plain(symbol) && each.state === 'ready')
    .toSorted((a, b) => Number(a.source === 'market') - Number(b.source === 'market'));
  if (of.length === 0) throw badField('data.symbol', `there is no data set of ${symbol}`);
  const exact = of.find((each) => timeframe === undefined || each.timeframe === timeframe);
  const shorter = of.find((each) => timeframe !== undefined && INTERVAL_MS[each.timeframe] < INTERVAL_MS[timeframe]);
  const found = exact ?? shorter;
  if (found) return found;
  throw badField('data.timeframe', `no data set of ${symbol} has bars of ${timeframe ?? ''} or shorter ones`);
}

/** `BTC/USDT` is `BTC-USDT`. */
function plain(symbol: string): string {
  return symbol.replace(/[^A-Za-z0-9]/g, '').toUpperCase();
}

/** Rows in the request are taken as the bars they are. */
function fromRows(rows: NonNullable<BacktestData['rows']>, { symbol = '', timeframe }: BacktestData): Found {
  if (rows.length === 0) throw badField('data.rows', 'there are no rows');
  const format = { unit: 'row', columns: 6, time: 'the time', mayBeMicroseconds: false } as const;
  const sink = new RowSink('data.rows', format);
  try {
    for (const [index, [ts = '', open = '', high = '', low = '', close = '', volume = 0]] of rows.entries()) {
      sink.takeText(index, [ts, open, high, low, close, volume].map(String));
    }
    const columns = joinColumns(sink.finish(), shared);
    const shown: Interval | undefined = timeframe ?? timeframeOf(columns);
    return { columns, about: { id: '', name: 'rows', symbol, timeframe: shown ?? '' }, hash: '' };
  } catch (error) {
    if (!(error instanceof CandleFileError)) throw error;
    const issues = error.problems.map(({ line, message }) => ({ path: `data.rows.${line}`, message }));
    throw new ProtocolError('VALIDATION_ERROR', issues[0]?.message ?? error.message, issues);
  }
}

function cutByDate(columns: CandleColumns, data: BacktestData): CandleColumns {
  const start = data.start_date === undefined ? -Infinity : readDate(data.start_date, 'start_date').from;
  const end = data.end_date === undefined ? Infinity : readDate(data.end_date, 'end_date').to;
  const first = columns.ts[0] ?? 0;
  const last = columns.ts[columns.length - 1] ?? 0;
  if (start > end) throw badField('data.end_date', 'the end is before the start');
  if (start > last) throw badField('data.start_date', `the data ends before it, at ${inWords(last)}`);
  if (end < first) throw badField('data.end_date', `the data begins after it, at ${inWords(first)}`);
  const cut = sliceColumns(columns, rowAt(columns, start), end === Infinity ? columns.length : rowAt(columns, end + 1));
  if (cut.length === 0) throw badField('data.start_date', 'the data has no rows from there to the end');
  return cut;
}

function cutByRow(columns: CandleColumns, { from_row = 0, to_row }: BacktestData): CandleColumns {
  if (from_row >= columns.length) throw badField('data.from_row', `there are ${columns.length} rows, counted from 0`);
  if (to_row != null && to_row <= from_row) throw badField('data.to_row', 'it is not after from_row');
  return from_row === 0 && to_row == null ? columns : sliceColumns(columns, from_row, to_row ?? columns.length);
}

/** The first and the last ms of a day, or of a time twice; without a zone it is UTC. */
function readDate(date: string | number, field: string): { readonly from: number; readonly to: number } {
  const [day, time] = typeof date === 'number' ? [] : date.trim().split(/[T ]/);
  const zone = time === undefined || /(?:Z|[+-]\d{2}:?\d{2})$/i.test(time) ? '' : 'Z';
  const text = time === undefined ? day : `${day ?? ''}T${time}${zone}`;
  const ms = typeof date === 'number' ? date : isDay(day) ? Date.parse(text ?? '') : NaN;
  if (!Number.isFinite(ms)) throw badField(`data.${field}`, 'expected a date like 2024-06-15, an ISO time, or ms');
  return { from: ms, to: typeof date === 'string' && time === undefined ? ms + DAY_MS - 1 : ms };
}

/** One there is: `Date.parse` takes the 30th of February for the 1st of March. */
function isDay(day: string | undefined): boolean {
  const ms = /^\d{4}-\d{2}-\d{2}$/.test(day ?? '') ? Date.parse(day ?? '') : NaN;
  return Number.isFinite(ms) && new Date(ms).toISOString().startsWith(day ?? '');
}

function inWords(ts: number): string {
  return new Date(ts).toISOString().slice(0, 16).replace('T', ' ');
}

function hashOf(columns: CandleColumns): string {
  const hash = createHash('sha256');
  for (const part of encodeParts(columns)) hash.update(part);
  return hash.digest('hex');
}
