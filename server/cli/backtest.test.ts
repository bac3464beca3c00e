import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundle, type Bundle } from '#server/testing/bundle.ts';
import { runCli } from './program.ts';
import { addSweep } from './sweep.ts';
import type { Terminal } from './terminal.ts';

const folder = mkdtempSync(join(tmpdir(), 'griddesk-runs-'));
afterAll(() => rmSync(folder, { recursive: true }));

const MINUTE = 60_000;
const START = Date.UTC(2024, 0, 1);
const candles = join(folder, 'candles.csv');
const price = (row: number) => (100 + 8 * Math.sin(row / 9)).toFixed(1);
writeFileSync(
  candles,
  [
    'ts_ms,open,high,low,close,volume',
    ...Array.from({ length: 400 }, (_, row) => {
      const [open, close] = [price(Math.max(0, row - 1)), price(row)];
      const [high, low] = [Math.max(Number(open), Number(close)), Math.min(Number(open), Number(close))];
      return `${START + row * MINUTE},${open},${high},${low},${close},1`;
    }),
    '',
  ].join('\n'),
);

let files = 0;
function file(content: unknown): string {
  files += 1;
  const path = join(folder, `${files}.json`);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

function terminalOf(isOutTerminal: boolean) {
  const lines = { out: [] as string[], err: [] as string[], status: [] as string[] };
  const terminal: Terminal = {
    stdin: Readable.from([]),
    out: (line) => lines.out.push(line),
    err: (line) => lines.err.push(line),
    isOutTerminal,
    ...(isOutTerminal && { status: (line) => lines.status.push(line) }),
  };
  return { lines, terminal };
}

async function griddesk(argv: readonly string[], isOutTerminal = false) {
  const { lines, terminal } = terminalOf(isOutTerminal);
  const code = await runCli(argv, { env: {}, terminal, untilStopped: () => Promise.resolve() });
  return { code, out: lines.out.join('\n'), err: lines.err.join('\n'), status: lines.status };
}

const GRID = { lower_price: 90, upper_price: 110, grid_count: 10, investment: 1000 };
const INSTRUMENT = { tick_size: '0.1', lot_size: '0.001', maker_fee: '0.001', taker_fee: '0.001' };
const grid = file({ params: GRID, instrument: INSTRUMENT, config: { slippage: 0 } });
const cross = file({ params: { fast_period: 3, slow_period: 9 }, config: { initial_capital: 5000 } });

describe('backtest', () => {
  const run = (strategy: string, config: string, ...more: string[]) =>
    griddesk(['backtest', strategy, '--config', config, '--data', candles, ...more]);

  test('a grid from {params, instrument, config} is what it is in its flat form, by either path', async () => {
    const nested = await run('grid', grid);
    expect(nested).toMatchObject({ code: 0, err: '' });
    const flat = file({ ...GRID, ...INSTRUMENT });
    for (const more of [[], ['--path', 'core'], ['--json']]) {
      expect(await run('grid', flat, ...more)).toEqual(nested);
    }
    const { metrics, exact, ...figures } = JSON.parse(nested.out);
    expect(figures).toMatchObject({ strategy: 'grid', state: 'running', bars: 400 });
    expect(figures.fills).toBe(figures.line_buys + figures.line_sells);
    expect(figures.first_fills).toHaveLength(12);
    expect(exact.realized_pnl).toBe(figures.realized_pnl);
    expect(metrics.cycles).toBe(figures.cycles);
  });

  test.each(['dual_ma', 'rsi_mean_reversion', 'bollinger_breakout', 'macd', 'donchian_breakout'])(
    '%s runs with its defaults, the same on both paths',
    async (strategy) => {
      const fast = await run(strategy, file({ params: {} }));
      expect(fast.code).toBe(0);
      expect(JSON.parse(fast.out)).toMatchObject({ strategy, bars: 400, exact: { invested: '10000' } });
      expect((await run(strategy, file({ params: {} }), '--path', 'core')).out).toBe(fast.out);
    },
  );

  test('on a terminal it is a table, with what is to be known of it; nothing of the bar stays', async () => {
    const { out, status } = await griddesk(['backtest', 'dual_ma', '--config', cross, '--data', candles], true);
    expect(out).toMatch(/^dual_ma: running after 400 bars, no gaps$/m);
    expect(out).toMatch(/^total_return +-?\d+\.\d\d %$/m);
    expect(out).toMatch(/^! Only 6\.5 hours were traded/m);
    expect(status.at(-1) ?? '').toBe('');
    const json = await griddesk(['backtest', 'dual_ma', '--config', cross, '--data', candles, '--json'], true);
    expect(JSON.parse(json.out)).toMatchObject({ strategy: 'dual_ma' });
    expect((await run('dual_ma', cross, '--no-json')).out).toBe(out);
  });

  test('dates and rows choose; outside the data they say what there is', async () => {
    const bars = async (...more: string[]) => JSON.parse((await run('dual_ma', cross, ...more)).out).bars;
    expect(await bars('--from', '2024-01-01T01:00', '--to', '2024-01-01T01:59Z')).toBe(60);
    expect(await bars('--to', '2024-01-01')).toBe(400);
    expect(await bars('--timeframe', '5m')).toBe(80);
    expect(await bars('--from-row', '100', '--to-row', '300')).toBe(200);
    const config = { params: { fast_period: 3, slow_period: 9 }, data: { from_row: 50, timeframe: '5m' } };
    expect(JSON.parse((await run('dual_ma', file(config))).out).bars).toBe(30);
    const late = await run('dual_ma', cross, '--from', '2025-01-01');
    expect(late.code).toBe(5);
    expect(late.err).toContain('it has 400 rows from 2024-01-01T00:00 to 2024-01-01T06:39 UTC');
    expect((await run('dual_ma', cross, '--from-row', '400')).err).toContain('it has 400');
    expect((await run('dual_ma', cross, '--from', 'yesterday')).code).toBe(2);
    expect((await run('dual_ma', file({ params: {}, data: { start_date: 'soon' } }))).err).toContain('data.start_date');
  });

  test('what is wrong is named: field, line, strategy', async () => {
    expect(await run('dual_ma', file({ params: { fast_period: 0, speed: 1 } }))).toMatchObject({ code: 5 });
    const bad = await run('dual_ma', file({ params: { speed: 1 }, config: { initial_capital: 0 } }));
    for (const field of ['params.speed', 'config.initial_capital']) expect(bad.err).toContain(field);
    expect(await run('magic', cross)).toMatchObject({ code: 2 });
    expect((await run('macd', file({ strategy: 'dual_ma', params: {} }))).err).toContain('it is for dual_ma');
    expect((await run('dual_ma', file('[]'))).err).toContain('one JSON object');
    const broken = join(folder, 'broken.csv');
    writeFileSync(broken, 'ts_ms,open,high,low,close,volume\n60000,1,2,1,1,1\n120000,1,1,2,1,1\n');
    const run5 = await griddesk(['backtest', 'dual_ma', '--config', cross, '--data', broken]);
    expect(run5.code).toBe(5);
    expect(run5.err).toContain('line 3');
  });

  test('other formats are read: Binance’s klines, freqtrade’s JSON', async () => {
    const rows = readFileSync(candles, 'utf8').trim().split('\n').slice(1);
    const json = join(folder, 'freqtrade.json');
    writeFileSync(json, JSON.stringify(rows.map((row) => row.split(',').map(Number))));
    const other = await griddesk(['backtest', 'dual_ma', '--config', cross, '--data', json]);
    expect(other).toEqual(await run('dual_ma', cross));
  });
});

describe('backtest vectors', () => {
  const shared = fileURLToPath(new URL('../../../shared/', import.meta.url));
  const vectors = `${shared}vectors/grid/backtest-cases.json`;
  const present = existsSync(vectors);
  interface Case {
    readonly title: string;
    readonly data?: string;
    readonly from_row?: number;
    readonly to_row?: number | null;
    readonly config: object;
    readonly expected: { readonly max_drawdown: string };
  }
  const all: readonly Case[] = present ? JSON.parse(readFileSync(vectors, 'utf8')).cases : [];
  const cases = all.filter(({ data }) => data !== undefined);

  test.skipIf(present)('skipped: ../shared/vectors is not there', () => undefined);

  test.skipIf(!present).each(cases)('$title', async ({ data, from_row, to_row, config, expected }) => {
    const argv = ['backtest', 'grid', '--config', file(config), '--data', `${shared}data/${data}`];
    if (from_row) argv.push('--from-row', String(from_row));
    if (to_row) argv.push('--to-row', String(to_row));
    const { max_drawdown, ...rest } = expected;
    const printed = JSON.parse((await griddesk(argv)).out);
    expect(printed).toMatchObject(rest);
    expect(Number(printed.max_drawdown)).toBeCloseTo(Number(max_drawdown), 9);
  });
});

describe('sweep', () => {
  let built: Bundle;
  beforeAll(async () => {
    built = await bundle('server/workers/backtest-worker.ts');
  }, 60_000);
  afterAll(() => built.remove());

  const RANGES = {
    ranges: [
      { param: 'fast_period', from: 2, to: 4, step: 1 },
      { param: 'slow_period', values: [4, 9, 15] },
    ],
  };

  async function sweep(config: unknown, more: readonly string[] = [], isOutTerminal = false) {
    const { lines, terminal } = terminalOf(isOutTerminal);
    const program = new Command().exitOverride();
    addSweep(program, terminal, built.files[0]);
    await program.parseAsync(['sweep', 'dual_ma', '--config', file(config), '--data', candles, ...more], {
      from: 'user',
    });
    return lines.out.join('\n');
  }

  test('G22: each cell is what a backtest of it is; one that cannot run says why', async () => {
    const found = JSON.parse(await sweep({ params: {}, ...RANGES }));
    expect(found).toMatchObject({ strategy: 'dual_ma', bars: 400, metric: 'total_return' });
    expect(found.cells.map(({ index }: { index: number }) => index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    // 4 and 4 do not cross.
    expect(found.cells[6]).toMatchObject({ params: { fast_period: 4, slow_period: 4 }, metrics: null });
    expect(found.cells[6].error).toContain('params.slow_period');
    const best = found.cells[found.best];
    const alone = await griddesk(['backtest', 'dual_ma', '--config', file({ params: best.params }), '--data', candles]);
    expect(JSON.parse(alone.out).metrics).toEqual(best.metrics);
    const returns = found.cells.map((cell: typeof best) => cell.metrics?.total_return ?? -Infinity);
    expect(best.metrics.total_return).toBe(Math.max(...returns));
    expect(found.island).toMatchObject({ best: best.metrics.total_return });
  });

  test('out of sample and walk forward run over rows that did not choose', async () => {
    const found = JSON.parse(
      await sweep({ params: {}, ...RANGES, out_of_sample: 0.25, walk_forward: { windows: 2, in_sample: 0.6 } }),
    );
    // The last quarter begins at row 300; the four rows before it only fill the slow average.
    const one = file({ params: found.cells[0].params });
    const cut = await griddesk(['backtest', 'dual_ma', '--config', one, '--data', candles, '--from-row', '296']);
    expect(found.cells[0].out_of_sample).toEqual(JSON.parse(cut.out).metrics);
    expect(found.walk).toHaveLength(2);
    expect(found.walk[1]).toMatchObject({ from: 200, split: 320, to: 400 });
    const [first, second] = found.walk.map((window: typeof found) => 1 + window.out_of_sample.total_return);
    expect(found.walk_total.total_return).toBeCloseTo(first * second - 1, 12);
  });

  test('a table shows the best by the metric asked for', async () => {
    const out = await sweep(
      { params: {}, ...RANGES, walk_forward: { windows: 2, in_sample: 0.6 } },
      ['--metric', 'max_drawdown'],
      true,
    );
    expect(out).toMatch(/^dual_ma: 9 combinations over 400 bars$/m);
    expect(out).toMatch(/^best +max_drawdown$/m);
    expect(out).toMatch(/^! 1 could not run, such as fast_period 4, slow_period 4: /m);
    expect(out).toMatch(/^2 windows; walk-forward return -?\d+\.\d\d %$/m);
  });

  test.each<[string, object, string]>([
    ['no ranges', { params: {} }, 'ranges'],
    ['a range of nothing', { params: {}, ranges: [{ param: 'fast_period', from: 1, to: 5 }] }, 'ranges.0.step'],
    ['no such parameter', { params: {}, ranges: [{ param: 'speed', values: [1] }] }, 'speed'],
    ['no such metric', { params: {}, ...RANGES, metric: 'luck' }, 'metric is not known'],
    ['what no combination mends', { params: {}, ...RANGES, config: { commission: 7 } }, 'config.commission'],
  ])('%s is refused', async (_, config, message) => {
    const run = await griddesk(['sweep', 'dual_ma', '--config', file(config), '--data', candles]);
    expect(run.code).toBe(5);
    expect(run.err).toContain(message);
  });
});
