/** Candle files of lines: our own CSV, and Binance Vision's klines with or without their header. */
import type { CandleColumns } from '#domain/candle-columns.ts';
import { CandleFileError, MAX_LINE_LENGTH } from './candle-file-error.ts';
import { CellScanner } from './cell-scanner.ts';
import { RowSink, type RowFormat } from './row-sink.ts';

const OWN_HEADER = 'ts_ms,open,high,low,close,volume';
const OWN: RowFormat = { unit: 'line', columns: 6, time: 'ts_ms', mayBeMicroseconds: false };
const BINANCE: RowFormat = { unit: 'line', columns: 12, time: 'open_time', mayBeMicroseconds: true };
const LINE_END = 10;
const RETURN = 13;

/** Takes the bytes in pieces of any size. */
export class CsvReader {
  readonly #source: string;
  readonly #scanner = new CellScanner();
  readonly #text = new TextDecoder('utf-8', { fatal: true });
  #sink: RowSink;
  #rest = new Uint8Array();
  #line = 0;
  /** Where the last empty lines began: they are fine at the end of the file only. */
  #emptyFrom: number | undefined;

  constructor(source: string) {
    this.#source = source;
    this.#sink = new RowSink(source, OWN);
  }

  get rows(): number {
    return this.#sink.rows;
  }

  /** Throws `CandleFileError` as soon as there is no use in reading on. */
  push(piece: Uint8Array): void {
    let at = 0;
    if (this.#rest.length > 0) {
      const end = piece.indexOf(LINE_END);
      const line = joined(this.#rest, end < 0 ? piece : piece.subarray(0, end));
      this.#rest = new Uint8Array();
      if (end < 0) return this.#keep(line);
      this.#take(line, 0, line.length);
      at = end + 1;
    }
    for (let end = piece.indexOf(LINE_END, at); end >= 0; end = piece.indexOf(LINE_END, at)) {
      this.#take(piece, at, end);
      at = end + 1;
    }
    this.#keep(piece.slice(at));
  }

  /** All rows, in pieces. Throws `CandleFileError` naming the first bad ones. */
  end(): readonly CandleColumns[] {
    if (this.#rest.length > 0) this.#take(this.#rest, 0, this.#rest.length);
    const pieces = this.#sink.finish();
    if (pieces.length > 0) return pieces;
    throw new CandleFileError(this.#source, [{ line: 0, message: 'there are no rows below the header' }]);
  }

  #keep(rest: Uint8Array<ArrayBuffer>): void {
    if (rest.length > MAX_LINE_LENGTH) this.#sink.fail(this.#line + 1, 'the line is too long for a candle');
    this.#rest = rest;
  }

  #take(bytes: Uint8Array, start: number, lineEnd: number): void {
    this.#line += 1;
    const end = lineEnd > start && bytes[lineEnd - 1] === RETURN ? lineEnd - 1 : lineEnd;
    if (end - start > MAX_LINE_LENGTH) this.#sink.fail(this.#line, 'the line is too long for a candle');
    if (this.#line === 1) return this.#first(bytes, start, end);
    if (start === end) {
      this.#emptyFrom ??= this.#line;
      return;
    }
    if (this.#emptyFrom !== undefined) this.#sink.problem(this.#emptyFrom, 'the line is empty');
    this.#emptyFrom = undefined;
    this.#row(bytes, start, end);
  }

  #row(bytes: Uint8Array, start: number, end: number): void {
    if (this.#scanner.scan(bytes, start, end)) this.#sink.take(this.#line, this.#scanner);
    else this.#sink.takeText(this.#line, this.#decode(bytes.subarray(start, end)).split(','));
  }

  /** The header, or Binance's first row. */
  #first(bytes: Uint8Array, start: number, end: number): void {
    const line = this.#decode(bytes.subarray(start, end));
    if (line === OWN_HEADER) return;
    const names = line.split(',');
    if (names.length === BINANCE.columns && (names[0] === 'open_time' || /^\d+$/.test(names[0] ?? ''))) {
      this.#sink = new RowSink(this.#source, BINANCE);
      if (names[0] !== 'open_time') this.#row(bytes, start, end);
      return;
    }
    const missing = OWN_HEADER.split(',').filter((column) => !names.includes(column));
    const isNear = missing.length > 0 && missing.length < OWN.columns;
    const wanted = `the header must be ${OWN_HEADER}, or the file Binance's klines of ${BINANCE.columns} columns`;
    this.#sink.fail(1, isNear ? `missing column ${missing.join(', ')}; ${wanted}` : wanted);
  }

  #decode(bytes: Uint8Array): string {
    if (bytes.includes(0)) this.#sink.fail(this.#line, 'there are zero bytes in it: this is no text, or UTF-16');
    try {
      return this.#text.decode(bytes);
    } catch {
      return this.#sink.fail(this.#line, 'the text is not UTF-8');
    }
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
