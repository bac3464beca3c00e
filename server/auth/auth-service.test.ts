import { expect, it } from 'vitest';
import { ManualTimers } from '#server/host/testing/manual-timers.ts';
import { openDatabase } from '#server/storage/database.ts';
import { AuthService, SESSION_LIFETIME_MS } from './auth-service.ts';

it('an engine that runs for months keeps no sessions that have run out', async () => {
  const db = openDatabase(':memory:');
  const clock = new ManualTimers();
  const auth = new AuthService({ db, clock });
  const signIn = () => auth.redeemLink(auth.offerLink() ?? '', 'a browser');
  const kept = () => db.prepare('SELECT count(*) AS count FROM sessions').get();
  await signIn();
  await clock.advance(SESSION_LIFETIME_MS - 1);
  await signIn();
  expect(kept()).toEqual({ count: 2 });
  await clock.advance(1);
  await signIn();
  expect(kept()).toEqual({ count: 2 });
  expect(auth.sessions()).toHaveLength(2);
  db.close();
});
