import { beforeAll, describe, expect, it } from 'vitest';
import { currentTranslate, loadNamespaces, setLocale } from '#ui/i18n/i18n.ts';
import { issueText } from './issue-text.ts';

const text = (issue: Parameters<typeof issueText>[0]) => issueText(issue, currentTranslate());

describe('issueText', () => {
  beforeAll(() => loadNamespaces('grids'));

  it('says a known issue in the language of the reader, figures as the reader writes them', async () => {
    const values = { money: '11704.54', quote: 'USDC', cells: '20' };
    const issue = { path: 'investment', message: 'must be at least', code: 'investment_minimum', values };
    expect(text(issue)).toBe("At least 11,704.54 USDC, for 20 cells of the venue's minimum order");
    await setLocale('zh');
    expect(text(issue)).toBe('至少 11,704.54 USDC，20 格每格都要达到交易所最小下单量');
    await setLocale('en');
  });

  it('falls back to the engine’s words for an unknown code or a missing figure', () => {
    expect(text({ path: 'x', message: 'm', code: 'toString' })).toBe('m');
    expect(text({ path: 'x', message: 'm', code: 'tick' })).toBe('m');
    expect(text({ path: 'x', message: 'm' })).toBe('m');
  });
});
