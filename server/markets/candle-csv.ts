/**
 * Candle files: CSV with the header `ts_ms,open,high,low,close,volume`, gzipped or not. Strict: a file with one bad
 * row is refused with the numbers of its bad lines (G13), because a backtest on half-read data misleads.
 */
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { formatDecimal, parseDecimal } from '#domain/decimal.ts';
import type { Candle } from '#domain/market-data.ts';

/** As in the file; whether a bar is closed is the player's business. */
export type CandleRow = Omit<Candle, 'closed'>;

export interface CandleProblem {
  /** From 1, a header being line 1, in JSON the number of the row; 0: the file as a whole. */
  readonly line: number;
  readonly message: string;
}

/** What its problems count. */
export type CandleFileUnit = 'line' | 'row';

export class CandleFileError extends Error {
  override readonly name = 'CandleFileError';
  readonly problems: readonly CandleProblem[];
  readonly unit: CandleFileUnit;

  constructor(source: string, problems: readonly CandleProblem[], cause?: unknown, unit: CandleFileUnit = 'line') {
    const lines = problems.map(({ line, message }) => (line === 0 ? message : `${unit} ${line}: ${message}`));
    const more = problems.length >= MAX_PROBLEMS ? ['…'] : [];
    super(`cannot use ${source}: ${[...lines, ...more].join('\n  ')}`, { cause });
    this.problems = problems;
    this.unit = unit;
  }
}

const COLUMNS = ['ts_ms', 'open', 'high', 'low', 'close', 'volume'] as const;
const HEADER = COLUMNS.join(',');
export const MAX_PROBLEMS = 20;
export const MAX_LINE_LENGTH = 1_000;
const PLAIN = /^\d+(?:\.\d+)?$/;

/** Takes the text in pieces of any size, so that a file of any size needs memory for its rows only. */
export class CandleCsvParser {
  readonly #source: string;
  readonly #rows: CandleRow[] = [];
  readonly #problems: CandleProblem[] = [];
  #rest = '';
  #line = 0;
  /** Where the last empty lines began: they are fine at the end of the file only. */
  #emptyFrom: number | undefined;
  #lastTs = Number.NEGATIVE_INFINITY;

  constructor(source: string) {
    this.#source = source;
  }

