/** Puts the preferences on the document: theme, palette, language, number format. */
import type { StoreApi } from 'zustand';
import type { Preferences } from '#stores/preferences.ts';
import { setNumberStyle } from '#ui/format/number-locale.ts';
import { currentLocale, refreshTexts, setLocale } from '#ui/i18n/i18n.ts';
import { preferredLocale } from '#ui/i18n/locales.ts';

export function followPreferences(store: StoreApi<Preferences>): Promise<void> {
  const system = matchMedia('(prefers-color-scheme: light)');

  const paint = ({ theme, palette }: Preferences) => {
    const light = theme === 'light' || (theme === 'system' && system.matches);
    document.documentElement.dataset['theme'] = light ? 'light' : 'dark';
    document.documentElement.dataset['palette'] = palette;
  };
  const write = async ({ locale, numbers }: Preferences) => {
    setNumberStyle(numbers);
    const wanted = locale ?? preferredLocale(navigator.languages);
    if (wanted === currentLocale()) refreshTexts();
    else await setLocale(wanted);
  };

  system.addEventListener('change', () => paint(store.getState()));
  store.subscribe((now, before) => {
    if (now.theme !== before.theme || now.palette !== before.palette) paint(now);
    if (now.locale !== before.locale || now.numbers !== before.numbers) void write(now);
  });
  paint(store.getState());
  return write(store.getState());
}
