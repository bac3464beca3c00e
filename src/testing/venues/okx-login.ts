/** O8, checked as the venue does. */
import { createHmac } from 'node:crypto';
import { isFields } from './venue-socket.ts';

export interface OkxKey {
  readonly secret: string;
  readonly passphrase: string;
}

const VALID_MS = 30_000;

/** Why a login is refused, or nothing. `args`: of the frame. */
export function refuseLogin(
  args: unknown,
  keys: Readonly<Record<string, OkxKey>>,
  now: number,
): { readonly code: string; readonly msg: string } | undefined {
  const first: unknown = Array.isArray(args) ? args[0] : undefined;
  if (!isFields(first)) return { code: '60012', msg: 'Invalid request' };
  const { apiKey, passphrase, timestamp, sign } = first;
  if (typeof apiKey !== 'string' || apiKey === '') return { code: '60005', msg: 'Invalid apiKey' };
  const key = Object.hasOwn(keys, apiKey) ? keys[apiKey] : undefined;
  if (!key) return { code: '60032', msg: "API key doesn't exist" };
  // Seconds, as a string; ms would be far in the future.
  if (typeof timestamp !== 'string' || !/^\d+(\.\d+)?$/.test(timestamp))
    return { code: '60004', msg: 'Invalid timestamp' };
  if (Math.abs(Number(timestamp) * 1_000 - now) > VALID_MS) return { code: '60006', msg: 'Timestamp request expired' };
  if (passphrase !== key.passphrase) return { code: '60024', msg: 'Wrong passphrase' };
  const wanted = createHmac('sha256', key.secret).update(`${timestamp}GET/users/self/verify`).digest('base64');
  return sign === wanted ? undefined : { code: '60007', msg: 'Invalid sign' };
}
