/** Why a source is in its state: our own fixed sentences for the reader, a peer's words as they are. */
import type { Translate } from '#ui/i18n/i18n.ts';
import type { MessageKey } from '#ui/i18n/keys.ts';

/** Each with what it names. */
const SENTENCES: readonly (readonly [RegExp, MessageKey])[] = [
  [/^closed(?: with)? \(?(?<code>\d+)\)?$/, 'sources.reason_closed'],
  [/^blocked by policy\b/, 'sources.reason_policy'],
  [/^no answer to the heartbeat$/, 'sources.reason_silent'],
  [/^no answer to (?:the login|a subscription)$/, 'sources.reason_no_answer'],
  [/^the keys were refused$/, 'sources.reason_keys'],
];

export function sourceReason(reason: string, t: Translate): string {
  for (const [pattern, key] of SENTENCES) {
    const match = pattern.exec(reason);
    if (match) return t(key, match.groups ?? {});
  }
  return reason;
}
