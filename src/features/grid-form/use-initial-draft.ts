import { useState } from 'react';
import { EMPTY_DRAFT, fromSearch, type GridDraft } from './draft.ts';
import { loadDraft } from './draft-storage.ts';

/** What the form begins with: the address's parameters, else what was being typed in this tab, else nothing. */
export function useInitialDraft(): GridDraft {
  const [initial] = useState(() => {
    const linked = fromSearch(new URLSearchParams(location.search));
    return Object.keys(linked).length > 0 ? { ...EMPTY_DRAFT, ...linked } : (loadDraft() ?? EMPTY_DRAFT);
  });
  return initial;
}
