/**
 * 200 running grids on 20 instruments, 2,000 trades a second on one core: how long from a price to the fill being
 * durable and published. Times count from when a trade was due, not from when the busy process got round to it.
 * Control: a commit an event instead of one a turn.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatDecimal } from '#domain/decimal.ts';
import type { Trade } from '#domain/market-data.ts';
import { seededRandom } from '#domain/random.ts';
import { InProcessBus } from '#server/bus.ts';
import { defaultRiskLimits } from '#engine/risk/limits.ts';
import { createHost, DEFAULT_ENGINE_OPTIONS } from '#server/host/create-host.ts';
import type { ListedInstrument, Market, MarketUpdate } from '#server/markets/market.ts';
import { openDatabase } from '#server/storage/database.ts';
import { figure, median, percentile } from './support/figure.ts';

const quick = process.argv.includes('--quick');
const INSTRUMENTS = 20;
const GRIDS = 200;
const TRADES_PER_S = 2_000;
const SECONDS = quick ? 2 : 20;
const FLOOD = quick ? 4_000 : 40_000;

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

/** Trades around 1,000.00, 0.01 % a step, pulled back to the middle: believable, and the grids have work. */
class Feed {
  readonly #random = seededRandom(7);
  readonly #cents = listed.map(() => 100_000);
  #count = 0;

