import { useInstance, useSelect } from '#stores/environment.tsx';
import type { SourceActions, SourcesState, SourceView } from '#stores/source-types.ts';
import { sourcesStore } from '#stores/sources.ts';

/** What is known of all sources; renders again about once a second. */
export function useSources(): SourcesState {
  return useSelect(sourcesStore, (state) => state);
}

/** One of them; `undefined` where there is none of that id. */
export function useSource(id: string): SourceView | undefined {
  return useSelect(sourcesStore, ({ sources }) => sources.find(({ config }) => config.id === id));
}

export function useSourceActions(): SourceActions {
  return useInstance(sourcesStore);
}
