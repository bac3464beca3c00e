/** The market of the `--market` setting. */
import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import type { Timers } from '#domain/clock.ts';
import type { Config } from '#server/config/schema.ts';
import type { Market } from '#server/markets/market.ts';
import { createReplayMarket } from '#server/markets/replay/create-replay-market.ts';
import { createSimMarket } from '#server/markets/sim/create-sim-market.ts';
import { REPLAY_VENUE } from '#server/markets/replay/recording.ts';
import { createCandleStore } from '#server/storage/candles.ts';
import { Journal } from '#server/storage/journal.ts';
import { Orders } from '#server/storage/orders.ts';

const REPLAY = 'replay:';

export async function createMarket(
  { market, speed, seed }: Config,
  db: DatabaseSyncInstance,
  timers: Timers,
  warn: (message: string) => void,
): Promise<Market> {
  if (market.startsWith(REPLAY)) {
    const files = market.slice(REPLAY.length).split(',');
    const last = lastPriceOfOpenOrders(db);
    return createReplayMarket({ files, speed, timers, ...(last !== undefined && { from: { ts: last + 1 } }) });
  }
  return createSimMarket({ store: createCandleStore(db), timers, seed, warn });
}

/** Where orders wait for prices, a replay goes on where the engine was, instead of from its beginning. */
function lastPriceOfOpenOrders(db: DatabaseSyncInstance): number | undefined {
  const open = new Orders(db).list({ openOnly: true, limit: 1 });
  return open.length > 0 ? new Journal(db).lastPriceTime({ venue: REPLAY_VENUE }) : undefined;
}
