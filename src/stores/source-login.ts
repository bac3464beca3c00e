/** T9: a user and a password for a token, which is kept in memory only. */
import type { SourcePorts } from './source-ports.ts';
import type { SourceSecrets } from './source-types.ts';

const TIMEOUT_MS = 10_000;

/** Rejects with a `LoginError` in plain words; never with what was typed. */
export async function logIn(
  { fetch, timers, onBlocked }: Pick<SourcePorts, 'fetch' | 'timers' | 'onBlocked'>,
  loginUrl: string,
  { user, password }: SourceSecrets,
): Promise<string> {
  const abort = new AbortController();
  const stop = timers.after(TIMEOUT_MS, () => abort.abort());
  let isBlocked = false;
  const stopBlocked = onBlocked(() => (isBlocked = true));
  try {
    const response = await fetch(loginUrl, {
      method: 'POST',
      // Another origin's cookies are none of ours.
      credentials: 'omit',
      // What was typed is for this address only.
      redirect: 'error',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: user ?? '', password: password ?? '' }),
      signal: abort.signal,
    });
    const answer: unknown = await response.json().catch(() => null);
    if (!response.ok) throw new LoginError(messageOf(answer) ?? `the login was refused (${response.status})`);
    const token = typeof answer === 'object' && answer !== null && 'token' in answer ? answer.token : undefined;
    if (typeof token !== 'string' || token === '') throw new LoginError('the answer to the login holds no token');
    return token;
  } catch (error) {
    if (error instanceof LoginError) throw error;
    // The violation is told in a task of its own, which may come after the refusal.
    await new Promise<void>((resolve) => void timers.after(0, resolve));
    if (isBlocked) throw new LoginError("blocked by policy: the page's policy forbids the login address", true);
    throw new LoginError(
      abort.signal.aborted
        ? `no answer to the login within ${TIMEOUT_MS / 1_000} s`
        : 'the login address could not be reached, or does not allow this page',
    );
  } finally {
    stop();
    stopBlocked();
  }
}

export class LoginError extends Error {
  override readonly name = 'LoginError';
  /** By the page's own policy: only loading it again helps. */
  readonly isBlocked: boolean;

  constructor(message: string, isBlocked = false) {
    super(message);
    this.isBlocked = isBlocked;
  }
}

function messageOf(answer: unknown): string | undefined {
  if (typeof answer !== 'object' || answer === null) return undefined;
  for (const key of ['message', 'error', 'detail'] as const) {
    const text: unknown = Reflect.get(answer, key);
    if (typeof text === 'string' && text !== '') return text.slice(0, 300);
  }
  return undefined;
}
