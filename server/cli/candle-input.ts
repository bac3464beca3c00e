/** `--data FILE` of backtests and sweeps: candles of any format that is read, cut as flags and file say. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { rowAt, sliceColumns, timeframeOf, type CandleColumns } from '#domain/candle-columns.ts';
import { INTERVAL_MS, INTERVALS, type Interval } from '#domain/market-data.ts';
import { resample } from '#domain/resample.ts';
import { MAX_TEXT_BYTES, readCandlesFile } from '#server/datasets/read-candles.ts';
import { InputError } from './errors.ts';
import { ProgressBar } from './progress-bar.ts';
import type { Terminal } from './terminal.ts';

/** Which of a file's rows: first the timeframe, then dates, then rows. */
export interface CandleRange {
  readonly timeframe?: Interval | undefined;
  /** ms; both inclusive. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** Half-open. */
  readonly fromRow?: number | undefined;
  readonly toRow?: number | undefined;
}

const DAY_MS = 86_400_000;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const FORMATS = 'candles: our CSV (ts_ms,open,high,low,close,volume), Binance klines or freqtrade JSON, may be gzipped';

/** `isOptional`: the command may have its candles from elsewhere. */
export function addCandleOptions(command: Command, { isOptional = false } = {}): Command {
  return command
    .addOption(new Option('--data <file>', FORMATS).makeOptionMandatory(!isOptional))
    .addOption(new Option('--timeframe <interval>', 'make longer bars of the data’s').choices(INTERVALS))
    .option('--from <date>', 'first day or UTC time to use, such as 2024-06-15', startOf)
    .option('--to <date>', 'last day or UTC time to use, inclusive', endOf)
    .option('--from-row <number>', 'first row to use, from 0', rowNumber)
    .option('--to-row <number>', 'the row to stop before', rowNumber);
}

/** In memory that threads share. Throws `CandleFileError` for the file, `InputError` where the range has no rows. */
export async function readCandleRange(file: string, range: CandleRange, terminal: Terminal): Promise<CandleColumns> {
  const bar = new ProgressBar(terminal, `reading ${file}`);
  const all = await readCandlesFile(file, {
    maxBytes: MAX_TEXT_BYTES,
    allocate: (bytes) => new SharedArrayBuffer(bytes),
    onProgress: (progress, rows) => bar.show(progress, `${rows} rows`),
  }).finally(() => bar.end());
  const bars = inTimeframe(all, range.timeframe, file);
  const dated = sliceColumns(
    bars,
    range.from === undefined ? 0 : rowAt(bars, range.from),
    range.to === undefined ? bars.length : rowAt(bars, range.to + 1),
  );
  if (dated.length === 0) throw new InputError(`${file} has no rows in these dates; it has ${spanOf(bars)}`);
  const found = sliceColumns(dated, range.fromRow ?? 0, range.toRow ?? dated.length);
  if (found.length === 0) throw new InputError(`${file} has no rows there; it has ${dated.length}`);
  return found;
}

/** A date of a file or a flag → ms; a day stands for its first or its last one. `undefined`: it is none. */
export function timeOf(date: string | number, end: 'first' | 'last'): number | undefined {
  if (typeof date === 'number') return Number.isSafeInteger(date) ? date : undefined;
  const isDay = DATE.test(date);
  const zoned = /(?:Z|[+-]\d{2}:?\d{2})$/.test(date);
  const ms = Date.parse(isDay || zoned ? date : `${date.replace(' ', 'T')}Z`);
  if (Number.isNaN(ms)) return undefined;
  return isDay && end === 'last' ? ms + DAY_MS - 1 : ms;
}

function inTimeframe(columns: CandleColumns, timeframe: Interval | undefined, file: string): CandleColumns {
  const own = timeframeOf(columns);
  if (timeframe === undefined || timeframe === own) return columns;
  if (own !== undefined && INTERVAL_MS[timeframe] < INTERVAL_MS[own]) {
    throw new InputError(`${file} has bars of ${own}: bars of ${timeframe} cannot be made of them`);
  }
  return resample(columns, INTERVAL_MS[timeframe], (bytes) => new SharedArrayBuffer(bytes));
}

function spanOf({ ts, length }: CandleColumns): string {
  const [first, last] = [ts[0] ?? 0, ts[length - 1] ?? 0].map((ms) => new Date(ms).toISOString().slice(0, 16));
  return `${length} rows from ${first} to ${last} UTC`;
}

function startOf(text: string): number {
  return dateFlag(text, 'first');
}

function endOf(text: string): number {
  return dateFlag(text, 'last');
}

function dateFlag(text: string, end: 'first' | 'last'): number {
  const ms = timeOf(text, end);
  if (ms === undefined) throw new InvalidArgumentError('expected a date such as 2024-06-15 or 2024-06-15T08:00.');
  return ms;
}

function rowNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('expected a row number from 0.');
  return Number(text);
}
