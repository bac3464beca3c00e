/**
 * 50 running grids at 1,000 trades a second while 20 backtests are calculated by threads: how long from a price to the
 * fill being durable and published. Control: the same without backtests.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { columnsOf } from '#engine/backtest/candle-rows.ts';
import { defaultRiskLimits } from '#engine/risk/limits.ts';
import { formatDecimal } from '#domain/decimal.ts';
import type { Trade } from '#domain/market-data.ts';
import { seededRandom } from '#domain/random.ts';
import { createBacktests } from '#server/backtests/create-backtests.ts';
import { InProcessBus } from '#server/bus.ts';
import { createHost, DEFAULT_ENGINE_OPTIONS } from '#server/host/create-host.ts';
import { systemTimers } from '#server/host/system-timers.ts';
import type { ListedInstrument, Market, MarketUpdate } from '#server/markets/market.ts';
import { openDatabase } from '#server/storage/database.ts';
import { sharedColumns } from '#server/workers/shared-columns.ts';
import { backtestWorkerFile } from '#server/workers/worker-file.ts';
import { figure, percentile } from './support/figure.ts';
import { longestTurn } from './support/turns.ts';

const quick = process.argv.includes('--quick');
const INSTRUMENTS = 10;
const GRIDS = 50;
const TRADES_PER_S = 1_000;
const CONTROL_MS = quick ? 1_000 : 10_000;
const RUNS = quick ? 2 : 20;
const ROWS = quick ? 5_000 : 20_000;
const MINUTE_MS = 60_000;

const random = seededRandom(7);
/** A price in cents that wanders around 1,000.00 and is pulled back to it. */
const step = (now: number, width: number) => now + Math.round((random() - 0.5) * width + (100_000 - now) / 2_000);

const listed: ListedInstrument[] = Array.from({ length: INSTRUMENTS }, (_, i) => ({
  instrument: {
    venue: 'sim',
    symbol: `C${i}-USDC`,
    base: `C${i}`,
    quote: 'USDC',
    tickSize: '0.01',
    lotSize: '0.0001',
    minSize: '0.0001',
    minNotional: '1',
    makerFee: '0.0002',
    takerFee: '0.0005',
    feeCurrency: 'quote',
  },
  priceDecimals: 2,
}));
const cents = listed.map(() => 100_000);
let count = 0;

function nextTrade(): Trade {
  const i = count++ % INSTRUMENTS;
  cents[i] = step(cents[i] ?? 100_000, 60);
  const price = formatDecimal({ units: BigInt(cents[i]), scale: 2 });
  return {
    venue: 'sim',
    instrument: `C${i}-USDC`,
    id: String(count),
    ts: Date.now(),
    side: 'buy',
    price,
    size: '0.01',
  };
}

let sink: (update: MarketUpdate) => void = () => undefined;
const market: Market = {
  venue: 'sim',
  simulated: true,
  granularity: 'trades',
  instruments: () => listed,
  start: async (wanted) => {
    sink = wanted;
  },
  stop: async () => undefined,
  candles: async () => [],
  ticker: () => undefined,
  book: () => undefined,
  trades: () => [],
};

let close = 100_000;
const columns = sharedColumns(
  columnsOf(
    Array.from({ length: ROWS }, (_, row) => {
      const open = close;
      close = step(close, 400);
      const [high, low] = [Math.max(open, close) + 100, Math.min(open, close) - 100];
      return { ts: row * MINUTE_MS, open, high, low, close };
    }),
    2,
  ),
);
const ref = { id: '', name: 'bench', symbol: 'C-USDC', timeframe: '1m', hash: '', rows: ROWS, from: 0, to: 0 };

