/** What a trader should know of a run: the engine's fixed sentences, in the reader's language. */
import { figure } from '#ui/format/reason-text.ts';
import type { Translate } from '#ui/i18n/i18n.ts';
import type { MessageKey } from '#ui/i18n/keys.ts';

/** Each with the figures it names. */
const SENTENCES: readonly (readonly [RegExp, MessageKey])[] = [
  [/^The price never touched the trigger/, 'backtests.warning_waiting'],
  [/^The data is too short/, 'backtests.warning_short'],
  [/^Only (?<days>[\d.]+) days? were traded/, 'backtests.warning_days'],
  [/^Only (?<trades>\d+) trades? (?:was|were) closed/, 'backtests.warning_trades'],
  [/^The data has (?<count>\d+) gaps? \((?<bars>\d+) bars?\)/, 'backtests.warning_gaps'],
  [/^Orders fill when their price is touched/, 'backtests.warning_touch'],
  [/^Signals fill at the close that decided them/, 'backtests.warning_close'],
  [/^The run paid no fees and no slippage/, 'backtests.warning_free'],
];

/** The engine's own words where the sentence is none of these. */
export function warningText(warning: string, t: Translate): string {
  for (const [pattern, key] of SENTENCES) {
    const match = pattern.exec(warning);
    if (!match) continue;
    const values = Object.entries(match.groups ?? {}).map(([name, value]) => [name, figure(value)]);
    return t(key, Object.fromEntries(values));
  }
  return warning;
}
