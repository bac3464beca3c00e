import { expect, it } from 'vitest';
import { currentTranslate, loadNamespaces } from '#ui/i18n/i18n.ts';
import { BTC_USDC } from '#testing/samples.ts';
import { noticeText } from './notice-text.ts';

const fill = {
  kind: 'fills',
  gridId: 'grid_1',
  count: 1,
  side: 'buy',
  price: 89214.2,
  amount: 0.0056,
  realized: 1.5,
} as const;

it('names what was traded, at its tick and lot', async () => {
  await loadNamespaces('desk');
  const { title, text } = noticeText(fill, currentTranslate(), () => ({ pair: 'BTC-USDC', instrument: BTC_USDC }));
  expect(title).toBe('Bought 0.00560 BTC-USDC @ 89,214.2');
  expect(text).toContain('+1.50 USDC');
});

it('names the grid while its pair is not known', async () => {
  await loadNamespaces('desk');
  const { title } = noticeText(fill, currentTranslate(), () => ({ pair: undefined, instrument: undefined }));
  expect(title).toContain('grid_1');
});
