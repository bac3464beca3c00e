import { useState } from 'react';
import { EMPTY_DRAFT, fromSearch, type GridDraft } from './draft.ts';
import { loadDraft } from './draft-storage.ts';

/** What the form begins with: what was being typed at this address in this tab, else the address's parameters. */
export function useInitialDraft(): GridDraft {
  const [initial] = useState(() => {
    const linked = fromSearch(new URLSearchParams(location.search));
    const kept = loadDraft();
    // The address follows what is typed with a delay, so the kept draft is the newer of the two.
    const goesOn = kept !== undefined && (kept.search === location.search || Object.keys(linked).length === 0);
    return goesOn ? kept.draft : { ...EMPTY_DRAFT, ...linked };
  });
  return initial;
}
