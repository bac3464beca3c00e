import * as z from 'zod/mini';

const limited = z.object({ retry_after_ms: z.number().check(z.gte(0)) });

/** Z18: how long a `RATE_LIMITED` asks to wait; a second, where it does not say. */
export function retryAfterMs(details: unknown): number {
  const parsed = limited.safeParse(details);
  return parsed.success ? parsed.data.retry_after_ms : 1_000;
}
