/** Candle files as freqtrade writes them: one JSON list of `[ms, open, high, low, close, volume]`. */
import type { CandleColumns } from '#domain/candle-columns.ts';
import { CandleFileError, MAX_LINE_LENGTH } from './candle-file-error.ts';
import { CellScanner } from './cell-scanner.ts';
import { RowSink } from './row-sink.ts';

const OPEN = 91;
const CLOSE = 93;
const COMMA = 44;

/** What may come next: the list, a row or its end, the rest of a row, what parts rows, a row, nothing. */
type Expected = 'list' | 'first' | 'cells' | 'comma' | 'row' | 'nothing';

const IN_WORDS: Readonly<Record<Exclude<Expected, 'cells'>, string>> = {
  list: 'the JSON is no list of candles',
  first: 'expected a row [ms, open, high, low, close, volume]',
  comma: 'expected a comma or the end of the list after it',
  row: 'expected a row [ms, open, high, low, close, volume] after the comma',
  nothing: 'there is more after the end of the list',
};

/** Takes the bytes in pieces of any size. */
export class JsonReader {
  readonly #source: string;
  readonly #sink: RowSink;
  readonly #scanner = new CellScanner();
  #rest: number[] = [];
  #row = 0;
  #expected: Expected = 'list';

  constructor(source: string) {
    this.#source = source;
    this.#sink = new RowSink(source, { unit: 'row', columns: 6, time: 'the time', mayBeMicroseconds: false });
  }

  get rows(): number {
    return this.#sink.rows;
  }

  /** Throws `CandleFileError` as soon as there is no use in reading on. */
  push(piece: Uint8Array): void {
    let at = 0;
    while (at < piece.length) {
      if (this.#expected === 'cells') at = this.#cells(piece, at);
      else {
        const byte = piece[at] ?? 0;
        if (!isBlank(byte)) this.#step(this.#expected, byte);
        at += 1;
      }
    }
  }

  /** All rows, in pieces. Throws `CandleFileError` naming the first bad ones. */
  end(): readonly CandleColumns[] {
    if (this.#expected !== 'nothing') this.#sink.fail(0, `the JSON is cut off in or after row ${this.#row}`);
    const pieces = this.#sink.finish();
    if (pieces.length > 0) return pieces;
    throw new CandleFileError(this.#source, [{ line: 0, message: 'there are no rows in the list' }]);
  }

  #step(expected: Exclude<Expected, 'cells'>, byte: number): void {
    if (byte === OPEN && expected === 'list') this.#expected = 'first';
    else if (byte === OPEN && (expected === 'first' || expected === 'row')) {
      this.#row += 1;
      this.#expected = 'cells';
    } else if (byte === CLOSE && (expected === 'first' || expected === 'comma')) this.#expected = 'nothing';
    else if (byte === COMMA && expected === 'comma') this.#expected = 'row';
    else this.#sink.fail(expected === 'list' ? 0 : this.#row + (expected === 'comma' ? 0 : 1), IN_WORDS[expected]);
  }

  /** What stands between the brackets is what stands in a line of CSV. */
  #cells(piece: Uint8Array, start: number): number {
    const end = piece.indexOf(CLOSE, start);
    const stop = end < 0 ? piece.length : end;
    if (stop - start + this.#rest.length > MAX_LINE_LENGTH) {
      this.#sink.fail(this.#row, 'the row is too long for a candle');
    }
    if (end < 0 || this.#rest.length > 0) for (const byte of piece.subarray(start, stop)) this.#rest.push(byte);
    if (end < 0) return stop;
    if (this.#rest.length > 0) {
      const whole = Uint8Array.from(this.#rest);
      this.#rest = [];
      this.#take(whole, 0, whole.length);
    } else {
      this.#take(piece, start, stop);
    }
    this.#expected = 'comma';
    return stop + 1;
  }

  #take(bytes: Uint8Array, start: number, end: number): void {
    if (this.#scanner.scan(bytes, start, end)) return this.#sink.take(this.#row, this.#scanner);
    const text = new TextDecoder().decode(bytes.subarray(start, end));
    this.#sink.takeText(this.#row, text.trim() === '' ? [] : text.split(','));
  }
}

function isBlank(byte: number): boolean {
  return byte === 32 || byte === 10 || byte === 13 || byte === 9;
}
