/** The simulated exchange behind the market port: alive from the first minute, with a history, and the same after a restart. */
import { setImmediate as otherWork } from 'node:timers/promises';
import type { Timers } from '#domain/clock.ts';
import type { CandleStore } from '../../storage/candles.ts';
import type { Market, MarketUpdate } from '../market.ts';
import { LISTINGS, SIM_VENUE, type Listing } from './listing.ts';
import { STEP_MS } from './order-flow.ts';
import { SimInstrument } from './sim-instrument.ts';

export interface SimMarketOptions {
  readonly timers: Timers;
  /** Without it the history is made anew at each start. */
  readonly store?: CandleStore;
  /** The same seed and times give the same trades. */
  readonly seed?: number;
  /** Multiplies the number of orders and trades. */
  readonly rate?: number;
  /** Made at the first start, and at most made up for after a pause. */
  readonly historyDays?: number;
  readonly retentionDays?: number;
  readonly listings?: readonly Listing[];
  /** Hears of trouble that the market survives, such as a disk that does not take its candles. */
  readonly warn?: (message: string) => void;
}

type Sink = (update: MarketUpdate) => void;

const DAY_MS = 86_400_000;
/** Small enough that making or loading them keeps nobody waiting. */
const BARS_AT_ONCE = 1_000;
const SAVE_EVERY_MS = 5_000;
/** After a longer pause (a suspended machine) the time missed is made up for in minutes, not lived through. */
const LONGEST_LAG_MS = 30_000;

interface Entry {
  readonly instrument: SimInstrument;
  /** Loads and makes the history; then the instrument can be asked, and lives once the market is started. */
  ready: Promise<void> | undefined;
  live: boolean;
}

export function createSimMarket(options: SimMarketOptions): Market {
  const { timers, store, warn = () => {} } = options;
  const history = (options.historyDays ?? 30) * DAY_MS;
  const retention = (options.retentionDays ?? 90) * DAY_MS;
  const entries = new Map<string, Entry>();
  for (const listing of options.listings ?? LISTINGS) {
    const instrument = new SimInstrument(listing, options.seed ?? 1, options.rate ?? 1);
    entries.set(instrument.symbol, { instrument, ready: undefined, live: false });
  }
  let sink: Sink | undefined;
  let cancelTimer = () => {};
  let stopped = false;
  let nextSave = 0;
  let today = 0;
  let storeTrouble = false;

  const saving = (save: (to: CandleStore) => void): void => {
    if (store === undefined) return;
    try {
      save(store);
      storeTrouble = false;
    } catch (error) {
      if (!storeTrouble) warn(`cannot store the candles of ${SIM_VENUE}: ${(error as Error).message}`);
      storeTrouble = true;
    }
  };

  function tell(instrument: SimInstrument, now: number): void {
    for (const update of instrument.news(now)) sink?.(update);
  }

  async function load({ instrument }: Entry): Promise<void> {
    const { symbol } = instrument;
    saving((to) => to.prune(SIM_VENUE, symbol, timers.now() - retention));
    const now = timers.now();
    let from = 0;
    while (store !== undefined && !stopped) {
      const page = store.read(SIM_VENUE, symbol, from, BARS_AT_ONCE);
      // What lies in the future was stored under a clock that has been set back since.
      for (const candle of page) if (candle.ts <= now) instrument.remember(candle);
      from = (page[page.length - 1]?.ts ?? 0) + 1;
      if (page.length < BARS_AT_ONCE) break;
      await otherWork();
    }
    instrument.begin(now - history, timers.now());
  }

  /** Makes up for the time up to now, a piece at a time. */
  async function catchUp(entry: Entry): Promise<void> {
    const { instrument } = entry;
    while (!stopped && instrument.generate(timers.now(), BARS_AT_ONCE)) {
      saving((to) => instrument.save(to));
      await otherWork();
    }
    if (stopped) return;
    const now = timers.now();
    instrument.goLive(now);
    entry.live = true;
    tell(instrument, now);
    saving((to) => instrument.save(to));
  }

  const prepare = (entry: Entry): Promise<void> => (entry.ready ??= load(entry).then(() => catchUp(entry)));

  /** A failure here concerns one instrument: the others trade on. */
  async function recover(entry: Entry, work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      warn(`${entry.instrument.symbol} of ${SIM_VENUE} does not trade: ${(error as Error).message}`);
    }
  }

  function housekeeping(now: number): void {
    if (now >= nextSave) {
      nextSave = now + SAVE_EVERY_MS;
      saving((to) => {
        for (const { instrument, live } of entries.values()) if (live) instrument.save(to);
      });
    }
    const day = Math.floor(now / DAY_MS);
    if (day === today) return;
    today = day;
    for (const { instrument } of entries.values()) {
      instrument.dropBefore(now - retention);
      saving((to) => to.prune(SIM_VENUE, instrument.symbol, now - retention));
    }
  }

  function wake(): void {
    const now = timers.now();
    for (const entry of entries.values()) {
      const { instrument } = entry;
      if (!entry.live || stopped) continue;
      if (now - instrument.time > LONGEST_LAG_MS) {
        entry.live = false;
        sink?.({ type: 'gap', symbol: instrument.symbol });
        entry.ready = recover(entry, catchUp(entry));
        continue;
      }
      instrument.advance(now);
      tell(instrument, now);
    }
    if (stopped) return;
    housekeeping(now);
    cancelTimer = timers.after(STEP_MS - (now % STEP_MS), wake);
  }

  return {
    venue: SIM_VENUE,
    simulated: true,
    granularity: 'trades',

    instruments: () =>
      [...entries.values()].map(({ instrument: { listing } }) => ({
        instrument: listing.instrument,
        priceDecimals: listing.priceDecimals,
      })),

    /** Resolves once the first instrument trades; the others follow within seconds. */
    async start(to) {
      sink = to;
      sink({ type: 'status', state: 'connected' });
      today = Math.floor(timers.now() / DAY_MS);
      const [first, ...others] = entries.values();
      if (first !== undefined) await prepare(first);
      if (stopped) return;
      wake();
      void (async () => {
        for (const entry of others) if (!stopped) await recover(entry, prepare(entry));
      })();
    },

    async stop() {
      stopped = true;
      sink = undefined;
      cancelTimer();
      await Promise.allSettled([...entries.values()].map((entry) => entry.ready));
      saving((to) => {
        for (const { instrument, live } of entries.values()) if (live) instrument.save(to);
      });
    },

    async candles(symbol, interval, range) {
      const entry = entries.get(symbol);
      if (entry === undefined) return [];
      await prepare(entry);
      return entry.instrument.candles(interval, range);
    },

    ticker: (symbol) => live(entries.get(symbol))?.ticker(),
    book: (symbol) => live(entries.get(symbol))?.book(),
    trades: (symbol, limit) => live(entries.get(symbol))?.trades(limit) ?? [],
  };
}

/** Before its history is there an instrument has no price to show. */
function live(entry: Entry | undefined): SimInstrument | undefined {
  return entry?.live === true ? entry.instrument : undefined;
}
