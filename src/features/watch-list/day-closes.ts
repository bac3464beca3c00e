/**
 * The last 24 hours of an instrument as a line, for as long as somebody looks. History is fetched a few instruments at a
 * time and then let go; a source without history is followed, its line grows from what comes in.
 */
import type { Timers } from '#domain/clock.ts';
import type { Instrument } from '#domain/instrument.ts';
import { type Interval, INTERVAL_MS } from '#domain/market-data.ts';
import { defineStore } from '#stores/environment.tsx';
import { createFeed, type Feed, keyed } from '#stores/market-feed.ts';
import type { CandleFeed } from '#stores/market-candle-feed.ts';
import { marketStore } from '#stores/market-store.ts';

type Named = Pick<Instrument, 'venue' | 'symbol'>;

export interface DayClosesState {
  /** Oldest first; `null` until known. */
  readonly closes: readonly number[] | null;
}

const AT_ONCE = 4;
const REFRESH_MS = 5 * 60_000;
/** A source that does not answer must not keep the others waiting. */
const GIVE_UP_MS = 10_000;
const DAY_MS = 86_400_000;
const BAR_MS = INTERVAL_MS['15m'];

export interface CandleSource {
  candles(instrument: Named, interval: Interval): CandleFeed;
}

export function createDayCloses(market: CandleSource, timers: Timers) {
  const waiting: (() => void)[] = [];
  let running = 0;

  const next = () => {
    while (running < AT_ONCE) {
      const start = waiting.shift();
      if (!start) return;
      running += 1;
      start();
    }
  };

  const fetched = (instrument: Named): Feed<DayClosesState> => {
    let loadedAt = -Infinity;
    return createFeed<DayClosesState>({ closes: null }, (set) => {
      let stop = () => {};
      const load = () => {
        const start = () => {
          const feed = market.candles(instrument, '15m');
          const { revision: before } = feed.getState();
          let unsubscribe = () => {};
          let done = false;
          const finish = () => {
            if (done) return;
            done = true;
            const { status, bars } = feed.getState();
            if (status === 'ready') {
              loadedAt = timers.now();
              const from = loadedAt - DAY_MS - BAR_MS;
              set({ closes: bars.filter(({ ts }) => ts > from).map(({ close }) => Number(close)) });
            }
            unsubscribe();
            cancel();
            running -= 1;
            stop = timers.after(REFRESH_MS, load);
            next();
          };
          const look = () => {
            const { status, bars, revision } = feed.getState();
            // What is left from an earlier look is shown as soon as it has been asked for anew.
            const current = revision !== before || (bars.at(-1)?.ts ?? -Infinity) > timers.now() - 2 * BAR_MS;
            if (status === 'error' || (status === 'ready' && current)) finish();
          };
          const cancel = timers.after(GIVE_UP_MS, finish);
          stop = () => {
            finish();
            stop();
          };
          unsubscribe = feed.subscribe(look);
          if (done) unsubscribe();
          else look();
        };
        waiting.push(start);
        stop = () => {
          const at = waiting.indexOf(start);
          if (at >= 0) waiting.splice(at, 1);
        };
        next();
      };
      const age = timers.now() - loadedAt;
      if (age < REFRESH_MS) stop = timers.after(REFRESH_MS - age, load);
      else load();
      return () => stop();
    });
  };

  const followed = (instrument: Named): Feed<DayClosesState> =>
    createFeed<DayClosesState>({ closes: null }, (set) => {
      const feed = market.candles(instrument, '1m');
      const look = () => {
        const { bars } = feed.getState();
        if (bars.length > 0) set({ closes: bars.slice(-1440).map(({ close }) => Number(close)) });
      };
      const unsubscribe = feed.subscribe(look);
      look();
      return unsubscribe;
    });

  const key = ({ venue, symbol }: Named) => `${venue}:${symbol}`;
  return { fetched: keyed(key, fetched), followed: keyed(key, followed) };
}

export const dayClosesStore = defineStore((environment) =>
  createDayCloses(marketStore(environment), {
    now: environment.now,
    after: (ms, then) => {
      const id = setTimeout(then, ms);
      return () => clearTimeout(id);
    },
  }),
);
