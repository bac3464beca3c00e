/** Why a strategy decided so: the engine's fixed sentences, for the reader. */
import type { Translate } from '../i18n/i18n.ts';
import type { MessageKey } from '../i18n/keys.ts';

/** Each with the figures it names, as the engine rounds them. */
const SENTENCES: readonly (readonly [RegExp, MessageKey])[] = [
  [/^MACD (?<line>\S+) crossed above its signal line (?<signal>\S+)$/, 'desk.signal_macd_above'],
  [/^MACD (?<line>\S+) crossed below its signal line (?<signal>\S+)$/, 'desk.signal_macd_below'],
  [/^(?<fast>SMA \d+ \(\S+\)) crossed above (?<slow>SMA \d+ \(\S+\))$/, 'desk.signal_cross_above'],
  [/^(?<fast>SMA \d+ \(\S+\)) crossed below (?<slow>SMA \d+ \(\S+\))$/, 'desk.signal_cross_below'],
  [/^(?<rsi>RSI \d+ \(\S+\)) below (?<level>\S+)$/, 'desk.signal_rsi_below'],
  [/^(?<rsi>RSI \d+ \(\S+\)) above (?<level>\S+)$/, 'desk.signal_rsi_above'],
  [/^(?<rsi>RSI \d+ \(\S+\)) back at (?<level>\S+) from (?:below|above)$/, 'desk.signal_rsi_back'],
  [/^close (?<close>\S+) above the upper band (?<band>\S+)$/, 'desk.signal_band_above'],
  [/^close (?<close>\S+) below the lower band (?<band>\S+)$/, 'desk.signal_band_below'],
  [/^close (?<close>\S+) back below the middle band (?<band>\S+)$/, 'desk.signal_band_back_below'],
  [/^close (?<close>\S+) back above the middle band (?<band>\S+)$/, 'desk.signal_band_back_above'],
  [/^close (?<close>\S+) above the highest high (?<level>\S+) of (?<bars>\d+) bars$/, 'desk.signal_channel_above'],
  [/^close (?<close>\S+) below the lowest low (?<level>\S+) of (?<bars>\d+) bars$/, 'desk.signal_channel_below'],
];

/** In the reader's language where the sentence is known; the engine's own words else. */
export function signalText(reason: string, t: Translate): string {
  for (const [pattern, key] of SENTENCES) {
    const groups = pattern.exec(reason)?.groups;
    if (groups) return t(key, groups);
  }
  return reason;
}
