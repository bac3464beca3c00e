/**
 * Signing in and out over REST. The token lives in memory only; an HttpOnly cookie brings a new one after a reload.
 */
import type { Token, TokenAnswer } from '#client/options.ts';

export type SignInResult =
  | { readonly ok: true }
  | { readonly ok: false; readonly code: string; readonly message: string; readonly retryAfterMs?: number };

export interface Session {
  /** For the client: the token at hand, else one from the cookie. */
  readonly getToken: () => Promise<TokenAnswer>;
  /** For REST: a token that is good now, asked for where there is none; `null`: there is nobody to be. */
  readonly bearer: () => Promise<string | null>;
  signIn(user: string, password: string): Promise<SignInResult>;
  /** With the one-time token of a sign-in link. */
  signInByLink(token: string): Promise<SignInResult>;
  signOut(): Promise<void>;
}

interface Answer {
  readonly success?: unknown;
  readonly data?: { readonly token?: unknown; readonly expires_at?: unknown };
  readonly error?: { readonly code?: unknown; readonly message?: unknown; readonly details?: unknown };
}

type Post = (path: string, body: unknown) => Promise<Response>;

/** A request with a token takes time. */
const REST_MARGIN_MS = 30_000;
const BASE = '/api/v2/auth/';
export const REFRESH_PATH = `${BASE}refresh`;

export const postJson: Post = (path, body) =>
  fetch(path, {
    method: 'POST',
    credentials: 'same-origin',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

export function createSession(post: Post, now: () => number): Session {
  let fresh: Token | undefined;
  let newest: Token | undefined;
  let underway: Promise<TokenAnswer> | undefined;

  const keep = (token: Token): SignInResult => {
    fresh = token;
    newest = token;
    return { ok: true };
  };

  const enter = async (path: string, body: unknown): Promise<SignInResult> => {
    try {
      const response = await post(BASE + path, body);
      const answer = await readAnswer(response);
      const token = tokenOf(answer, response, now());
      return token ? keep(token) : { ok: false, ...failureOf(answer, response) };
    } catch {
      return { ok: false, code: 'UNREACHABLE', message: '' };
    }
  };

  const refresh = async (): Promise<TokenAnswer> => {
    const response = await post(REFRESH_PATH, {});
    const answer = await readAnswer(response);
    const token = tokenOf(answer, response, now());
    if (token) {
      newest = token;
      return token;
    }
    const failure = failureOf(answer, response);
    if (response.status === 401 || response.status === 403) return { signedOut: failure.code };
    // Anything else may mend by itself: the client tries again.
    throw new Error(failure.message || `HTTP ${response.status}`);
  };

  const refreshOnce = () => {
    underway ??= refresh().finally(() => {
      underway = undefined;
    });
    return underway;
  };

  return {
    async getToken() {
      // A token just received is used once: when it is asked for again, it was refused or is old.
      if (fresh) {
        const token = fresh;
        fresh = undefined;
        return token;
      }
      return refreshOnce();
    },
    async bearer() {
      if (newest && newest.expiresAt - REST_MARGIN_MS > now()) return newest.token;
      const answer = await refreshOnce();
      return 'token' in answer ? answer.token : null;
    },
    signIn: (user, password) => enter('login', { user, password }),
    signInByLink: (token) => enter('link', { token }),
    async signOut() {
      fresh = undefined;
      newest = undefined;
      await post(`${BASE}logout`, {});
    },
  };
}

async function readAnswer(response: Response): Promise<Answer> {
  const body: unknown = await response.json().catch(() => null);
  return typeof body === 'object' && body !== null ? body : {};
}

function tokenOf(answer: Answer, response: Response, now: number): Token | undefined {
  const { token, expires_at } = answer.data ?? {};
  if (typeof token !== 'string' || typeof expires_at !== 'number') return undefined;
  // The server's clock and ours may differ; only the lifetime is the same on both.
  const sent = Date.parse(response.headers.get('date') ?? '');
  return { token, expiresAt: now + expires_at - (Number.isNaN(sent) ? now : sent) };
}

function failureOf(answer: Answer, response: Response) {
  const { code, message, details } = answer.error ?? {};
  const wait =
    typeof details === 'object' && details !== null && 'retry_after_ms' in details ? details.retry_after_ms : undefined;
  return {
    code: typeof code === 'string' ? code : `HTTP_${response.status}`,
    message: typeof message === 'string' ? message : '',
    ...(typeof wait === 'number' && { retryAfterMs: wait }),
  };
}