  next(): Trade {
    const i = this.#count++ % INSTRUMENTS;
    const now = this.#cents[i] ?? 100_000;
    const next = now + Math.round((this.#random() - 0.5) * 60 + (100_000 - now) / 2_000);
    this.#cents[i] = next;
    return {
      venue: 'sim',
      instrument: `C${i}-USDC`,
      id: String(this.#count),
      ts: Date.now(),
      side: 'buy',
      price: formatDecimal({ units: BigInt(next), scale: 2 }),
      size: '0.01',
    };
  }
}

class BenchMarket implements Market {
  readonly venue = 'sim';
  readonly simulated = true;
  readonly granularity = 'trades';
  sink: (update: MarketUpdate) => void = () => undefined;
  instruments = () => listed;
  start = async (sink: (update: MarketUpdate) => void) => {
    this.sink = sink;
  };
  stop = async () => undefined;
  candles = async () => [];
  ticker = () => undefined;
  book = () => undefined;
  trades = () => [];
}

const folder = mkdtempSync(join(tmpdir(), 'griddesk-bench-'));
const db = openDatabase(join(folder, 'griddesk.db'));
const market = new BenchMarket();
const bus = new InProcessBus();
const startBalance = '10000000';
const engine = { ...DEFAULT_ENGINE_OPTIONS, startBalance, risk: defaultRiskLimits(startBalance) };
const host = await createHost({ db, markets: [market], bus, options: { engine } });
const feed = new Feed();
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

await host.start();
for (let i = 0; i < INSTRUMENTS; i++) market.sink({ type: 'trade', trade: feed.next() });
for (let i = 0; i < GRIDS; i++) {
  await host.handlers['grid.start'](
    {
      pair: `C${i % INSTRUMENTS}-USDC`,
      lower_price: 960 - (i % 7),
      upper_price: 1040 + (i % 5),
      grid_count: 36 + (i % 9),
      investment: 10_000,
    },
    { user: 'bench', role: 'trader', id: `g${i}`, digest: '', sessionId: '' },
  );
}

/** When the newest trade of an instrument was due; a fill is published before the next one of it comes. */
const dueAt = new Map<string, number>();
const channelSymbol = new Map<string, string>();
for (const { id, config } of (await host.handlers['grid.list']({ limit: 1000 }, viewer())).grids) {
  channelSymbol.set(`grid.${id}.trade`, config.pair);
}
const latencies: number[] = [];
let fills = 0;
let published = 0;
bus.onEvent(({ channel, event }) => {
  published += 1;
  if (event !== 'executed') return;
  fills += 1;
  const due = dueAt.get(channelSymbol.get(channel) ?? '');
  if (due !== undefined) latencies.push(performance.now() - due);
});

// Steady: an open loop, so that a stall shows in every trade it delays.
const commitsBefore = host.metrics().commits;
const cpu = process.cpuUsage();
const began = performance.now();
let sent = 0;
while (performance.now() - began < SECONDS * 1000) {
  const due = Math.floor(((performance.now() - began) * TRADES_PER_S) / 1000);
  while (sent < due) {
    const trade = feed.next();
    dueAt.set(trade.instrument, began + (sent * 1000) / TRADES_PER_S);
    market.sink({ type: 'trade', trade });
    sent += 1;
  }
  await new Promise((resolve) => setTimeout(resolve, 1));
}
await turn();
const seconds = (performance.now() - began) / 1000;
const used = process.cpuUsage(cpu);
const at = (share: number) => percentile(latencies, share);
const loop = host.metrics();
figure('engine', 'trades', sent / seconds, 'trades/s');
figure('engine', 'fills', fills / seconds, 'fills/s');
figure('engine', 'bus events', published / seconds, 'events/s');
figure('engine', 'event → durable → published p50', at(0.5), 'ms');
const bare = await bareCommits();
figure('engine', 'event → durable → published p99', at(0.99), 'ms', bare.p99);
figure('engine', 'event → durable → published max', at(1), 'ms');
figure('engine', 'commits', (loop.commits - commitsBefore) / seconds, 'commits/s');
figure('engine', 'commit p50', loop.commitP50Ms, 'ms', bare.p50);
figure('engine', 'commit p99', loop.commitP99Ms, 'ms', bare.p99);
figure('engine', 'CPU of one core', (used.user + used.system) / 1e4 / seconds, '%');
figure('engine', 'CPU in the kernel (disk, timers)', used.system / 1e4 / seconds, '%');

// Flood: what one core can take, with a commit a turn and, as control, a commit an event.
async function flood(turns: 'shared' | 'single'): Promise<number> {
  const count = turns === 'shared' ? FLOOD : FLOOD / 10;
  const start = performance.now();
  for (let i = 0; i < count; i++) {
    market.sink({ type: 'trade', trade: feed.next() });
    if (turns === 'single' || i % 200 === 199) await turn();
  }
  while (host.metrics().queueLength > 0) await turn();
  return (count / (performance.now() - start)) * 1000;
}
dueAt.clear();
const shared: number[] = [];
const single: number[] = [];
for (let round = 0; round < 3; round++) {
  shared.push(await flood('shared'));
  single.push(await flood('single'));
}
figure('engine', 'flood', median(shared), 'trades/s', Math.round(median(single)));

const entries = host.metrics().journalEntries;
const stopping = performance.now();
await host.stop();
figure('engine', 'stop with a snapshot', performance.now() - stopping, 'ms');
db.close();
const reopened = openDatabase(join(folder, 'griddesk.db'));
reopened.exec('DELETE FROM snapshots');
const recovery = performance.now();
const again = await createHost({ db: reopened, markets: [market], bus, options: { engine } });
figure('engine', 'recovery from the journal alone', (entries / (performance.now() - recovery)) * 1000, 'entries/s');
await again.stop();
reopened.close();
rmSync(folder, { recursive: true });

/** The disk by itself, right now: one small row a transaction. */
async function bareCommits(): Promise<{ p50: number; p99: number }> {
  const file = openDatabase(join(folder, 'bare.db'));
  const insert = file.prepare("INSERT INTO logs (ts, level, source, message) VALUES (1, 'info', 'bench', 'x')");
  const times: number[] = [];
  for (let i = 0; i < (quick ? 100 : 1_000); i++) {
    const start = performance.now();
    file.exec('BEGIN IMMEDIATE');
    insert.run();
    file.exec('COMMIT');
    times.push(performance.now() - start);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  file.close();
  return { p50: percentile(times, 0.5), p99: percentile(times, 0.99) };
}

function viewer() {
  return { user: 'bench', role: 'viewer', id: 'v', digest: '', sessionId: '' } as const;
}
