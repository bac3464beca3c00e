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

export function tradedBy(gridId: string, grids: GridsState['grids'], instruments: Instruments): Traded {
  const { pair, venue } = grids.get(gridId)?.config ?? {};
  if (pair === undefined) return { pair, instrument: undefined };
  return { pair, instrument: venue === undefined ? undefined : instruments.get(tickerKey(venue, pair)) };
}

/** What a grid trades, by its id. */
export function useTradedInstruments(): (gridId: string) => Traded {
  const grids = useSelect(gridsStore, (state) => state.grids);
  const instruments = useSelect(instrumentsStore, (state) => state);
  return (gridId) => tradedBy(gridId, grids, instruments);
}
