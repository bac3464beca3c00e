/** G18: what the market did while the engine was away, as far as whole bars can tell. */
import { INTERVAL_MS } from '#domain/market-data.ts';
import type { Engine } from '#engine/engine.ts';
import type { EngineEvent } from '#engine/events.ts';
import { isEnded } from '#engine/grid/state.ts';
import { hasEnded } from '#engine/strategy/machine/state.ts';
import type { MarketFeed } from './market-feed.ts';
import type { CandleEvent } from './strategy-bars.ts';

/** A week of minutes in one request. */
const MAX_BARS = 10_080;

/** The instruments of a venue that unfinished grids and strategies trade. */
export function tradedSymbols(engine: Engine, venue: string): ReadonlySet<string> {
  const symbols = new Set<string>();
  for (const { state, params } of engine.grids()) {
    if (params.venue === venue && !isEnded(state)) symbols.add(params.pair);
  }
  for (const { state, setup } of engine.strategies()) {
    if (setup.venue === venue && !hasEnded(state)) symbols.add(setup.symbol);
  }
  return symbols;
}

/**
 * The closed one-minute bars of every traded instrument that open after its last price, told by
 * `since`, and closed by `until`, in order of time. Bars of a market that trades on bars come from its own flow.
 * An instrument whose bars the market does not tell costs no other its own.
 */
export async function missedBars(
  feed: MarketFeed,
  engine: Engine,
  since: (symbol: string) => number | undefined,
  until: number,
  failed: (symbol: string, error: unknown) => void,
): Promise<readonly EngineEvent[]> {
  const { market } = feed;
  if (market.granularity === 'bars') return [];
  const barsOf = async (symbol: string): Promise<readonly EngineEvent[]> => {
    const last = since(symbol);
    if (last === undefined) return [];
    try {
      // Half of it would be a price path that never was.
      const range = { from: last + 1, to: until, limit: MAX_BARS, complete: true };
      const candles = await market.candles(symbol, '1m', range);
      return candles
        .filter(({ closed, ts }) => closed && ts > last && ts + INTERVAL_MS['1m'] <= until)
        .flatMap((candle) => feed.barEvent(symbol, candle) ?? []);
    } catch (error) {
      failed(symbol, error);
      return [];
    }
  };
  const bars = await Promise.all([...tradedSymbols(engine, market.venue)].map(barsOf));
  return bars.flat().toSorted((a, b) => a.ts - b.ts);
}

/**
 * Bars to trade on and bars to decide on, in the order they happened: a bar of before a close, then that close, then
 * the bar that opens with it. So strategies, too, trade through the time away as if the engine had been there (G18).
 */
export function inOrder(bars: readonly EngineEvent[], candles: readonly CandleEvent[]): readonly EngineEvent[] {
  const at = (event: EngineEvent) => (event.type === 'candle' ? event.ts + INTERVAL_MS[event.interval] : event.ts);
  // The sort is stable: at one time candles come first.
  return [...candles, ...bars].toSorted((a, b) => at(a) - at(b));
}