const folder = mkdtempSync(join(tmpdir(), 'griddesk-bench-'));
const database = join(folder, 'griddesk.db');
const db = openDatabase(database);
const bus = new InProcessBus();
const startBalance = '10000000';
const engine = { ...DEFAULT_ENGINE_OPTIONS, startBalance, risk: defaultRiskLimits(startBalance) };
const host = await createHost({ db, markets: [market], bus, options: { engine } });
const call = (id: string) => ({ user: 'bench', role: 'trader', id, digest: '', sessionId: '' }) as const;
await host.start();
for (let i = 0; i < INSTRUMENTS; i++) sink({ type: 'trade', trade: nextTrade() });
const symbols = new Map<string, string>();
for (let i = 0; i < GRIDS; i++) {
  const pair = `C${i % INSTRUMENTS}-USDC`;
  const config = { pair, lower_price: 960 - (i % 7), upper_price: 1040, grid_count: 40, investment: 10_000 };
  const { grid_id } = await host.handlers['grid.start'](config, call(`g${i}`));
  symbols.set(`grid.${grid_id}.trade`, pair);
}

/** When the newest trade of an instrument was due; a fill is published before the next one of it comes. */
const dueAt = new Map<string, number>();
let latencies: number[] = [];
let ended = 0;
let failed = 0;
bus.onEvent(({ channel, event }) => {
  if (channel.endsWith('.lifecycle') && channel.startsWith('backtest.') && event !== 'started') {
    ended += 1;
    if (event !== 'completed') failed += 1;
  }
  if (event !== 'executed') return;
  const due = dueAt.get(symbols.get(channel) ?? '');
  if (due !== undefined) latencies.push(performance.now() - due);
});

/** An open loop, so that a stall shows in every trade it delays. Returns the delays of the fills, ms. */
async function trade(isOver: (ms: number) => boolean): Promise<number[]> {
  latencies = [];
  dueAt.clear();
  const began = performance.now();
  for (let sent = 0; !isOver(performance.now() - began);) {
    const due = Math.floor(((performance.now() - began) * TRADES_PER_S) / 1000);
    for (; sent < due; sent += 1) {
      const next = nextTrade();
      dueAt.set(next.instrument, began + (sent * 1000) / TRADES_PER_S);
      sink({ type: 'trade', trade: next });
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return latencies;
}

let alone: number[] = [];
const longestAlone = await longestTurn(async () => {
  alone = await trade((ms) => ms > CONTROL_MS);
});

const desk = createBacktests({
  db,
  bus,
  timers: systemTimers,
  responses: host.responses,
  data: { resolve: async () => ({ columns, ref }) },
  log: () => undefined,
  database,
  workerFile: backtestWorkerFile(),
});
const params = { lower_price: 900, upper_price: 1100, grid_count: 400, investment: 100_000 };
const began = performance.now();
for (let run = 0; run < RUNS; run++) {
  const config = { strategy: 'grid', params, data: {}, path: 'core' } as const;
  await desk.handlers['backtest.run']?.(config, { ...call(`b${run}`), digest: String(run) });
}
let beside: number[] = [];
const longest = await longestTurn(async () => {
  beside = await trade(() => ended >= RUNS);
});
const seconds = (performance.now() - began) / 1000;
if (failed > 0) throw new Error(`${failed} backtests did not complete`);

for (const [name, share] of [
  ['p50', 0.5],
  ['p99', 0.99],
  ['max', 1],
] as const) {
  figure(
    'backtests',
    `grid event → published ${name}, beside ${RUNS} runs`,
    percentile(beside, share),
    'ms',
    percentile(alone, share),
  );
}
// Whatever else the machine does: what the engine's thread was busy with while a price waited.
figure('backtests', 'longest turn of the engine’s thread, CPU', longest, 'ms', longestAlone);
figure('backtests', 'fills measured', beside.length, 'fills', alone.length);
figure('backtests', 'runs by the core', RUNS / seconds, 'runs/s');
figure('backtests', 'rows by the core', (RUNS * ROWS) / seconds, 'rows/s');

await desk.close();
await host.stop();
db.close();
rmSync(folder, { recursive: true });
