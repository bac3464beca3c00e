/** One grid with its instrument, for every part of its page. */
import { useStore } from 'zustand';
import { findInstrument, type ListedInstrument, useInstruments } from '#queries/instruments.ts';
import { useInstance } from '#stores/environment.tsx';
import type { GridDetail } from '#stores/grids-detail-feed.ts';
import { gridsStore } from '#stores/grids-store.ts';

export interface GridPageModel extends GridDetail {
  readonly instrument: ListedInstrument | undefined;
  readonly retry: () => void;
  readonly loadOlderFills: () => void;
}

export function useGrid(id: string): GridPageModel {
  const feed = useInstance(gridsStore).detail(id);
  const detail = useStore(feed);
  const instruments = useInstruments().data?.instruments;
  const config = detail.view?.config;
  const instrument = instruments && config && findInstrument(instruments, config.venue, config.pair);
  return { ...detail, instrument, retry: feed.retry, loadOlderFills: feed.loadOlderFills };
}
