/** O8: how a connection proves whose account it wants. Keys live in the engine. */
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';

export interface OkxCredentials {
  readonly apiKey: string;
  readonly secret: string;
  readonly passphrase: string;
}

/** The frame to send; never to be logged or recorded. `timestamp` is in seconds, as text. */
export function loginFrame({ apiKey, secret, passphrase }: OkxCredentials, now: number): string {
  const timestamp = String(Math.floor(now / 1_000));
  const text = `${timestamp}GET/users/self/verify`;
  const sign = base64(hmac(sha256, utf8ToBytes(secret), utf8ToBytes(text)));
  return JSON.stringify({ op: 'login', args: [{ apiKey, passphrase, timestamp, sign }] });
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** The layer has neither `btoa` nor `Buffer`. */
function base64(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const [a = 0, b = 0, c = 0] = bytes.subarray(i, i + 3);
    const bits = (a << 16) | (b << 8) | c;
    for (let part = 0; part < 4; part += 1) {
      text += i + part > bytes.length ? '=' : (ALPHABET[(bits >>> (18 - 6 * part)) & 63] ?? '');
    }
  }
  return text;
}
