/**
 * Columns as bytes: in data sets' files, over HTTP, and what their hash is of. A header of 32 bytes, then the columns as in
 * memory (`columnsOver`), little-endian; but times as the distance from the row before (the first as it is), opens as the
 * difference from the close before, and high, low and close as that from their own open: small numbers that
 * compress well. Equal candles are equal bytes.
 */
import { bytesPerRow, columnsOver, isWide, type CandleColumns, type PriceColumn } from './candle-columns.ts';

/** `GDC` and the version. */
const MAGIC = [0x47, 0x44, 0x43, 0x01] as const;
export const HEADER_BYTES = 32;
const PART_ROWS = 65_536;
/** More rows than any market has had minutes; a damaged header must not take the memory. */
const MAX_ROWS = 100_000_000;

/** The bytes are not columns, or not all of them. */
export class ColumnsFormatError extends Error {
  override readonly name = 'ColumnsFormatError';
}

/** How many bytes `columns` make. */
export function encodedBytes(columns: CandleColumns): number {
  return HEADER_BYTES + bytesPerRow(isWide(columns)) * columns.length;
}

/**
 * The bytes part by part, each good until the next is asked for: no second copy of a large set is made. Of several `pieces`,
 * one after the other and equal in decimals and width, as if they were one.
 */
export function* encodeParts(...pieces: readonly CandleColumns[]): Generator<Uint8Array> {
  const [first] = pieces;
  if (first === undefined) return;
  yield header(first, pieces);
  const doubles = new Float64Array(PART_ROWS);
  let before = 0;
  for (const { ts, length } of pieces) {
    yield* parts(doubles, length, (row) => (ts[row] ?? 0) - (row === 0 ? before : (ts[row - 1] ?? 0)));
    before = ts[length - 1] ?? before;
  }
  for (const { volume, length } of pieces) yield* parts(doubles, length, (row) => volume[row] ?? 0);
  const prices = isWide(first) ? doubles : new Int32Array(PART_ROWS);
  before = 0;
  for (const { open, close, length } of pieces) {
    yield* parts(prices, length, (row) => (open[row] ?? 0) - (row === 0 ? before : (close[row - 1] ?? 0)));
    before = close[length - 1] ?? before;
  }
  for (const name of ['high', 'low', 'close'] as const) {
    for (const { open, [name]: column, length } of pieces) {
      yield* parts(prices, length, (row) => (column[row] ?? 0) - (open[row] ?? 0));
    }
  }
}

/** In one piece, for data that is not large. */
export function encodeColumns(columns: CandleColumns): Uint8Array {
  const bytes = new Uint8Array(encodedBytes(columns));
  let at = 0;
  for (const part of encodeParts(columns)) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** Takes encoded bytes in pieces of any size, straight to where the columns will be. */
export class ColumnsDecoder {
  readonly #allocate: (bytes: number) => ArrayBufferLike;
  readonly #header = new Uint8Array(HEADER_BYTES);
  #headerFilled = 0;
  #target: { readonly columns: CandleColumns; readonly bytes: Uint8Array } | undefined;
  #filled = 0;

  /** `allocate`: e.g. a `SharedArrayBuffer`, for threads. */
  constructor(allocate: (bytes: number) => ArrayBufferLike = (bytes) => new ArrayBuffer(bytes)) {
    this.#allocate = allocate;
  }

  /** Throws a `ColumnsFormatError` for bytes that are no columns. */
  push(piece: Uint8Array): void {
    let rest = piece;
    if (this.#target === undefined) {
      const taken = rest.subarray(0, HEADER_BYTES - this.#headerFilled);
      this.#header.set(taken, this.#headerFilled);
      this.#headerFilled += taken.length;
      rest = rest.subarray(taken.length);
      if (this.#headerFilled < HEADER_BYTES) return;
      this.#target = this.#begin();
    }
    const { bytes } = this.#target;
    if (this.#filled + rest.length > bytes.length)
      throw new ColumnsFormatError('the data has more bytes than its rows');
    bytes.set(rest, this.#filled);
    this.#filled += rest.length;
  }

  /** Throws a `ColumnsFormatError` where bytes are missing. */
  end(): CandleColumns {
    const parts = this.endInParts();
    for (let part = parts.next(); ; part = parts.next()) if (part.done === true) return part.value;
  }

  /** As `end`, with pauses for whoever must not be kept waiting by a large set. */
  *endInParts(): Generator<undefined, CandleColumns> {
    if (this.#target === undefined || this.#filled < this.#target.bytes.length) {
      throw new ColumnsFormatError('the data is cut off');
    }
    const { columns } = this.#target;
    const { length, ts, open, high, low, close } = columns;
    for (let row = 0; row < length; row += 1) {
      if (row > 0 && row % PART_ROWS === 0) yield;
      if (row > 0) {
        ts[row] = (ts[row] ?? 0) + (ts[row - 1] ?? 0);
        open[row] = (open[row] ?? 0) + (close[row - 1] ?? 0);
      }
      const opened = open[row] ?? 0;
      high[row] = (high[row] ?? 0) + opened;
      low[row] = (low[row] ?? 0) + opened;
      close[row] = (close[row] ?? 0) + opened;
    }
    return columns;
  }

  #begin() {
    const view = new DataView(this.#header.buffer);
    if (MAGIC.some((byte, i) => this.#header[i] !== byte)) throw new ColumnsFormatError('these are no candle columns');
    const priceDecimals = view.getUint8(4);
    const width = view.getUint8(5);
    const length = view.getUint32(8, true);
    if (priceDecimals > 22 || (width !== 4 && width !== 8) || length > MAX_ROWS) {
      throw new ColumnsFormatError('the header of the columns is damaged');
    }
    const wide = width === 8;
    const size = bytesPerRow(wide) * length;
    const memory = this.#allocate(size);
    return {
      columns: columnsOver(memory, 0, { length, priceDecimals, wide }),
      bytes: new Uint8Array(memory, 0, size),
    };
  }
}

/** Throws a `ColumnsFormatError`. */
export function decodeColumns(bytes: Uint8Array, allocate?: (bytes: number) => ArrayBufferLike): CandleColumns {
  const decoder = new ColumnsDecoder(allocate);
  decoder.push(bytes);
  return decoder.end();
}

function header(columns: CandleColumns, pieces: readonly CandleColumns[]): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  bytes.set(MAGIC);
  view.setUint8(4, columns.priceDecimals);
  view.setUint8(5, isWide(columns) ? 8 : 4);
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  view.setUint32(8, length, true);
  return bytes;
}

function* parts(part: PriceColumn, length: number, valueAt: (row: number) => number): Generator<Uint8Array> {
  for (let from = 0; from < length; from += PART_ROWS) {
    const end = Math.min(PART_ROWS, length - from);
    for (let i = 0; i < end; i += 1) part[i] = valueAt(from + i);
    yield bytesOf(part.subarray(0, end));
  }
}

function bytesOf(column: PriceColumn): Uint8Array {
  return new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
}
