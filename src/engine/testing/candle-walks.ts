/** Random candles for property tests: rows that walk, jump, stand still and touch round prices. */
import * as fc from 'fast-check';
import type { CandleColumns } from '#domain/candle-columns.ts';

const START = 1_700_000_000_000;
const BAR_MS = 60_000;
const MIDDLE = 10_000;

export interface WalkRow {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

/** Some open or close outside their own high and low; some walks are pulled back to the middle, some trend. */
export function candleWalks(minLength = 1, maxLength = 260): fc.Arbitrary<readonly WalkRow[]> {
  const row = fc.record({
    size: fc.constantFrom(0, 3, 3, 10, 10, 10, 40, 40, 40, 40, 200, 200, 200, 900, 900, 15_000),
    steps: fc.tuple(...Array.from({ length: 4 }, () => fc.integer({ min: -100, max: 100 }))),
    round: fc.constantFrom(1, 1, 10, 100),
    outside: fc.integer({ min: 0, max: 15 }),
    pull: fc.boolean(),
  });
  const rows = fc.array(row, { minLength, maxLength, size: 'max' });
  return fc.record({ start: fc.integer({ min: 8500, max: 11_500 }), rows }).map(({ start, rows: steps }) => {
    let before = start;
    return steps.map(({ size, steps: moves, round, outside, pull }) => {
      const at = (from: number, step: number) =>
        Math.max(100, Math.round((from + (step * size) / 100) / round) * round);
      const [a = 0, b = 0, c = 0, d = 0] = moves;
      const open = at(pull ? before + (MIDDLE - before) * 0.1 : before, a);
      const close = at(open, b);
      const top = outside === 0 ? at(open, c) : Math.max(open, close, at(open, c));
      const bottom = outside === 1 ? at(open, d) : Math.min(open, close, at(open, d));
      before = close;
      return { open, high: Math.max(top, bottom), low: Math.min(top, bottom), close };
    });
  });
}

/** Minutes with prices in two decimals. */
export function walkColumns(rows: readonly WalkRow[], priceDecimals = 2): CandleColumns {
  const column = (name: keyof WalkRow) => Int32Array.from(rows, (row) => row[name]);
  return {
    length: rows.length,
    priceDecimals,
    ts: Float64Array.from(rows, (_, index) => START + index * BAR_MS),
    open: column('open'),
    high: column('high'),
    low: column('low'),
    close: column('close'),
    volume: new Float64Array(rows.length),
  };
}
