import { beforeAll, expect, it } from 'vitest';
import { currentTranslate, loadNamespaces, setLocale } from '#ui/i18n/i18n.ts';
import { warningText } from './warning-text.ts';

beforeAll(() => loadNamespaces('backtests'));

it('says the engine’s warnings in the language of the reader, others as they are', async () => {
  const gaps = 'The data has 1 gap (1200 bars): what happened there is not known.';
  expect(warningText(gaps, currentTranslate())).toContain('1,200 bars');
  await setLocale('zh');
  expect(warningText(gaps, currentTranslate())).toContain('1,200 根 K 线');
  expect(warningText('Only 2.5 days were traded: so what.', currentTranslate())).toContain('2.5 天');
  await setLocale('en');
  expect(warningText('Something new.', currentTranslate())).toBe('Something new.');
});
