import { useEffect } from 'react';
import { useInstance } from '#stores/environment.tsx';
import { notificationsStore } from '#stores/notifications.ts';
import type { SourcesState } from '#stores/source-types.ts';
import { sourcesStore } from '#stores/sources.ts';

/** M5: the sources that are connected and yet silent for so long that somebody should hear of it. */
export function silentSources({ sources }: Pick<SourcesState, 'sources'>): readonly { id: string; name: string }[] {
  return sources.flatMap(({ config: { id, name }, state }) =>
    state.phase === 'live' && state.silentSince !== null ? [{ id, name }] : [],
  );
}

/** A notification when a source falls silent; one a silence. */
export function useSourceAlarms(): void {
  const sources = useInstance(sourcesStore);
  const notifications = useInstance(notificationsStore);
  useEffect(() => {
    let known = new Set<string>();
    const look = (state: SourcesState) => {
      const silent = silentSources(state);
      for (const { id, name } of silent) {
        if (!known.has(id)) notifications.notify({ kind: 'source_silent', name });
      }
      known = new Set(silent.map(({ id }) => id));
    };
    look(sources.getState());
    return sources.subscribe(look);
  }, [sources, notifications]);
}
