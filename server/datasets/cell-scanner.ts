/** The numbers of one row of a candle file straight from its bytes: what most rows are, without a string being made. */
import { POWERS_OF_TEN } from '#domain/order-book-units.ts';

/** Time, open, high, low, close, volume; what stands behind them is counted only. */
export const CELLS = 6;

/** The last of them, and no money: the nearest double is good enough. */
const VOLUME = CELLS - 1;

const ZERO = 48;
const NINE = 57;
const DOT = 46;
const COMMA = 44;
const SPACE = 32;

export class CellScanner {
  /**
   * Digits of each cell as an integer of `10^-scale`, exact, without zeros at the end of a fraction. Only a volume of more
   * digits than a double holds is the nearest double.
   */
  readonly units = new Float64Array(CELLS);
  readonly scales = new Int32Array(CELLS);
  /** Columns of the row. */
  count = 0;

  /** `false`: there is something in it that is no plain number, or one of too many digits; the text says what. */
  scan(bytes: Uint8Array, start: number, end: number): boolean {
    let at = start;
    let cell = 0;
    while (cell < CELLS) {
      while (at < end && bytes[at] === SPACE) at += 1;
      const first = at;
      let units = 0;
      let digits = 0;
      let byte = bytes[at] ?? 0;
      while (at < end && byte >= ZERO && byte <= NINE) {
        units = units * 10 + (byte - ZERO);
        digits += 1;
        at += 1;
        byte = bytes[at] ?? 0;
      }
      if (digits === 0) return false;
      let scale = 0;
      if (at < end && byte === DOT) {
        at += 1;
        byte = bytes[at] ?? 0;
        let places = 0;
        while (at < end && byte >= ZERO && byte <= NINE) {
          places += 1;
          if (byte !== ZERO) {
            units = units * (POWERS_OF_TEN[places - scale] ?? Number.NaN) + (byte - ZERO);
            scale = places;
          }
          at += 1;
          byte = bytes[at] ?? 0;
        }
        if (places === 0) return false;
      }
      // Also where it has become NaN.
      if (!(units <= Number.MAX_SAFE_INTEGER) || scale >= POWERS_OF_TEN.length) {
        if (cell !== VOLUME) return false;
        units = numberAt(bytes, first, at);
        scale = 0;
      }
      this.units[cell] = units;
      this.scales[cell] = scale;
      while (at < end && bytes[at] === SPACE) at += 1;
      cell += 1;
      if (at === end) break;
      if (bytes[at] !== COMMA) return false;
      at += 1;
    }
    this.count = cell;
    if (cell === CELLS && at <= end && bytes[at - 1] === COMMA) this.#countRest(bytes, at, end);
    return true;
  }

  #countRest(bytes: Uint8Array, start: number, end: number): void {
    this.count += 1;
    for (let at = start; at < end; at += 1) if (bytes[at] === COMMA) this.count += 1;
  }
}

function numberAt(bytes: Uint8Array, start: number, end: number): number {
  let text = '';
  for (let at = start; at < end; at += 1) text += String.fromCharCode(bytes[at] ?? 0);
  return Number(text);
}
