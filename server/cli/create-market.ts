/** The market of the `--market` setting. */
import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import type { Timers } from '#domain/clock.ts';
import type { Config } from '#server/config/schema.ts';
import type { Market } from '#server/markets/market.ts';
import { createReplayMarket } from '#server/markets/replay/create-replay-market.ts';
import { createSimMarket } from '#server/markets/sim/create-sim-market.ts';
import { createCandleStore } from '#server/storage/candles.ts';

const REPLAY = 'replay:';

export async function createMarket(
  { market, speed, seed }: Config,
  db: DatabaseSyncInstance,
  timers: Timers,
  warn: (message: string) => void,
): Promise<Market> {
  if (market.startsWith(REPLAY)) {
    return createReplayMarket({ files: market.slice(REPLAY.length).split(','), speed, timers });
  }
  return createSimMarket({ store: createCandleStore(db), timers, seed, warn });
}
