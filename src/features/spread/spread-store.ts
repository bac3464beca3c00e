import { midOf, sharedPairs } from '#domain/same-pair.ts';
import { OWN_ENGINE, sourceOf } from '#domain/source.ts';
import { connectionStore, freshnessOf } from '#stores/connection.ts';
import { defineStore, type StoreEnvironment } from '#stores/environment.tsx';
import { listingsStore } from '#stores/listings.ts';
import { createFeed, type Feed } from '#stores/market-feed.ts';
import { tickerKey } from '#stores/market-tickers-feed.ts';
import { sourcesStore } from '#stores/sources.ts';
import { tickersStore } from '#stores/tickers.ts';
import { SAMPLE_MS, SpreadHistory } from './spread-history.ts';

export interface SpreadState {
  /** Changes in place; the state is another object with each sample. */
  readonly history: SpreadHistory;
}

/** Samples as long as somebody looks; what was sampled stays for its half an hour. */
export function createSpreadStore(environment: StoreEnvironment): Feed<SpreadState> {
  const [listings, tickers] = [listingsStore(environment), tickersStore(environment)];
  const [sources, connection] = [sourcesStore(environment), connectionStore(environment)];
  const history = new SpreadHistory();

  const isLive = (venue: string) => {
    const { source } = sourceOf(venue);
    if (source === OWN_ENGINE) return freshnessOf(connection.getState()) === 'live';
    const view = sources.getState().sources.find(({ config }) => config.id === source);
    // A recording that is played back has no connection.
    return view === undefined || view.state.phase === 'live';
  };
  const sample = () => {
    const mids = new Map<string, number>();
    const now = tickers.getState();
    for (const listed of sharedPairs(listings.getState().listings).values()) {
      for (const { venue, symbol } of listed) {
        const key = tickerKey(venue, symbol);
        const ticker = now.get(key);
        const mid = ticker && isLive(venue) ? midOf(ticker) : null;
        if (mid !== null) mids.set(key, mid);
      }
    }
    history.sample(environment.now(), mids);
  };
  return createFeed<SpreadState>({ history }, (set) => {
    const unsubscribe = [listings.subscribe(() => undefined), tickers.subscribe(() => undefined)];
    const id = setInterval(() => {
      sample();
      set({ history });
    }, SAMPLE_MS);
    return () => {
      clearInterval(id);
      for (const stop of unsubscribe) stop();
    };
  });
}

export const spreadStore = defineStore((environment) => {
  const store = createSpreadStore(environment);
  // From the first visit on: the course should be there when it is asked for.
  store.subscribe(() => undefined);
  return store;
});
