import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  createPreferencesStore,
  DEFAULT_PREFERENCES,
  parsePreferences,
  PREFERENCES_KEY,
  serialisePreferences,
} from './preferences.ts';

function fakeStorage(initial?: string) {
  const values = new Map<string, string>(initial === undefined ? [] : [[PREFERENCES_KEY, initial]]);
  return {
    values,
    getItem: (key: string) => values.get(key) ?? null,
    setItem: (key: string, value: string) => void values.set(key, value),
  };
}

describe('preferences', () => {
  it('survive a reload', () => {
    const storage = fakeStorage();
    createPreferencesStore(storage).setState({ theme: 'light', locale: 'zh' });
    expect(createPreferencesStore(storage).getState()).toEqual({
      ...DEFAULT_PREFERENCES,
      theme: 'light',
      locale: 'zh',
    });
  });

  it('keep the default for values they do not know', () => {
    const text = JSON.stringify({ version: 1, theme: 'pink', sounds: 'yes', palette: 'colour-blind', more: true });
    expect(parsePreferences(text)).toEqual({ ...DEFAULT_PREFERENCES, palette: 'colour-blind' });
  });

  it.each(['', 'null', '[]', '{"theme":"light"}', '{"version":2}', 'no json'])(
    'refuse %j as a settings file',
    (text) => {
      expect(parsePreferences(text)).toBeUndefined();
    },
  );

  it('come back from their own export', () => {
    const preferences = { ...DEFAULT_PREFERENCES, numbers: 'dot', fillToasts: false } as const;
    expect(parsePreferences(serialisePreferences(preferences))).toEqual(preferences);
  });

  it('work without storage, and when it is full', () => {
    const full = {
      getItem: () => null,
      setItem: () => {
        throw new Error('quota');
      },
    };
    for (const storage of [undefined, full]) {
      const store = createPreferencesStore(storage);
      store.setState({ theme: 'light' });
      expect(store.getState().theme).toBe('light');
    }
  });

  it('are found by the script that sets the theme before the first paint', () => {
    const script = readFileSync(new URL('../../public/boot.js', import.meta.url), 'utf8');
    expect(script).toContain(`'${PREFERENCES_KEY}'`);
  });
});
