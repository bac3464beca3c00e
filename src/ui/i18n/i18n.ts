/**
 * The active language. The first screen's English is part of the entry; everything else is loaded when needed.
 */
import { setupI18n, type Messages } from '@lingui/core';
import { messages as common } from './catalogs/common.en.json?lingui';
import { messages as frame } from './catalogs/frame.en.json?lingui';
import { setFormatLanguage } from '../format/number-locale.ts';
import type { MessageKey, Namespace } from './keys.ts';
import { HTML_LANG, type Locale } from './locales.ts';

export type Values = Readonly<Record<string, string | number>>;
/** Gives the text of a key in the active language. */
export type Translate = (key: MessageKey, values?: Values) => string;

const lazily = import.meta.glob<Messages>(['./catalogs/*.json', '!./catalogs/{common,frame}.en.json'], {
  query: '?lingui',
  import: 'messages',
});

const i18n = setupI18n({ locale: 'en', messages: { en: { ...common, ...frame } } });
const used = new Set<Namespace>(['common', 'frame']);
const listeners = new Set<() => void>();

let translate = makeTranslate();

function makeTranslate(): Translate {
  // A new function per language: whoever memoises by it renders anew.
  return (key, values) => i18n._(key, values);
}

export function currentTranslate(): Translate {
  return translate;
}

/** Anything that changes how texts or numbers look. */
export function onLanguageChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function refreshTexts(): void {
  translate = makeTranslate();
  for (const listener of listeners) listener();
}

export function currentLocale(): Locale {
  return i18n.locale === 'zh' ? 'zh' : 'en';
}

const loading = new Map<string, Promise<void>>();

/** Once a language and namespace, and everybody who asks waits for the same. */
function fetchCatalog(locale: Locale, namespace: Namespace): Promise<void> {
  const path = `./catalogs/${namespace}.${locale}.json`;
  const underway = loading.get(path);
  if (underway) return underway;
  const promise = (async () => {
    const messages = await lazily[path]?.();
    if (messages) i18n.load(locale, messages);
  })();
  loading.set(path, promise);
  // A failed download may be tried again.
  promise.catch(() => loading.delete(path));
  return promise;
}

async function fetchCatalogs(locale: Locale, namespaces: Iterable<Namespace>): Promise<void> {
  await Promise.all(Array.from(namespaces, (namespace) => fetchCatalog(locale, namespace)));
}

/** Makes a page's texts available; `lazyPart` waits for it, so that a page never shows a bare key. */
export async function loadNamespaces(...namespaces: readonly Namespace[]): Promise<void> {
  for (const namespace of namespaces) used.add(namespace);
  await fetchCatalogs(currentLocale(), namespaces);
  // Switched meanwhile: the new language may have missed these.
  if (wanted !== currentLocale()) await fetchCatalogs(wanted, namespaces);
}

let wanted: Locale = 'en';

/** Loads what is in use in the new language, then switches at once. */
export async function setLocale(locale: Locale): Promise<void> {
  wanted = locale;
  await fetchCatalogs(locale, used);
  // Asked for another one meanwhile: the later wish wins.
  if (wanted !== locale) return;
  i18n.activate(locale);
  document.documentElement.lang = HTML_LANG[locale];
  setFormatLanguage(locale);
  refreshTexts();
}
