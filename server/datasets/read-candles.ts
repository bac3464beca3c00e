/**
 * Candle files into columns, whatever they are: our CSV (`ts_ms,open,high,low,close,volume`), Binance Vision's klines,
 * freqtrade's JSON, each as it is, gzipped or zipped. What they are shows their content, not their name.
 */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { setImmediate as otherWork } from 'node:timers/promises';
import { joinColumns, type CandleColumns } from '#domain/candle-columns.ts';
import { CandleFileError } from './candle-file-error.ts';
import { CsvReader } from './csv-reader.ts';
import { JsonReader } from './json-reader.ts';
import { textBytes } from './unpack.ts';
import { ZipError } from './unzip.ts';

export interface ReadCandlesOptions {
  /** What errors call the file. */
  readonly name: string;
  /** Of text, unpacked. */
  readonly maxBytes: number;
  /** Bytes as they came, packed, and rows so far. */
  readonly onProgress?: (bytes: number, rows: number) => void;
}

export interface ReadFileOptions {
  readonly maxBytes: number;
  /** 0 to 1, and rows so far. */
  readonly onProgress?: (progress: number, rows: number) => void;
  /** Where the columns are to be; plain memory if not given. */
  readonly allocate?: (bytes: number) => ArrayBufferLike;
}

export const MAX_TEXT_BYTES = 1024 ** 3;
const PIECE = 256 * 1024;
/** What is read at once: about a millisecond's. Prices come between. */
const TURN_BYTES = 64 * 1024;
const LIST = 91;
const OBJECT = 123;

/** The rows in pieces (`joinColumns`). Throws `CandleFileError` naming the first bad lines, and what the source throws. */
export async function readCandles(
  source: AsyncIterable<Uint8Array>,
  { name, maxBytes, onProgress }: ReadCandlesOptions,
): Promise<readonly CandleColumns[]> {
  let reader: CsvReader | JsonReader | undefined;
  let came = 0;
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const piece of source) {
      came += piece.length;
      // What unpacks to nothing is bounded, too.
      if (came > maxBytes) throw new CandleFileError(name, [{ line: 0, message: tooLong(maxBytes) }]);
      onProgress?.(came, reader?.rows ?? 0);
      yield piece;
    }
  }
  try {
    for await (const piece of textBytes(counted(), name, maxBytes)) {
      reader ??= readerOf(piece, name);
      for (let from = 0; from < piece.length; from += TURN_BYTES) {
        reader.push(piece.subarray(from, from + TURN_BYTES));
        await otherWork();
      }
    }
  } catch (error) {
    const message = error instanceof CandleFileError ? undefined : explain(error);
    throw message === undefined ? error : new CandleFileError(name, [{ line: 0, message }], error);
  }
  return (reader ?? new CsvReader(name)).end();
}

/** As `readCandles`; unreadable and damaged files are a `CandleFileError`, too. */
export async function readCandlePieces(
  path: string,
  { maxBytes, onProgress }: Omit<ReadFileOptions, 'allocate'>,
): Promise<readonly CandleColumns[]> {
  try {
    const { size } = await stat(path);
    return await readCandles(createReadStream(path, { highWaterMark: PIECE }), {
      maxBytes,
      name: path,
      ...(onProgress && { onProgress: (bytes, rows) => onProgress(bytes / size, rows) }),
    });
  } catch (error) {
    const message = error instanceof CandleFileError ? undefined : explain(error);
    throw message === undefined ? error : new CandleFileError(path, [{ line: 0, message }], error);
  }
}

/** All of a file as one. Throws as `readCandlePieces`. */
export async function readCandlesFile(path: string, { allocate, ...options }: ReadFileOptions): Promise<CandleColumns> {
  return joinColumns(await readCandlePieces(path, options), allocate);
}

/** By the first character that is no blank. */
function readerOf(piece: Uint8Array, name: string): CsvReader | JsonReader {
  const first = piece.find((byte) => byte > 32);
  return first === LIST || first === OBJECT ? new JsonReader(name) : new CsvReader(name);
}

function tooLong(maxBytes: number): string {
  return `the file is longer than ${maxBytes} bytes, which is the most that is taken`;
}

/** `undefined`: not the file's fault. */
function explain(error: unknown): string | undefined {
  if (error instanceof ZipError) return error.message;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'ENOENT':
      return 'there is no such file';
    case 'EISDIR':
      return 'it is a directory';
    case 'EACCES':
      return 'it may not be read (permission denied)';
    case 'Z_BUF_ERROR':
      return 'the gzip file is cut off';
    case 'Z_DATA_ERROR':
      return `the gzip file is damaged (${error instanceof Error ? error.message : ''})`;
    default:
      return undefined;
  }
}
