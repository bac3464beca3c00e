import type { Instrument } from '#domain/instrument.ts';
import { useSelect } from './environment.tsx';
import { gridsStore, type GridsState } from './grids-store.ts';
import { instrumentsStore, type Instruments } from './instruments.ts';
import { tickerKey } from './market-tickers-feed.ts';

export interface Traded {
  /** `undefined` until the grid is known. */
  readonly pair: string | undefined;
  /** `undefined` until it is known, or where the engine does not say on which venue. */
  readonly instrument: Instrument | undefined;
}

export interface Listing {
  readonly venue?: string | undefined;
  readonly symbol: string;
}

/** `undefined` until it is known, or where the engine does not say on which venue. */
export function listedAs({ venue, symbol }: Listing, instruments: Instruments): Instrument | undefined {
  return venue === undefined ? undefined : instruments.get(tickerKey(venue, symbol));
}

export function tradedBy(gridId: string, grids: GridsState['grids'], instruments: Instruments): Traded {
  const { pair, venue } = grids.get(gridId)?.config ?? {};
  return { pair, instrument: pair === undefined ? undefined : listedAs({ venue, symbol: pair }, instruments) };
}

/** What a grid trades, by its id. */
export function useTradedInstruments(): (gridId: string) => Traded {
  const grids = useSelect(gridsStore, (state) => state.grids);
  const instruments = useSelect(instrumentsStore, (state) => state);
  return (gridId) => tradedBy(gridId, grids, instruments);
}

export function useListed(): (listing: Listing) => Instrument | undefined {
  const instruments = useSelect(instrumentsStore, (state) => state);
  return (listing) => listedAs(listing, instruments);
}
