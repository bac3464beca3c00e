import { isNumber, isObject } from '#protocol/guards.ts';

/** Z18: how long a `RATE_LIMITED` asks to wait; a second, where it does not say. */
export function retryAfterMs(details: unknown): number {
  const asked = isObject(details) ? details['retry_after_ms'] : undefined;
  return isNumber(asked) && asked >= 0 ? asked : 1_000;
}