  /** Throws `CandleFileError` as soon as there is no use in reading on. */
  push(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#take(line);
    if (this.#rest.length > MAX_LINE_LENGTH) this.#take(this.#rest);
  }

  /** All rows, oldest first. Throws `CandleFileError` naming the first bad lines. */
  end(): CandleRow[] {
    if (this.#rest !== '') this.#take(this.#rest);
    if (this.#line === 0) this.#fail(0, 'the file is empty');
    if (this.#rows.length === 0 && this.#problems.length === 0) this.#problem(0, 'there are no rows below the header');
    if (this.#problems.length > 0) throw new CandleFileError(this.#source, this.#problems);
    return this.#rows;
  }

  #take(raw: string): void {
    this.#line += 1;
    const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
    if (line.length > MAX_LINE_LENGTH) this.#fail(this.#line, 'the line is too long for a candle');
    if (this.#line === 1) {
      this.#header(line);
    } else if (line === '') {
      this.#emptyFrom ??= this.#line;
    } else {
      if (this.#emptyFrom !== undefined) this.#problem(this.#emptyFrom, 'the line is empty');
      this.#emptyFrom = undefined;
      this.#row(line.split(','));
    }
  }

  #header(line: string): void {
    if (line === HEADER) return;
    const names = line.split(',');
    const missing = COLUMNS.filter((column) => !names.includes(column));
    const known = missing.length < COLUMNS.length && missing.length > 0;
    this.#fail(
      1,
      known ? `missing column ${missing.join(', ')}; the header must be ${HEADER}` : `the header must be ${HEADER}`,
    );
  }

  #row(cells: readonly string[]): void {
    const [time = '', ...values] = cells;
    if (cells.length !== COLUMNS.length) {
      return this.#problem(this.#line, `${cells.length} columns instead of ${COLUMNS.length}`);
    }
    const before = this.#problems.length;
    const ts = /^\d+$/.test(time) ? Number(time) : Number.NaN;
    if (!Number.isSafeInteger(ts)) this.#problem(this.#line, `ts_ms is not a whole number: ${quote(time)}`);
    else if (ts === this.#lastTs) this.#problem(this.#line, `duplicate of the row before: ts_ms ${ts}`);
    else if (ts < this.#lastTs) this.#problem(this.#line, `out of order: ts_ms ${ts} after ${this.#lastTs}`);
    else this.#lastTs = ts;

    const [open = '', high = '', low = '', close = '', volume = ''] = values.map((text, i) =>
      this.#number(text, COLUMNS[i + 1] ?? ''),
    );
    if (this.#problems.length > before) return;
    // Rounding to doubles keeps the order, so this never refuses a good row. An open or close outside its own high
    // and low is no reason to refuse either (G13): recorded data has them, and the path of a bar still is defined.
    if (Number(high) < Number(low)) return this.#problem(this.#line, `high ${high} is below low ${low}`);
    if (this.#problems.length === 0) this.#rows.push({ ts, open, high, low, close, volume });
  }

  /** Plain notation of a number that is good for `column`. */
  #number(text: string, column: string): string | undefined {
    const value = plainDecimal(text);
    const good = value !== undefined && (column === 'volume' ? Number(value) >= 0 : Number(value) > 0);
    if (value === undefined) this.#problem(this.#line, `${column} is not a number: ${quote(text)}`);
    else if (!good)
      this.#problem(
        this.#line,
        `${column} must be ${column === 'volume' ? '0 or more' : 'more than 0'}: ${quote(text)}`,
      );
    return value;
  }

  #problem(line: number, message: string): void {
    this.#problems.push({ line, message });
    if (this.#problems.length >= MAX_PROBLEMS) throw new CandleFileError(this.#source, this.#problems);
  }

  #fail(line: number, message: string): never {
    this.#problems.push({ line, message });
    throw new CandleFileError(this.#source, this.#problems);
  }
}

/** Reads a whole file. Throws `CandleFileError` for what is wrong with it, unreadable and damaged files included. */
export async function readCandleFile(path: string): Promise<CandleRow[]> {
  const parser = new CandleCsvParser(path);
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const fail = (message: string, cause?: unknown): never => {
    throw new CandleFileError(path, [{ line: 0, message }], cause);
  };
  try {
    for await (const chunk of contents(path, fail)) parser.push(decoder.decode(chunk, { stream: true }));
    parser.push(decoder.decode());
  } catch (error) {
    if (error instanceof CandleFileError) throw error;
    fail(explain(error), error);
  }
  return parser.end();
}

/** The bytes of the file, unzipped where they are gzip, whatever its name says. */
async function* contents(path: string, fail: (message: string) => never): AsyncGenerator<Uint8Array> {
  const [first, second] = await firstBytes(path);
  const gzip = first === 0x1f && second === 0x8b;
  if (!gzip && path.endsWith('.gz')) fail('the name ends with .gz but the content is not gzip');
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    fail('the text is UTF-16; save it as UTF-8');
  }
  const file = createReadStream(path);
  // `pipeline` closes the file when the reader stops early, and hands its errors on.
  yield* gzip ? pipeline(file, createGunzip(), () => {}) : file;
}

async function firstBytes(path: string): Promise<Uint8Array> {
  for await (const chunk of createReadStream(path, { end: 1 })) return chunk as Uint8Array;
  return new Uint8Array();
}

function explain(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'ENOENT':
      return 'there is no such file';
    case 'EISDIR':
      return 'it is a directory';
    case 'EACCES':
      return 'it may not be read (permission denied)';
    case 'ERR_ENCODING_INVALID_ENCODED_DATA':
      return 'the text is not UTF-8';
    case 'Z_BUF_ERROR':
      return 'the gzip file is cut off';
    case 'Z_DATA_ERROR':
      return `the gzip file is damaged (${message})`;
    default:
      return message;
  }
}

/** Plain notation, `1e-7` written out; `undefined` for what is no number. */
function plainDecimal(text: string): string | undefined {
  if (PLAIN.test(text)) return text;
  const parsed = parseDecimal(text);
  return parsed === undefined ? undefined : formatDecimal(parsed);
}

function quote(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
