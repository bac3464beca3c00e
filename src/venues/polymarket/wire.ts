/** Addresses, limits and requests of the venue (M1 – M3, M12). */
import type { BackOffRange } from '../kit/back-off.ts';
import type { HeartbeatOptions } from '../kit/heartbeat.ts';

/** Derived once from a wallet by the venue's own tools. */
export interface PolymarketCredentials {
  readonly apiKey: string;
  readonly secret: string;
  readonly passphrase: string;
}

export const MOST_IDS_A_FRAME = 100;
export const MOST_IDS_A_CONNECTION = 200;

export const BACK_OFF: BackOffRange = { firstMs: 5_000, capMs: 60_000 };

export const HEARTBEAT: HeartbeatOptions = {
  mode: 'interval',
  ping: 'PING',
  pong: 'PONG',
  everyMs: 10_000,
  answerMs: 10_000,
};

/** M1. Of a base URL, or one that has its path already. */
export function baseOf(url: string): string {
  return url.replace(/(?:\/ws(?:\/(?:market|user))?)?\/*$/, '');
}

export function addressOf(url: string, channel: 'market' | 'user'): string {
  return `${baseOf(url)}/ws/${channel}`;
}

/** M2: the first frame of a connection. */
export function firstFrame(ids: readonly string[]): string {
  return JSON.stringify({
    type: 'market',
    assets_ids: ids,
    custom_feature_enabled: true,
    initial_dump: true,
    level: 2,
  });
}

/** M2: every later one, without `type`. */
export function operationFrame(operation: 'subscribe' | 'unsubscribe', ids: readonly string[]): string {
  return JSON.stringify({ operation, assets_ids: ids });
}

/** M12. No markets: all. */
export function userFrame({ apiKey, secret, passphrase }: PolymarketCredentials, markets: readonly string[]): string {
  return JSON.stringify({ type: 'user', markets, auth: { apiKey, secret, passphrase } });
}

/** M2: at most a hundred a frame. */
export function chunks(ids: readonly string[]): readonly (readonly string[])[] {
  const parts: (readonly string[])[] = [];
  for (let i = 0; i < ids.length; i += MOST_IDS_A_FRAME) parts.push(ids.slice(i, i + MOST_IDS_A_FRAME));
  return parts;
}
