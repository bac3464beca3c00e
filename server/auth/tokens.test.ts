import { randomBytes } from 'node:crypto';
import { SignJWT } from 'jose';
import { expect, test } from 'vitest';
import { ManualTimers } from '#server/host/testing/manual-timers.ts';
import { Tokens } from './tokens.ts';

const key = randomBytes(32);
const clock = new ManualTimers();
const tokens = new Tokens(key, clock, 60_000);
const claims = { iss: 'griddesk', sub: 'ann', role: 'trader', sid: 's', exp: Math.floor(clock.now() / 1000) + 60 };
const signed = (payload: object, alg = 'HS256') => new SignJWT({ ...payload }).setProtectedHeader({ alg }).sign(key);

test('Z7: a token is good for its user, role and session until it expires', async () => {
  const { token, expiresAt } = await tokens.issue('ann', 'trader', 's');
  expect(await tokens.verify(token)).toEqual({ user: 'ann', role: 'trader', sessionId: 's', expiresAt });
  expect(await tokens.verify(await signed(claims))).toMatchObject({ user: 'ann' });
});

test.each([
  ['another algorithm', claims, 'HS512'],
  ['another issuer', { ...claims, iss: 'elsewhere' }],
  ['no issuer', { ...claims, iss: undefined }],
  ['no expiry', { ...claims, exp: undefined }],
  ['no user', { ...claims, sub: undefined }],
  ['no session', { ...claims, sid: undefined }],
  ['a session that is no text', { ...claims, sid: 1 }],
  ['a role of its own', { ...claims, role: 'root' }],
])('Z7: signed with the right key, but with %s: AUTH_INVALID', async (_, payload, alg?: string) => {
  await expect(tokens.verify(await signed(payload, alg))).rejects.toMatchObject({ code: 'AUTH_INVALID' });
});
