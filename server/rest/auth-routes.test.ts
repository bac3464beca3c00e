import { afterEach, describe, expect, test } from 'vitest';
import { HttpFixture } from './testing/http-fixture.ts';

let fixture: HttpFixture;
const start = async (...args: Parameters<typeof HttpFixture.start>) => (fixture = await HttpFixture.start(...args));
afterEach(() => fixture.stop());

const MINUTE = 60_000;
const cookieOf = ({ cookie }: { cookie: string | undefined }): string => cookie ?? '';
const tokenOf = ({ body }: { body: { data?: Record<string, unknown> } }) => String(body.data?.['token']);

describe('signing in by password', () => {
  test('gives a token, its expiry, and an HttpOnly SameSite=Strict cookie for the auth routes only', async () => {
    await start();
    await fixture.addUser('ann', 'trader');
    const answer = await fixture.login('ann');
    expect(answer.status).toBe(200);
    expect(answer.body.data).toMatchObject({ user: 'ann', role: 'trader' });
    expect(answer.body.data?.['expires_at']).toBe(fixture.clock.now() + 15 * MINUTE);
    expect(String(answer.headers['set-cookie'])).toMatch(/; Path=\/api\/v2\/auth; HttpOnly; SameSite=Strict$/);
    expect(await fixture.auth.verify(tokenOf(answer))).toMatchObject({ user: 'ann', role: 'trader' });
  });

  test('the cookie is Secure where browsers come by https', async () => {
    await start({}, { secure: true });
    await fixture.addUser('ann', 'trader');
    expect(String((await fixture.login('ann')).headers['set-cookie'])).toContain('; Secure');
  });

  test.each([
    ['ann', 'wrong'],
    ['nobody', 'correct horse'],
  ])('%s with %s is AUTH_INVALID and sets no cookie', async (user, password) => {
    await start();
    await fixture.addUser('ann', 'trader');
    const answer = await fixture.login(user, password);
    expect(answer).toMatchObject({ status: 401, cookie: undefined, body: { error: { code: 'AUTH_INVALID' } } });
  });

  test('names bad fields', async () => {
    await start();
    const answer = await fixture.ask('POST', '/api/v2/auth/login', { payload: { user: 7 } });
    expect(answer.status).toBe(400);
    expect(answer.body.error?.details).toMatchObject([{ path: 'user' }, { path: 'password' }]);
  });

  test('guesses sent all at once are not one try', async () => {
    await start();
    await fixture.addUser('ann', 'trader');
    const answers = await Promise.all(Array.from({ length: 12 }, (_, i) => fixture.login('ann', `guess number ${i}`)));
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(5);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(7);
  });

  test('guessing is slowed down, for the guesser only, and forgiven by time', async () => {
    await start();
    await fixture.addUser('ann', 'trader');
    for (let i = 0; i < 5; i += 1) expect((await fixture.login('ann', 'guess')).status).toBe(401);
    const blocked = await fixture.login('ann');
    expect(blocked).toMatchObject({ status: 429, body: { error: { code: 'RATE_LIMITED' } } });
    expect(blocked.headers['retry-after']).toBe('1');
    const elsewhere = { payload: { user: 'ann', password: 'correct horse' }, remoteAddress: '10.0.0.9' };
    expect((await fixture.ask('POST', '/api/v2/auth/login', elsewhere)).status).toBe(200);
    fixture.clock.advance(1_000);
    expect((await fixture.login('ann')).status).toBe(200);
  });
});

describe('refreshing', () => {
  async function signedIn() {
    await start();
    await fixture.addUser('ann', 'trader');
    return fixture.login('ann');
  }

  test('rotates the cookie; the session goes on for weeks', async () => {
    let cookie = cookieOf(await signedIn());
    for (let i = 0; i < 5; i += 1) {
      fixture.clock.advance(10 * 24 * 60 * MINUTE);
      const answer = await fixture.refresh(cookie);
      expect(answer.status).toBe(200);
      expect(answer.cookie).not.toBe(cookie);
      cookie = cookieOf(answer);
    }
    fixture.clock.advance(31 * 24 * 60 * MINUTE);
    expect((await fixture.refresh(cookie)).status).toBe(401);
  });

  test('parallel tabs that show the same cookie get the same next one', async () => {
    const cookie = cookieOf(await signedIn());
    const [a, b] = await Promise.all([fixture.refresh(cookie), fixture.refresh(cookie)]);
    expect([a?.status, b?.status]).toEqual([200, 200]);
    expect(a?.cookie).toBe(b?.cookie);
    expect((await fixture.refresh(cookieOf(a))).status).toBe(200);
  });

  test('an old cookie shown late ends the session: it may be stolen', async () => {
    const first = await signedIn();
    const ended: string[] = [];
    fixture.auth.onRevoked((id) => ended.push(id));
    const next = await fixture.refresh(cookieOf(first));
    fixture.clock.advance(2 * MINUTE);
    expect(await fixture.refresh(cookieOf(first))).toMatchObject({ status: 401, cookie: '' });
    expect(ended).toHaveLength(1);
    expect((await fixture.refresh(cookieOf(next))).status).toBe(401);
    await expect(fixture.auth.verify(tokenOf(next))).rejects.toMatchObject({ code: 'AUTH_INVALID' });
  });

  test('only the last cookie but one is tolerated, and only for a minute', async () => {
    const first = cookieOf(await signedIn());
    const second = cookieOf(await fixture.refresh(first));
    fixture.clock.advance(MINUTE);
    expect((await fixture.refresh(first)).status).toBe(200);
    await fixture.refresh(second);
    expect((await fixture.refresh(first)).status).toBe(401);
    expect((await fixture.refresh(second)).status).toBe(401);
  });

  test.each(['', 'x', 'a.1.b', 'a.1.b.c'])('the cookie %j is refused', async (cookie) => {
    await signedIn();
    expect((await fixture.refresh(cookie)).status).toBe(401);
  });

  test('a forged generation is refused', async () => {
    const [id, , mac] = cookieOf(await signedIn()).split('.');
    expect((await fixture.refresh(`${id}.2.${mac}`)).status).toBe(401);
    expect((await fixture.refresh(`${id}.1.${mac}`)).status).toBe(200);
  });

  test('signing out ends the session and clears the cookie', async () => {
    const answer = await signedIn();
    const out = await fixture.ask('POST', '/api/v2/auth/logout', { cookies: { griddesk_test: cookieOf(answer) } });
    expect(out).toMatchObject({ status: 200, cookie: '' });
    expect((await fixture.refresh(cookieOf(answer))).status).toBe(401);
    await expect(fixture.auth.verify(tokenOf(answer))).rejects.toMatchObject({ code: 'AUTH_INVALID' });
  });
});

