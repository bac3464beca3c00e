/** What the user likes, kept in this browser. */
import { createStore, type StoreApi } from 'zustand/vanilla';

export const THEMES = ['dark', 'light', 'system'] as const;
export const PALETTES = ['default', 'colour-blind'] as const;

export interface Preferences {
  /** `null`: as the browser asks for. */
  readonly locale: 'en' | 'zh' | null;
  readonly theme: (typeof THEMES)[number];
  readonly palette: (typeof PALETTES)[number];
  readonly numbers: 'auto' | 'comma' | 'dot' | 'space';
  readonly sounds: boolean;
  readonly desktopNotifications: boolean;
  readonly fillToasts: boolean;
}

export const DEFAULT_PREFERENCES: Preferences = {
  locale: null,
  theme: 'dark',
  palette: 'default',
  numbers: 'auto',
  sounds: false,
  desktopNotifications: false,
  fillToasts: true,
};

/** Also read by `public/boot.js`, before anything is drawn. */
export const PREFERENCES_KEY = 'griddesk.preferences';
export const PREFERENCES_VERSION = 1;

type Accepts = { readonly [K in keyof Preferences]: (value: unknown) => boolean };

const isBoolean = (value: unknown) => typeof value === 'boolean';
const isOneOf =
  (...values: readonly unknown[]) =>
  (value: unknown) =>
    values.includes(value);

const ACCEPTS: Accepts = {
  locale: isOneOf(null, 'en', 'zh'),
  theme: isOneOf(...THEMES),
  palette: isOneOf(...PALETTES),
  numbers: isOneOf('auto', 'comma', 'dot', 'space'),
  sounds: isBoolean,
  desktopNotifications: isBoolean,
  fillToasts: isBoolean,
};

/** Whatever of `text` can be used; `undefined` if it is no settings file at all. Bad single values keep their default. */
export function parsePreferences(text: string): Preferences | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof parsed !== 'object' || parsed === null) return undefined;
  const { version, ...values } = parsed as Record<string, unknown>;
  if (version !== PREFERENCES_VERSION) return undefined;
  const good = Object.entries(values).filter(([key, value]) => isKey(key) && ACCEPTS[key](value));
  return { ...DEFAULT_PREFERENCES, ...Object.fromEntries(good) };
}

function isKey(key: string): key is keyof Preferences {
  return Object.hasOwn(ACCEPTS, key);
}

export function serialisePreferences(preferences: Preferences): string {
  return JSON.stringify({ version: PREFERENCES_VERSION, ...preferences }, null, 2);
}

/** `storage` is absent where the browser forbids it: then preferences last as long as the page. */
export function createPreferencesStore(
  storage: Pick<Storage, 'getItem' | 'setItem'> | undefined,
): StoreApi<Preferences> {
  const saved = storage?.getItem(PREFERENCES_KEY);
  const store = createStore<Preferences>()(() => parsePreferences(saved ?? '') ?? DEFAULT_PREFERENCES);
  store.subscribe((preferences) => {
    try {
      storage?.setItem(PREFERENCES_KEY, serialisePreferences(preferences));
    } catch {
      // Storage is full: the choice still holds until the page closes.
    }
  });
  return store;
}
