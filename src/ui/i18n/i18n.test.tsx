import { act, cleanup, render, screen } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { formatCompact } from '../format/numbers.ts';
import { loadNamespaces, setLocale } from './i18n.ts';
import { preferredLocale } from './locales.ts';
import { useT } from './use-t.ts';

function Text() {
  const t = useT();
  return <p>{`${t('frame.live', { n: 3 })} · ${t('system.stopped_text', { grids: 1, orders: 2 })}`}</p>;
}

afterEach(async () => {
  cleanup();
  await setLocale('en');
});

describe('languages', () => {
  it('switch everything on screen at once, page texts included', async () => {
    await loadNamespaces('system');
    render(<Text />);
    expect(screen.getByText('3 live · 1 grid, 2 orders')).toBeTruthy();
    await act(() => setLocale('zh'));
    expect(screen.getByText('3 个进行中 · 1 个网格，2 笔挂单')).toBeTruthy();
    expect(document.documentElement.lang).toBe('zh-CN');
    expect(formatCompact(20_000)).toBe('2万');
  });

  it('follow the later of two wishes', async () => {
    // Anew, so that Chinese has yet to be downloaded and comes last.
    vi.resetModules();
    const fresh = await import('./i18n.ts');
    await Promise.all([fresh.setLocale('zh'), fresh.setLocale('en')]);
    expect(document.documentElement.lang).toBe('en');
    expect(fresh.currentLocale()).toBe('en');
  });

  it('start with the first of the browser’s that we speak', () => {
    expect(preferredLocale(['fr-FR', 'zh-TW', 'en'])).toBe('zh');
    expect(preferredLocale(['de', 'fr'])).toBe('en');
  });
});
