/** How a push server says that it will not have us. */
import type { Loss } from '../kit/connection.ts';

/** 1008 is what FastAPI closes with for a wrong token, 4401 and 4403 are ours. */
const REFUSALS: ReadonlySet<number> = new Set([1008, 4401, 4403]);

export function isRefusal({ cause, code }: Loss): boolean {
  return cause === 'closed' && REFUSALS.has(code);
}

/** Without the token, which a platform's message may quote with the address. */
export function reasonOf({ cause, code, reason }: Loss, token: string | undefined): string {
  const said = token === undefined ? reason : reason.replaceAll(token, '…').replaceAll(encodeURIComponent(token), '…');
  if (cause !== 'closed') return said;
  return said === '' ? `closed (${code})` : `${said} (${code})`;
}
