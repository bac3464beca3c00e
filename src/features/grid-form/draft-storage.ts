/** What was typed survives a lost connection, a sign-in and a reload: kept for this tab. */
import { DRAFT_FIELDS, EMPTY_DRAFT, type GridDraft } from './draft.ts';

const KEY = 'griddesk.grid-draft';

export interface KeptDraft {
  readonly draft: GridDraft;
  /** The page's query when it was kept: another one is a link somebody followed, and says something else. */
  readonly search: string;
}

export function loadDraft(): KeptDraft | undefined {
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? 'null');
    if (!isObject(stored) || !isObject(stored.draft) || typeof stored.search !== 'string') return undefined;
    const fields = Object.entries(stored.draft).filter(
      ([field, value]) => (DRAFT_FIELDS as readonly string[]).includes(field) && typeof value === 'string',
    );
    const draft = { ...EMPTY_DRAFT, ...(Object.fromEntries(fields) as Partial<GridDraft>) };
    return { draft, search: stored.search };
  } catch {
    return undefined;
  }
}

export function saveDraft(draft: GridDraft): void {
  sessionStorage.setItem(KEY, JSON.stringify({ draft, search: location.search } satisfies KeptDraft));
}

export function clearDraft(): void {
  sessionStorage.removeItem(KEY);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
