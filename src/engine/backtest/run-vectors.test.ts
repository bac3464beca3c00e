/** The independent implementation's results through the way that runs are made, both paths, where they are at hand. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { sliceColumns, type CandleColumns } from '#domain/candle-columns.ts';
import { columnsOf, parseRows, priceDecimalsOf, type CandleRow } from './candle-rows.ts';

import { parseRequest, runBacktest, runFigures } from './run.ts';

interface VectorCase {
  readonly title: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly expected: Readonly<Record<string, string | number>>;
  readonly rows?: readonly CandleRow[];
  readonly data?: string;
  readonly from_row?: number;
  readonly to_row?: number | null;
}

const shared = fileURLToPath(new URL('../../../../shared/', import.meta.url));
const vectors = `${shared}vectors/grid/backtest-cases.json`;
const present = existsSync(vectors);
const cases: readonly VectorCase[] = present ? JSON.parse(readFileSync(vectors, 'utf8')).cases : [];
const INSTRUMENT = ['tick_size', 'lot_size', 'min_size', 'min_notional', 'maker_fee', 'taker_fee', 'fee_currency'];

const files = new Map<string, CandleColumns>();
function candles(file: string): CandleColumns {
  const known = files.get(file);
  if (known) return known;
  const lines = gunzipSync(readFileSync(`${shared}data/${file}`))
    .toString('utf8')
    .trim()
    .split('\n')
    .slice(1);
  const columns = rowColumns(
    lines.map((line): CandleRow => {
      const [ts = '', open = '', high = '', low = '', close = ''] = line.split(',');
      return [Number(ts), open, high, low, close];
    }),
  );
  files.set(file, columns);
  return columns;
}

function rowColumns(rows: readonly CandleRow[]): CandleColumns {
  const decimals = priceDecimalsOf(rows, 0);
  return columnsOf(parseRows(rows, decimals), decimals);
}

/** The flat case as requests on the wire have it. */
function nested(config: VectorCase['config']) {
  const own = Object.entries(config).filter(([field]) => field !== 'slippage');
  return {
    strategy: 'grid',
    params: Object.fromEntries(own.filter(([field]) => !INSTRUMENT.includes(field))),
    instrument: Object.fromEntries(own.filter(([field]) => INSTRUMENT.includes(field))),
    config: { slippage: config.slippage ?? 0 },
  };
}

describe('grid vectors as runs (G3–G13, G20)', () => {
  test.skipIf(present)('skipped: ../shared/vectors is not there', () => undefined);

  test.skipIf(!present).each(cases)('$title', ({ config, rows, data, from_row, to_row, expected }) => {
    const all = rows ? rowColumns(rows) : candles(data ?? '');
    const columns = sliceColumns(all, from_row ?? 0, to_row ?? all.length);
    const fast = runBacktest(parseRequest(nested(config)), columns);
    expect(runBacktest(parseRequest(nested(config)), columns, { path: 'core' })).toEqual(fast);
    expect(runBacktest(parseRequest({ strategy: 'grid', ...config }), columns)).toEqual(fast);
    const { state, first_fills: _, max_drawdown: drawdown, ...figures } = expected;
    expect(fast.state).toBe(state);
    for (const [name, value] of Object.entries(figures)) {
      expect([name, fast.exact[name]]).toEqual([name, String(value)]);
    }
    expect(Number(fast.exact.max_drawdown)).toBeCloseTo(Number(drawdown), 9);
    expect(fast.metrics.max_drawdown).toBeCloseTo(Number(drawdown), 9);
    expect(fast.metrics.cycles).toBe(expected.cycles);
    expect(fast.metrics.total_commission).toBeCloseTo(Number(fast.exact.fees), 9);
    // Every sale has its round trip, and they add up to what was realized.
    expect(fast.trades.length).toBe(fast.fills.side.filter((side) => side < 0).length);
    const realized = fast.trades.pnl.reduce((sum, pnl) => sum + pnl, 0);
    expect(realized).toBeCloseTo(Number(fast.exact.realized_pnl), 6);
    // A sweep's cell says what the whole run says.
    expect(runFigures(parseRequest(nested(config)), columns)).toEqual(fast.metrics);
  });
});
