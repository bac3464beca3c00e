import { afterEach, describe, expect, it } from 'vitest';
import { setLocale } from '../i18n/i18n.ts';
import { venueName } from './venue-name.ts';

afterEach(() => setLocale('en'));

describe('venueName', () => {
  it('is as users write it, and tells an account at a venue from the venue', async () => {
    const names = () => ['okx', 'okx-account', 'polymarket-account', 'kraken', 'my-account'].map(venueName);
    expect(names()).toEqual(['OKX', 'OKX account', 'Polymarket account', 'kraken', 'my-account']);
    await setLocale('zh');
    expect(names()).toEqual(['OKX', 'OKX 账户', 'Polymarket 账户', 'kraken', 'my-account']);
  });
});
