import { useSyncExternalStore } from 'react';
import { currentTranslate, onLanguageChange, type Translate } from './i18n.ts';

/** `t('frame.live', { n: 3 })`; the component renders again when the language or the number format changes. */
export function useT(): Translate {
  return useSyncExternalStore(onLanguageChange, currentTranslate);
}
