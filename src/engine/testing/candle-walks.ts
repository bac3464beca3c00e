/** Random candles for tests: rows that walk, jump, stand still and touch round prices. */
import type { CandleColumns } from '#domain/candle-columns.ts';
import { seededRandom, type Random } from '#domain/random.ts';

const START = 1_700_000_000_000;
const BAR_MS = 60_000;
const MIDDLE = 10_000;
/** How far a price of a row may be from the one before; the greatest, rare, ends what is short. */
const SIZES = [0, 3, 3, 10, 10, 10, 40, 40, 40, 40, 200, 200, 200, 900, 900, 15_000] as const;
const ROUNDS = [1, 1, 10, 100] as const;

export interface WalkRow {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

export function pick<T>(random: Random, values: readonly [T, ...T[]]): T {
  return values[Math.floor(random() * values.length)] ?? values[0];
}

/** Around 10,000. Some rows open or close outside their own high and low. A shorter walk is the beginning of a longer one. */
export function walkRows(seed: number, length: number): readonly WalkRow[] {
  const random = seededRandom(seed);
  let before = 8500 + Math.floor(random() * 3000);
  return Array.from({ length }, () => {
    const size = pick(random, SIZES);
    const round = pick(random, ROUNDS);
    const step = (from: number) => Math.max(100, Math.round((from + (random() * 2 - 1) * size) / round) * round);
    const open = step(random() < 0.5 ? before + (MIDDLE - before) * 0.1 : before);
    const close = step(open);
    const [above, below] = [step(open), step(open)];
    const top = random() < 0.06 ? above : Math.max(open, close, above);
    const bottom = random() < 0.06 ? below : Math.min(open, close, below);
    before = close;
    return { open, high: Math.max(top, bottom), low: Math.min(top, bottom), close };
  });
}

/** A row a minute. */
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
