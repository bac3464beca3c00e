/**
 * Domain event → all its subscribers, at 10,000 events a second, half of them tickers and half trades, of 20 instruments
 * with 50 subscribers each: through the inside of a source's worker in a thread of its own, which coalesces and posts
 * at most every 4 ms, through the message and the clone between threads, and the stores of the page. Frames come at
 * once here: the wait for the next one is not part of it. Measured to the last subscriber of each event's store:
 * - from the newest event of a batch: what the hop and the stores take;
 * - from every event that is delivered: that, and the wait for its batch.
 * Control: a message and a store's `set` an event. It waits for no batch, and keeps the page's thread busy instead.
 */
import { loadavg } from 'node:os';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Ticker, Trade } from '#domain/market-data.ts';
import { createFrameScheduler } from '#stores/frame-scheduler.ts';
import { createTickersFeed, tickerKey } from '#stores/market-tickers-feed.ts';
import { VenueData } from '#stores/venue-data.ts';
import { createVenueTradesFeed } from '#stores/venue-feeds.ts';
import type { ProtocolClient } from '#client/types.ts';
import type { VenueEvent } from '#venues/venue.ts';
import { FeedHandle } from '#workers/feed-handle.ts';
import type { FeedBatch, FeedPort, FromFeed } from '#workers/feed-protocol.ts';
import { microseconds, type DispatchTask } from './support/dispatch-events.ts';
import { figure, median, percentile } from './support/figure.ts';

const quick = process.argv.includes('--quick');
const ROUNDS = quick ? 1 : 5;
const MS = quick ? 300 : 2_000;
const WARM_UP_MS = quick ? 100 : 500;
const PER_SECOND = 10_000;
const SUBSCRIBERS = 50;
const VENUE = 'bench.okx';
const SYMBOLS = Array.from({ length: 20 }, (_, i) => `C${i}-USDT`);
const SCRIPT = fileURLToPath(new URL('./dispatch-worker.js', import.meta.url));

interface Round {
  /** Newest event of each delivery, every event; ms. */
  readonly newest: number[];
  readonly every: number[];
  /** Share of the time the page's thread was busy, per cent. */
  busy: number;
}

/** Our own engine says nothing here. */
const silent: Pick<ProtocolClient, 'subscribe' | 'refresh'> = {
  subscribe: () => () => undefined,
  refresh: () => undefined,
};

