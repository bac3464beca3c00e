/** Why a source is in its state: our own fixed sentences for the reader, a peer's words as they are. */
import type { SourceView } from '#stores/source-types.ts';
import type { Translate } from '#ui/i18n/i18n.ts';
import type { MessageKey } from '#ui/i18n/keys.ts';

const BLOCKED = /^blocked by policy\b/;

/** Each with what it names. */
const SENTENCES: readonly (readonly [RegExp, MessageKey])[] = [
  [/^closed(?: with)? \(?(?<code>\d+)\)?$/, 'sources.reason_closed'],
  [BLOCKED, 'sources.reason_policy'],
  [/^no answer to the heartbeat$/, 'sources.reason_silent'],
  [/^no answer to (?:the login(?: within \d+ s)?|a subscription)$/, 'sources.reason_no_answer'],
  [/^the keys were refused$/, 'sources.reason_keys'],
  [/^all subscriptions were refused$/, 'sources.reason_refused'],
];

export function sourceReason(reason: string, t: Translate): string {
  for (const [pattern, key] of SENTENCES) {
    const match = pattern.exec(reason);
    if (match) return t(key, match.groups ?? {});
  }
  return reason;
}

export function isBlocked(reason: string | null): boolean {
  return reason !== null && BLOCKED.test(reason);
}

/** Whether the page itself has to connect there, and its policy is from before the source was saved. */
export function needsReload({ config, state }: Pick<SourceView, 'config' | 'state'>): boolean {
  if (state.phase === 'needs_token') return isBlocked(state.reason);
  return state.phase === 'offline' && config.kind === 'engine' && isBlocked(state.reason);
}