describe('access tokens', () => {
  test('Z8: expire after 15 minutes with AUTH_EXPIRED', async () => {
    await start();
    await fixture.addUser('ann', 'trader');
    const token = tokenOf(await fixture.login('ann'));
    fixture.clock.advance(15 * MINUTE - 1_000);
    await fixture.auth.verify(token);
    fixture.clock.advance(1_001);
    await expect(fixture.auth.verify(token)).rejects.toMatchObject({ code: 'AUTH_EXPIRED' });
  });

  test('Z7: a token signed by another, without signature, or of a removed user is AUTH_INVALID', async () => {
    await start();
    await fixture.addUser('ann', 'trader');
    const token = tokenOf(await fixture.login('ann'));
    const [header, payload, signature] = token.split('.');
    const none = Buffer.from('{"alg":"none"}').toString('base64url');
    for (const forged of [`${header}.${payload}.${signature?.toUpperCase()}`, `${none}.${payload}.`, 'x', '']) {
      await expect(fixture.auth.verify(forged)).rejects.toMatchObject({ code: 'AUTH_INVALID' });
    }
    fixture.auth.users.remove('ann');
    await expect(fixture.auth.verify(token)).rejects.toMatchObject({ code: 'AUTH_INVALID' });
  });
});

describe('the one-time link', () => {
  const follow = (token: string) => fixture.ask('POST', '/api/v2/auth/link', { payload: { token } });

  test('signs the first admin in, once', async () => {
    await start();
    const link = fixture.auth.offerLink() ?? '';
    expect((await follow('rubbish')).status).toBe(401);
    expect(await follow(link)).toMatchObject({ status: 200, body: { data: { user: 'admin', role: 'admin' } } });
    expect(await follow(link)).toMatchObject({ status: 401, body: { error: { code: 'AUTH_INVALID' } } });
  });

  test('a new start makes a new link for the same admin, and voids the one before', async () => {
    await start();
    const first = fixture.auth.offerLink() ?? '';
    const second = fixture.auth.offerLink() ?? '';
    expect((await follow(first)).status).toBe(401);
    expect((await follow(second)).status).toBe(200);
    expect((await follow(fixture.auth.offerLink() ?? '')).body.data).toMatchObject({ user: 'admin' });
    expect(fixture.auth.users.list()).toHaveLength(1);
  });

  test('is not offered once an admin has a password', async () => {
    await start();
    await fixture.addUser('bob', 'trader');
    expect(fixture.auth.offerLink()).not.toBeNull();
    await fixture.addUser('ann', 'admin');
    expect(fixture.auth.offerLink()).toBeNull();
  });
});

describe('Z3: other sites', () => {
  test.each([
    '/api/v2/auth/login',
    '/api/v2/auth/link',
    '/api/v2/auth/refresh',
    '/api/v2/auth/logout',
    '/%61pi/v2/auth/logout',
  ])('Z3: POST %s from another origin is FORBIDDEN', async (path) => {
    await start();
    const answer = await fixture.ask('POST', path, { headers: { origin: 'https://evil.example' } });
    expect(answer).toMatchObject({ status: 403, body: { error: { code: 'FORBIDDEN' } } });
  });

  test('an allowed dashboard gets CORS headers, nobody else', async () => {
    await start();
    const preflight = await fixture.ask('OPTIONS', '/api/v2/grid', { headers: { origin: 'https://desk.example' } });
    expect(preflight.status).toBe(204);
    expect(preflight.headers['access-control-allow-origin']).toBe('https://desk.example');
    expect(preflight.headers['access-control-allow-headers']).toContain('Idempotency-Key');
    const own = await fixture.ask('GET', '/api/v2/grid', { headers: { origin: 'http://localhost:80' } });
    expect(own.headers).not.toHaveProperty('access-control-allow-origin');
  });
});

describe('an engine without sign-in', () => {
  test('answers a refresh as for its admin, with a token any check takes', async () => {
    await start({}, { authRequired: false });
    const answer = await fixture.ask('POST', '/api/v2/auth/refresh');
    expect(answer.body.data).toMatchObject({ role: 'admin', token: expect.any(String) });
    expect((await fixture.ask('GET', '/api/v2/system/health')).body.error?.code).toBe('UNKNOWN_ACTION');
  });
});