/** The page's stores with their subscribers, of which the last one each looks at the clock. */
class Page {
  readonly #data = new VenueData();
  readonly #frames = createFrameScheduler(
    {
      requestFrame(run) {
        queueMicrotask(run);
        return () => undefined;
      },
      after: () => () => undefined,
      hidden: () => false,
    },
    (error) => {
      throw error;
    },
  );
  readonly #tickers = createTickersFeed(silent as ProtocolClient, this.#frames);
  readonly #seen = new Map<string, number>();
  #fresh: number[] = [];
  #calls = 0;
  readonly round: Round = { newest: [], every: [], busy: 0 };

  constructor() {
    this.#data.isLive = true;
    for (let i = 1; i < SUBSCRIBERS * SYMBOLS.length; i += 1) this.#tickers.subscribe(() => (this.#calls += 1));
    this.#tickers.subscribe((tickers) => {
      for (const symbol of SYMBOLS) this.#note(tickers.get(tickerKey(VENUE, symbol)), 'ticker');
    });
    for (const symbol of SYMBOLS) {
      const feed = createVenueTradesFeed(
        { data: this.#data, frames: this.#frames, hold: () => () => undefined },
        symbol,
      );
      for (let i = 1; i < SUBSCRIBERS; i += 1) feed.subscribe(() => (this.#calls += 1));
      feed.subscribe(({ trades }) => this.#noteTrades(symbol, trades));
    }
  }

  get calls(): number {
    return this.#calls;
  }

  take(batch: Pick<FeedBatch, 'tickers' | 'trades' | 'books' | 'standings' | 'candles'>): void {
    this.#tickers.put(batch.tickers);
    this.#data.take(batch as FeedBatch);
    // After the frame that has just been asked for.
    queueMicrotask(() => this.#settle());
  }

  #note(event: Ticker | undefined, kind: string): void {
    if (!event) return;
    const key = `${kind} ${event.instrument}`;
    if (this.#seen.get(key) === event.ts) return;
    this.#seen.set(key, event.ts);
    this.#deliver(event.ts);
  }

  /** Newest first. */
  #noteTrades(symbol: string, trades: readonly Trade[]): void {
    const last = this.#seen.get(symbol) ?? 0;
    for (const { ts } of trades) {
      if (ts <= last) break;
      this.#deliver(ts);
    }
    this.#seen.set(symbol, trades[0]?.ts ?? last);
  }

  #deliver(ts: number): void {
    const ms = (microseconds() - ts) / 1_000;
    this.round.every.push(ms);
    this.#fresh.push(ms);
  }

  #settle(): void {
    if (this.#fresh.length === 0) return;
    this.round.newest.push(Math.min(...this.#fresh));
    this.#fresh = [];
  }
}

function startWorker(perMessage: boolean): Worker {
  const task: DispatchTask = { perSecond: PER_SECOND, venue: VENUE, symbols: SYMBOLS, perMessage };
  return new Worker(SCRIPT, { workerData: task });
}

/** A thread as the page's worker. */
function portOf(worker: Worker): FeedPort {
  const port: FeedPort = {
    postMessage: (message) => worker.postMessage(message),
    onmessage: null,
    onerror: null,
    terminate: () => void worker.terminate(),
  };
  worker.on('message', (data: FromFeed) => port.onmessage?.({ data }));
  worker.on('error', ({ message }) => port.onerror?.({ message }));
  return port;
}

async function watch(page: Page): Promise<Round> {
  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  while (page.calls === 0) await pause(10);
  await pause(WARM_UP_MS);
  page.round.newest.length = 0;
  page.round.every.length = 0;
  const before = performance.eventLoopUtilization();
  await pause(MS);
  const busy = performance.eventLoopUtilization(before).utilization * 100;
  const { newest, every } = page.round;
  if (newest.length === 0) throw new Error('nothing was delivered');
  return { newest: [...newest], every: [...every], busy };
}

async function ours(): Promise<Round> {
  const page = new Page();
  const worker = startWorker(false);
  const handle = new FeedHandle(() => portOf(worker), {
    batch: (batch) => page.take(batch),
    status: () => undefined,
    stats: () => undefined,
    died: (_cause, reason) => {
      throw new Error(reason);
    },
    relay: () => Promise.reject(new Error('nothing goes through an engine here')),
  });
  handle.start({ kind: 'okx', source: 'bench', venue: VENUE, url: '', instruments: [], relayed: false });
  const round = await watch(page);
  handle.close();
  await worker.terminate();
  return round;
}

const EMPTY = { tickers: [], trades: [], books: [], standings: [], candles: [] };

async function control(): Promise<Round> {
  const page = new Page();
  const worker = startWorker(true);
  worker.on('message', (event: VenueEvent) => {
    if (event.type === 'ticker') page.take({ ...EMPTY, tickers: [event.ticker] });
    else if (event.type === 'trade') page.take({ ...EMPTY, trades: [event.trade] });
  });
  const round = await watch(page);
  await worker.terminate();
  return round;
}

const rounds = { ours: [] as Round[], control: [] as Round[] };
for (let i = 0; i < ROUNDS; i += 1) {
  rounds.ours.push(await ours());
  rounds.control.push(await control());
}
const p = (all: readonly Round[], which: 'newest' | 'every', share: number) =>
  median(all.map((round) => percentile(round[which], share)));
const names = {
  newest: 'newest event of a batch to all its subscribers',
  every: 'every event to all its subscribers, its wait for a batch in it',
} as const;
for (const which of ['newest', 'every'] as const) {
  for (const [label, share] of [
    ['p50', 0.5],
    ['p99', 0.99],
  ] as const) {
    figure(
      'dispatch',
      `${names[which]}, ${label}`,
      p(rounds.ours, which, share),
      'ms',
      p(rounds.control, which, share),
    );
  }
}
const busy = (all: readonly Round[]) => median(all.map((round) => round.busy));
figure('dispatch', "the page's thread busy", busy(rounds.ours), '%', busy(rounds.control));
const rate = median(rounds.ours.map(({ every }) => (every.length * 1_000) / MS));
figure(
  'dispatch',
  'events delivered',
  rate,
  '1/s',
  median(rounds.control.map(({ every }) => (every.length * 1_000) / MS)),
);
console.error(`dispatch: load average ${loadavg()[0]?.toFixed(1)}`);
