import type { UseFormReturn } from 'react-hook-form';
import type { ProtocolError } from '#protocol/errors.ts';
import { reasonText } from '#ui/format/reason-text.ts';
import type { Translate } from '#ui/i18n/i18n.ts';
import { issueText } from './issue-text.ts';
import { DRAFT_FIELDS, type DraftField, type GridDraft } from './draft.ts';

const isField = (path: string): path is DraftField => (DRAFT_FIELDS as readonly string[]).includes(path);

/** Puts the engine's issues on their fields; returns what no field can say, `null` if nothing. */
export function landServerErrors(error: ProtocolError, form: UseFormReturn<GridDraft>, t: Translate): string | null {
  const issues = error.fieldIssues.map((issue) => ({
    path: issue.path.replace(/^params\./, ''),
    message: issueText(issue, t),
  }));
  const landed = issues.filter(({ path }) => isField(path));
  for (const { path, message } of landed) if (isField(path)) form.setError(path, { type: 'server', message });
  const [first] = landed;
  if (first && isField(first.path)) form.setFocus(first.path);
  const rest = issues.filter(({ path }) => !isField(path)).map(({ message }) => message);
  if (issues.length > 0) return rest.length > 0 ? rest.join(' ') : null;
  return commandFailure(error, t);
}

/** In the reader's language where the code says all; the engine's own words else. */
export function commandFailure(error: ProtocolError, t: Translate): string {
  switch (error.code) {
    case 'KILL_SWITCH_ACTIVE':
      return t('grids.failed_kill_switch');
    case 'FORBIDDEN':
      return t('grids.needs_trader');
    case 'TIMEOUT':
      return t('grids.failed_timeout');
    case 'INSUFFICIENT_FUNDS':
      return t('grids.failed_funds', { message: reasonText(error.message, t) });
    case 'RISK_REJECTED':
      return t('grids.failed_risk', { message: reasonText(error.message, t) });
    case 'VENUE_UNAVAILABLE':
      return t('grids.failed_venue');
    default:
      return error.message;
  }
}
