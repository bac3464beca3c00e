/** How the venue says that it will not have our credentials (M12). */
import type { Loss } from '../kit/connection.ts';
import { isFields } from './schema.ts';

/** Policy violation, and what peers before the venue use for it. */
const REFUSALS: ReadonlySet<number> = new Set([1008, 3000, 4001, 4003, 4401, 4403]);
/** The venue is going away or too busy, whoever asks. */
const NOT_ABOUT_US: ReadonlySet<number> = new Set([1001, 1011, 1012, 1013]);
/** The venue usually just closes on wrong credentials. Once or twice may be chance. */
const SILENT_CLOSES = 3;
/** An error's words that are about who we are. */
const ABOUT_CREDENTIALS = /auth|api.?key|credential|passphrase|forbidden|invalid key/i;

/**
 * What a close soon after the credentials means, `closes` times in a row with this. `likely`: nobody said so, and a bad
 * network may look the same.
 */
export function refusalBy({ code }: Loss, closes: number): 'sure' | 'likely' | undefined {
  if (REFUSALS.has(code)) return 'sure';
  return !NOT_ABOUT_US.has(code) && closes >= SILENT_CLOSES ? 'likely' : undefined;
}

/** The words of an error frame about credentials: `{"error":…}`, `{"type":"error","message":…}`, or plain text. */
export function refusalIn(frame: string): string | undefined {
  const words = errorOf(frame);
  return words !== undefined && ABOUT_CREDENTIALS.test(words) ? words.slice(0, 200) : undefined;
}

function errorOf(frame: string): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(frame);
  } catch {
    return frame;
  }
  if (!isFields(value) || 'asset_id' in value) return undefined;
  const { error, message, type, event_type: eventType } = value;
  if (typeof error === 'string') return error;
  return typeof message === 'string' && (type === 'error' || eventType === 'error') ? message : undefined;
}

export function reasonOf({ cause, code, reason }: Loss): string {
  if (cause !== 'closed') return reason;
  return reason === '' ? `closed (${code})` : `${reason} (${code})`;
}
