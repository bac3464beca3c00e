/** How numbers are written: by the language, or as the user prefers. */
export const NUMBER_STYLES = ['auto', 'comma', 'dot', 'space'] as const;
/** `comma`: 1,234.5 · `dot`: 1.234,5 · `space`: 1 234,5. */
export type NumberStyle = (typeof NUMBER_STYLES)[number];

const STYLE_LOCALES = { comma: 'en-US', dot: 'de-DE', space: 'fr-FR' } as const;

let language = 'en-US';
let style: NumberStyle = 'auto';
const cache = new Map<string, unknown>();

export function setFormatLanguage(next: 'en' | 'zh'): void {
  language = next === 'zh' ? 'zh-CN' : 'en-US';
  cache.clear();
}

export function setNumberStyle(next: NumberStyle): void {
  style = next;
  cache.clear();
}

export function numberLocale(): string {
  return style === 'auto' ? language : STYLE_LOCALES[style];
}

export function textLocale(): string {
  return language;
}

/** Intl's formatters are dear to make and cheap to use: each is made once until the locale changes. */
export function cached<T>(key: string, make: () => T): T {
  const known = cache.get(key) as T | undefined;
  if (known !== undefined) return known;
  const made = make();
  cache.set(key, made);
  return made;
}
