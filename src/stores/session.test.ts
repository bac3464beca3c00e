import { describe, expect, it } from 'vitest';
import { createSession } from './session.ts';

const NOW = 1_000_000;

function answer(status: number, body: unknown, serverNow = NOW): Response {
  return new Response(JSON.stringify(body), { status, headers: { date: new Date(serverNow).toUTCString() } });
}

function setup(...answers: (Response | Error)[]) {
  const asked: { path: string; body: unknown }[] = [];
  const session = createSession(
    async (path, body) => {
      asked.push({ path, body });
      const next = answers.shift();
      if (next === undefined || next instanceof Error) throw next ?? new Error('not expected');
      return next;
    },
    () => NOW,
  );
  return { session, asked };
}

const ok = (token: string, expires_at: number) => ({
  success: true,
  data: { token, expires_at, user: 'ann', role: 'admin' },
});

describe('session', () => {
  it('brings a token from the cookie, with its lifetime by this clock', async () => {
    const { session, asked } = setup(answer(200, ok('t1', 5_060_000), 5_000_000));
    expect(await session.getToken()).toEqual({ token: 't1', expiresAt: NOW + 60_000 });
    expect(asked.map(({ path }) => path)).toEqual(['/api/v2/auth/refresh']);
  });

  it('asks once for several who wait', async () => {
    const { session, asked } = setup(answer(200, ok('t1', NOW)));
    const [a, b] = await Promise.all([session.getToken(), session.getToken()]);
    expect(a).toEqual(b);
    expect(asked).toHaveLength(1);
  });

  it('is signed out when the cookie is refused', async () => {
    const { session } = setup(
      answer(401, { success: false, error: { code: 'AUTH_REQUIRED', message: 'sign in first' } }),
    );
    expect(await session.getToken()).toEqual({ signedOut: 'AUTH_REQUIRED' });
  });

  it('lets the client try again when the server fails or is away', async () => {
    const { session } = setup(answer(503, {}), new Error('network'));
    await expect(session.getToken()).rejects.toThrow('HTTP 503');
    await expect(session.getToken()).rejects.toThrow('network');
  });

  it('hands out the token of a sign-in once, then the cookie counts', async () => {
    const { session, asked } = setup(answer(200, ok('t1', NOW)), answer(200, ok('t2', NOW)));
    expect(await session.signIn('ann', 'correct horse')).toEqual({ ok: true });
    expect(asked[0]).toEqual({ path: '/api/v2/auth/login', body: { user: 'ann', password: 'correct horse' } });
    expect(await session.getToken()).toMatchObject({ token: 't1' });
    expect(await session.getToken()).toMatchObject({ token: 't2' });
  });

  it('says why a sign-in failed', async () => {
    const limited = {
      success: false,
      error: { code: 'RATE_LIMITED', message: 'slow down', details: { retry_after_ms: 9000 } },
    };
    const { session } = setup(answer(429, limited), new Error('network'), new Response('<html>', { status: 502 }));
    expect(await session.signIn('ann', 'x')).toEqual({
      ok: false,
      code: 'RATE_LIMITED',
      message: 'slow down',
      retryAfterMs: 9000,
    });
    expect(await session.signInByLink('x')).toMatchObject({ ok: false, code: 'UNREACHABLE' });
    expect(await session.signInByLink('x')).toMatchObject({ ok: false, code: 'HTTP_502' });
  });
});
