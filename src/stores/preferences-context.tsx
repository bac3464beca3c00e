import { createContext, use, type ReactNode } from 'react';
import type { StoreApi } from 'zustand';
import type { Preferences } from './preferences.ts';

const PreferencesContext = createContext<StoreApi<Preferences> | null>(null);

export function PreferencesProvider({
  store,
  children,
}: {
  readonly store: StoreApi<Preferences>;
  readonly children: ReactNode;
}) {
  return <PreferencesContext value={store}>{children}</PreferencesContext>;
}

export function usePreferencesStore(): StoreApi<Preferences> {
  const store = use(PreferencesContext);
  if (store === null) throw new Error('no PreferencesProvider above');
  return store;
}
