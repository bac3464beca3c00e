import { useStore } from 'zustand';
import type { Preferences } from '#stores/preferences.ts';
import { usePreferencesStore } from '#stores/preferences-context.tsx';
import { Field, Select } from '#ui/field.tsx';
import { LOCALE_NAMES, LOCALES } from '#ui/i18n/locales.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { Panel } from '#ui/panel.tsx';
import { Segmented } from '#ui/segmented.tsx';
import styles from './settings.module.css';

export function Appearance() {
  const t = useT();
  const store = usePreferencesStore();
  const { locale, theme, palette, numbers } = useStore(store);
  const set = (change: Partial<Preferences>) => store.setState(change);
  return (
    <Panel title={t('settings.appearance')} card padded bodyClassName={styles['stack']}>
      <Field label={t('settings.language')}>
        <Select
          value={locale ?? 'auto'}
          onChange={(event) => set({ locale: LOCALES.find((known) => known === event.target.value) ?? null })}
        >
          <option value="auto">{t('settings.automatic')}</option>
          {LOCALES.map((known) => (
            <option key={known} value={known}>
              {LOCALE_NAMES[known]}
            </option>
          ))}
        </Select>
      </Field>
      <div className={styles['choice']}>
        <span className={styles['label']}>{t('settings.theme')}</span>
        <Segmented
          label={t('settings.theme')}
          value={theme}
          onChange={(value) => set({ theme: value })}
          options={[
            { value: 'dark', label: t('settings.dark') },
            { value: 'light', label: t('settings.light') },
            { value: 'system', label: t('settings.system') },
          ]}
        />
      </div>
      <div className={styles['choice']}>
        <span className={styles['label']}>{t('settings.palette')}</span>
        <Segmented
          label={t('settings.palette')}
          value={palette}
          onChange={(value) => set({ palette: value })}
          options={[
            { value: 'default', label: t('settings.default_palette') },
            { value: 'colour-blind', label: t('settings.colour_blind') },
          ]}
        />
        <span className={styles['label']}>
          <span className="up">+1.24 %</span> <span className="down">−0.87 %</span> {t('settings.palette_hint')}
        </span>
      </div>
      <div className={styles['choice']}>
        <span className={styles['label']}>{t('settings.numbers')}</span>
        <Segmented
          label={t('settings.numbers')}
          value={numbers}
          onChange={(value) => set({ numbers: value })}
          options={[
            { value: 'auto', label: t('settings.by_language') },
            { value: 'comma', label: '1,234.50' },
            { value: 'dot', label: '1.234,50' },
            { value: 'space', label: '1 234,50' },
          ]}
        />
      </div>
    </Panel>
  );
}
