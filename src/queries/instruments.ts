import { channelSegment } from '#domain/channel.ts';
import type { Result } from '#protocol/commands.ts';
import { useCommandQuery } from './commands.ts';

/** A tradable pair; `simulated`: no real market behind it (SIM). */
export type ListedInstrument = Result<'market.instruments'>['instruments'][number];

const STALE_AFTER_MS = 5 * 60_000;

/** All instruments of the engine; they hardly ever change. */
export function useInstruments() {
  return useCommandQuery('market.instruments', {}, { staleTime: STALE_AFTER_MS });
}

/** By the venue's own name of it or by its channel segment; without `venue` the first of that name. */
export function findInstrument<T extends Pick<ListedInstrument, 'venue' | 'symbol'>>(
  instruments: readonly T[],
  venue: string | undefined,
  symbol: string,
): T | undefined {
  const same = (a: string, b: string) => a === b || channelSegment(a) === channelSegment(b);
  return instruments.find((each) => (venue === undefined || same(each.venue, venue)) && same(each.symbol, symbol));
}
