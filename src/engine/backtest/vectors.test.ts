/** The independent implementation's results for G3–G13, where the shared vectors are at hand. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { CandleRow } from './candle-rows.ts';
import { runGridBacktest } from './grid-backtest.ts';

interface VectorCase {
  readonly title: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly expected: Readonly<Record<string, unknown>> & { readonly max_drawdown: string };
  readonly rows?: readonly CandleRow[];
  readonly data?: string;
  readonly from_row?: number;
  readonly to_row?: number | null;
}

const shared = fileURLToPath(new URL('../../../../shared/', import.meta.url));
const vectors = `${shared}vectors/grid/backtest-cases.json`;
const present = existsSync(vectors);
const cases: readonly VectorCase[] = present ? JSON.parse(readFileSync(vectors, 'utf8')).cases : [];

const files = new Map<string, readonly CandleRow[]>();
function candles(file: string): readonly CandleRow[] {
  const known = files.get(file);
  if (known) return known;
  const lines = gunzipSync(readFileSync(`${shared}data/${file}`))
    .toString('utf8')
    .trim()
    .split('\n')
    .slice(1);
  const rows = lines.map((line): CandleRow => {
    const [ts = '', open = '', high = '', low = '', close = ''] = line.split(',');
    return [Number(ts), open, high, low, close];
  });
  files.set(file, rows);
  return rows;
}

describe('grid backtest vectors (G3–G13)', () => {
  test.skipIf(present)('skipped: ../shared/vectors is not there', () => undefined);

  test.skipIf(!present)('all cases are there', () => {
    expect(cases.length).toBeGreaterThanOrEqual(28);
  });

  test.skipIf(!present).each(cases)('$title', ({ config, rows, data, from_row, to_row, expected }) => {
    const input = rows ?? candles(data ?? '').slice(from_row ?? 0, to_row ?? undefined);
    const result = runGridBacktest(config, input);
    const { max_drawdown: drawdown, ...exact } = result;
    const { max_drawdown: wanted, ...rest } = expected;
    expect(exact).toEqual(rest);
    expect(Math.abs(Number(drawdown) - Number(wanted))).toBeLessThan(1e-9);
  });
});
