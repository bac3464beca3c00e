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

const BTC = { pair: 'BTC-USDC', instrument: BTC_USDC };
const known = { tradedBy: () => BTC, listed: () => BTC_USDC };

it('names what was traded, at its tick and lot', async () => {
  await loadNamespaces('desk');
  const { title, text } = noticeText(fill, currentTranslate(), known);
  expect(title).toBe('Bought 0.00560 BTC-USDC @ 89,214.2');
  expect(text).toContain('+1.50 USDC');
});

it('names the grid while its pair is not known', async () => {
  await loadNamespaces('desk');
  const unknown = { tradedBy: () => ({ pair: undefined, instrument: undefined }), listed: () => undefined };
  const { title } = noticeText(fill, currentTranslate(), unknown);
  expect(title).toContain('grid_1');
});

it('tells of strategies at the tick and lot of what they trade', async () => {
  await loadNamespaces('desk');
  const strategy = { id: 's1', venue: 'sim', symbol: 'BTC-USDC', name: 'Cross', of: 'dual_ma' };
  const sold = { kind: 'strategy_fill', strategy, side: 'sell', price: 89_214, amount: 0.0056, realized: 1.5 } as const;
  const { title, text } = noticeText(sold, currentTranslate(), known);
  expect(title).toBe('Sold 0.00560 BTC-USDC @ 89,214.0');
  expect(text).toBe('Cross BTC-USDC · realized +1.50 USDC');
  const signal = { kind: 'signal', strategy, side: 'flat', price: 89_214, reason: '' } as const;
  expect(noticeText(signal, currentTranslate(), known).title).toContain('89,214.0');
});
