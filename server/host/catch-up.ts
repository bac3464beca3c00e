/** G18: what the market did while the engine was away, as far as whole bars can tell. */
import { INTERVAL_MS } from '#domain/market-data.ts';
import type { Engine } from '#engine/engine.ts';
import type { EngineEvent } from '#engine/events.ts';
import { isEnded } from './grid-state.ts';
import type { MarketFeed } from './market-feed.ts';

/** A week of minutes in one request. */
const MAX_BARS = 10_080;

/**
 * The closed one-minute bars that open after `since` and closed by `until`, of every instrument an unfinished grid
 * trades, in order of time. Bars of a market that itself trades on bars come from its own flow.
 */
export async function missedBars(
  feed: MarketFeed,
  engine: Engine,
  since: number,
  until: number,
): Promise<readonly EngineEvent[]> {
  const { market } = feed;
  if (market.granularity === 'bars') return [];
  const symbols = new Set<string>();
  for (const { state, params } of engine.grids()) {
    if (params.venue === market.venue && !isEnded(state)) symbols.add(params.pair);
  }
  const bars: EngineEvent[] = [];
  for (const symbol of symbols) {
    const candles = await market.candles(symbol, '1m', { from: since + 1, to: until, limit: MAX_BARS });
    for (const candle of candles) {
      if (!candle.closed || candle.ts <= since || candle.ts + INTERVAL_MS['1m'] > until) continue;
      const bar = feed.barEvent(symbol, candle);
      if (bar) bars.push(bar);
    }
  }
  return bars.toSorted((a, b) => a.ts - b.ts);
}
