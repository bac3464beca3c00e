/** What was typed survives a lost connection, a sign-in and a reload: kept for this tab. */
import { DRAFT_FIELDS, EMPTY_DRAFT, type GridDraft } from './draft.ts';

const KEY = 'griddesk.grid-draft';

export function loadDraft(): GridDraft | undefined {
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? 'null');
    if (typeof stored !== 'object' || stored === null) return undefined;
    const fields = Object.entries(stored).filter(
      ([field, value]) => (DRAFT_FIELDS as readonly string[]).includes(field) && typeof value === 'string',
    );
    return { ...EMPTY_DRAFT, ...(Object.fromEntries(fields) as Partial<GridDraft>) };
  } catch {
    return undefined;
  }
}

export function saveDraft(draft: GridDraft): void {
  sessionStorage.setItem(KEY, JSON.stringify(draft));
}

export function clearDraft(): void {
  sessionStorage.removeItem(KEY);
}
