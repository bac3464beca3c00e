/** The independent implementation's results for G3–G13, and recorded candles, where `../shared` is at hand: by both paths. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { CandleColumns } from '#domain/candle-columns.ts';
import { columnsOf, parseRows, priceDecimalsOf, type CandleRow } from './candle-rows.ts';
import { parseCase } from './case.ts';
import { gridFigures, runGridBacktest, type GridBacktestResult } from './grid-backtest.ts';
import { runGridCore } from './grid-core.ts';
import { runGridKernel } from './grid-kernel.ts';

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
const folder = `${shared}data`;

const vectorCases: readonly VectorCase[] = existsSync(vectors) ? JSON.parse(readFileSync(vectors, 'utf8')).cases : [];

const candleFiles: readonly string[] = existsSync(folder)
  ? readdirSync(folder).filter((file) => file.endsWith('.csv.gz'))
  : [];

const files = new Map<string, readonly CandleRow[]>();

function recordedRows(file: string): readonly CandleRow[] {
  const known = files.get(file);
  if (known) return known;
  const lines = gunzipSync(readFileSync(`${folder}/${file}`))
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

function rowsOf({ rows, data, from_row, to_row }: VectorCase): readonly CandleRow[] {
  return rows ?? recordedRows(data ?? '').slice(from_row ?? 0, to_row ?? undefined);
}

function toColumns(rows: readonly CandleRow[], least: number): CandleColumns {
  const decimals = priceDecimalsOf(rows, least);
  return columnsOf(parseRows(rows, decimals), decimals);
}
const present = vectorCases.length > 0;

function compare({ max_drawdown: drawdown, ...exact }: GridBacktestResult, { expected }: VectorCase): void {
  const { max_drawdown: wanted, ...rest } = expected;
  expect(exact).toEqual(rest);
  expect(Math.abs(Number(drawdown) - Number(wanted))).toBeLessThan(1e-9);
}

describe('grid backtest vectors (G3–G13)', () => {
  test.skipIf(present)('skipped: ../shared/vectors is not there', () => undefined);

  test.skipIf(!present)('all cases are there', () => {
    expect(vectorCases.length).toBeGreaterThanOrEqual(28);
  });

  test.skipIf(!present).each(vectorCases)('$title', (vector) => {
    compare(runGridBacktest(vector.config, rowsOf(vector)), vector);
  });

  test.skipIf(!present).each(vectorCases)('$title, by the kernel', (vector) => {
    const parsed = parseCase(vector.config);
    const columns = toColumns(rowsOf(vector), 0);
    compare(gridFigures(runGridKernel(parsed, columns, { samples: new Int32Array(0) }), parsed, columns), vector);
  });
});

const COSTS = { tick_size: '0.01', lot_size: '0.00001', maker_fee: '0.0008', taker_fee: '0.001', slippage: '0.0005' };
const everyFiveHundredth = ({ length }: CandleColumns): Int32Array =>
  Int32Array.from({ length: Math.ceil(length / 500) }, (_, index) => index * 500);

describe('grid kernel over recorded data (G3–G13)', () => {
  test.skipIf(candleFiles.length > 0)('skipped: ../shared/data is not there', () => undefined);

  test.skipIf(candleFiles.length === 0).each(candleFiles)('%s', (file) => {
    const columns = toColumns(recordedRows(file).slice(0, 40_000), 2);
    const start = (columns.open[0] ?? 0) / 10 ** columns.priceDecimals;
    const at = (share: number) => Math.round(start * share);
    for (const more of [
      { grid_count: 20 },
      { grid_count: 150, spacing: 'geometric', fee_currency: 'received', fill_model: 'through' },
      { grid_count: 60, stop_loss: at(0.5), take_profit: at(1.7), take_profit_pct: '1.3' },
      { grid_count: 35, trigger_price: at(0.9), maker_fee: '0.004' },
    ]) {
      const parsed = parseCase({ ...COSTS, lower_price: at(0.7), upper_price: at(1.4), investment: 20_000, ...more });
      const options = { samples: everyFiveHundredth(columns) };
      expect(runGridKernel(parsed, columns, options)).toEqual(runGridCore(parsed, columns, options));
    }
  });
});
