import type { FieldIssue } from '#protocol/errors.ts';
import { figure } from '#ui/format/reason-text.ts';
import type { Translate } from '#ui/i18n/i18n.ts';

/** What the engine may find wrong with a field, with the figures each names. */
const FIGURES = {
  above_lower: [],
  above_range: ['price'],
  above_start: ['price'],
  below_range: ['price'],
  below_start: ['price'],
  cells_lose: ['most'],
  decimals: ['decimals'],
  fixed: [],
  investment_minimum: ['money', 'quote', 'cells'],
  lines_coincide: ['tick', 'most'],
  lot: ['lot'],
  no_room: ['tick'],
  not_connected: ['venue'],
  not_listed: ['pair', 'venue'],
  one_of: ['allowed'],
  one_size: [],
  paper_only: [],
  percent: [],
  positive: [],
  range_under_fees: [],
  size_minimum: ['least', 'base', 'money', 'quote'],
  started: [],
  target_under_fees: ['least'],
  tick: ['tick'],
  too_large: [],
  whole_number: ['least', 'most'],
} as const satisfies Record<string, readonly string[]>;

export const ISSUE_CODES: readonly string[] = Object.keys(FIGURES);

const isKnown = (code: string): code is keyof typeof FIGURES => Object.hasOwn(FIGURES, code);

/** In the reader's language where its code is known and its figures are there; the engine's own words else. */
export function issueText({ message, code, values = {} }: FieldIssue, t: Translate): string {
  if (code === undefined || !isKnown(code)) return message;
  const figures = FIGURES[code].map((name) => [name, values[name]] as const);
  if (figures.some(([, value]) => value === undefined)) return message;
  return t(`grids.issue_${code}`, Object.fromEntries(figures.map(([name, value]) => [name, figure(value ?? '')])));
}
