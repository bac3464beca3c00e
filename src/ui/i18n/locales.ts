export const LOCALES = ['en', 'zh'] as const;
export type Locale = (typeof LOCALES)[number];

/** What `<html lang>` says. */
export const HTML_LANG: Readonly<Record<Locale, string>> = { en: 'en', zh: 'zh-CN' };

/** Each language's name in itself. */
export const LOCALE_NAMES: Readonly<Record<Locale, string>> = { en: 'English', zh: '简体中文' };

/** The first of the browser's languages that we speak. */
export function preferredLocale(languages: readonly string[]): Locale {
  for (const language of languages) {
    const found = LOCALES.find((locale) => language.toLowerCase().startsWith(locale));
    if (found) return found;
  }
  return 'en';
}
