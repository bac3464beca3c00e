/** Z15: the engine's issues, on the fields they are about; the others in words above the button. */
import type { FieldIssue, ProtocolError } from '#protocol/errors.ts';
import { figure, reasonText } from '#ui/format/reason-text.ts';
import type { Translate } from '#ui/i18n/i18n.ts';
import type { Issues } from './draft.ts';

/** What the engine may find wrong, with the figures each names. */
const FIGURES = {
  above: ['value'],
  at_or_above: ['value'],
  below: ['value'],
  between: ['least', 'most'],
  not_connected: [],
  not_listed: [],
  order_too_small: ['amount', 'currency'],
  paper_only: [],
  positive: [],
  unknown_strategy: [],
  whole_number: ['least', 'most'],
} as const satisfies Record<string, readonly string[]>;

const isKnown = (code: string): code is keyof typeof FIGURES => Object.hasOwn(FIGURES, code);

/** In the reader's language where its code is known and its figures are there; the engine's own words else. */
function issueText({ message, code, values = {} }: FieldIssue, t: Translate): string {
  if (code === undefined || !isKnown(code)) return message;
  const figures = FIGURES[code].map((name) => [name, values[name]] as const);
  if (figures.some(([, value]) => value === undefined)) return message;
  return t(`strategies.issue_${code}`, Object.fromEntries(figures.map(([name, value]) => [name, figure(value ?? '')])));
}

export function landIssues(
  error: ProtocolError,
  params: ReadonlySet<string>,
  t: Translate,
): { readonly landed: Issues; readonly rest: string | null } {
  const landed: Record<string, string> = {};
  const rest: string[] = [];
  for (const issue of error.fieldIssues) {
    const text = issueText(issue, t);
    const bare = issue.path.replace(/^params\./, '');
    if (params.has(bare)) landed[`params.${bare}`] = text;
    else if (['strategy', 'symbol', 'timeframe', 'capital', 'name'].includes(bare)) landed[bare] = text;
    else if (bare === 'venue') landed['symbol'] = text;
    else rest.push(`${bare}: ${text}`);
  }
  if (error.fieldIssues.length === 0) return { landed, rest: commandFailure(error, t) };
  return { landed, rest: rest.length > 0 ? rest.join(' ') : null };
}

/** In the reader's language where the code says all; the engine's own words else. */
function commandFailure(error: ProtocolError, t: Translate): string {
  switch (error.code) {
    case 'KILL_SWITCH_ACTIVE':
      return t('strategies.failed_kill_switch');
    case 'FORBIDDEN':
      return t('strategies.needs_trader');
    case 'TIMEOUT':
      return t('strategies.failed_timeout');
    case 'INSUFFICIENT_FUNDS':
      return t('strategies.failed_funds', { message: reasonText(error.message, t) });
    default:
      return reasonText(error.message, t);
  }
}
