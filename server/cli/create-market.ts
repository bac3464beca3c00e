/** The market of the `--market` setting. */
import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import type { Timers } from '#domain/clock.ts';
import type { Interval } from '#domain/market-data.ts';
import { instrumentKey } from '#engine/events.ts';
import type { Config } from '#server/config/schema.ts';
import type { Market } from '#server/markets/market.ts';
import { createOkxMarket } from '#server/markets/okx/create-okx-market.ts';
import { OKX_VENUE } from '#server/markets/okx/listing.ts';
import { okxUrl } from '#server/markets/okx/okx-url.ts';
import { createReplayMarket } from '#server/markets/replay/create-replay-market.ts';
import { createSimMarket } from '#server/markets/sim/create-sim-market.ts';
import { REPLAY_VENUE } from '#server/markets/replay/recording.ts';
import { createCandleStore, type CandleStore } from '#server/storage/candles.ts';
import { Journal } from '#server/storage/journal.ts';
import { Listings } from '#server/storage/listings.ts';
import { Orders } from '#server/storage/orders.ts';
import { nodeSockets } from '#server/venues/node-socket.ts';
import type { Egress } from '#server/venues/proxy.ts';
import type { VenueApis } from '#server/venues/venue-apis.ts';
import type { RateBudget } from '#venues/kit/rate-budget.ts';

const REPLAY = 'replay:';

export interface MarketPorts {
  readonly db: DatabaseSyncInstance;
  readonly timers: Timers;
  readonly egress: Egress;
  readonly venues: VenueApis;
  /** O5. */
  readonly okxConnects: RateBudget;
  readonly warn: (message: string) => void;
}

/** Throws `CandleFileError`, `ConfigError`, `VenueRestError`. */
export async function createMarket(config: Config, ports: MarketPorts): Promise<Market> {
  const { db, timers, egress, venues, warn } = ports;
  const { market, speed, seed } = config;
  if (market.startsWith(REPLAY)) {
    const files = market.slice(REPLAY.length).split(',');
    const last = lastPriceOfOpenOrders(db);
    return createReplayMarket({ files, speed, timers, ...(last !== undefined && { from: { ts: last + 1 } }) });
  }
  if (market === OKX_VENUE) {
    const isDemo = config.okx_demo === 'on';
    const listings = new Listings(db);
    return createOkxMarket({
      symbols: [...new Set(config.instruments)],
      url: okxUrl(config),
      rest: venues[isDemo ? 'okx-demo' : 'okx'],
      openSocket: nodeSockets({ egress }),
      connects: ports.okxConnects,
      timers,
      random: Math.random,
      store: memo((interval) => createCandleStore(db, interval)),
      known: (symbol) => listings.get(instrumentKey({ venue: OKX_VENUE, symbol })),
      warn,
    });
  }
  return createSimMarket({ store: createCandleStore(db), timers, seed, warn });
}

/** Each interval's statements are prepared once. */
function memo(make: (interval: Interval) => CandleStore): (interval: Interval) => CandleStore {
  const made = new Map<Interval, CandleStore>();
  return (interval) => {
    const store = made.get(interval) ?? make(interval);
    made.set(interval, store);
    return store;
  };
}

/** Where orders wait for prices, a replay goes on where the engine was, instead of from its beginning. */
function lastPriceOfOpenOrders(db: DatabaseSyncInstance): number | undefined {
  const open = new Orders(db).list({ openOnly: true, limit: 1 });
  return open.length > 0 ? new Journal(db).lastPriceTime({ venue: REPLAY_VENUE }) : undefined;
}
