import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { loginFrame } from './login.ts';

it('O8: signs the second it is, as Node’s own HMAC does', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), fc.integer({ min: 0, max: 4e12 }), (secret, now) => {
      const frame: { args: [{ timestamp: string; sign: string }] } = JSON.parse(
        loginFrame({ apiKey: 'k', secret, passphrase: 'p' }, now),
      );
      const timestamp = String(Math.floor(now / 1_000));
      const sign = createHmac('sha256', secret).update(`${timestamp}GET/users/self/verify`).digest('base64');
      expect(frame).toEqual({ op: 'login', args: [{ apiKey: 'k', passphrase: 'p', timestamp, sign }] });
    }),
  );
});
