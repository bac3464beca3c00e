import { useRef, useState, type ChangeEvent } from 'react';
import { DEFAULT_PREFERENCES, parsePreferences, serialisePreferences } from '#stores/preferences.ts';
import { usePreferencesStore } from '#stores/preferences-context.tsx';
import { Button } from '#ui/button.tsx';
import { useT } from '#ui/i18n/use-t.ts';
import { Panel } from '#ui/panel.tsx';
import { saveFile } from '#ui/save-file.ts';
import styles from './settings.module.css';

export function Transfer() {
  const t = useT();
  const store = usePreferencesStore();
  const picker = useRef<HTMLInputElement>(null);
  const [outcome, setOutcome] = useState<'imported' | 'failed' | null>(null);
  const read = async (event: ChangeEvent<HTMLInputElement>) => {
    const input = event.target;
    const text = await input.files?.[0]?.text();
    // So that the same file can be chosen again.
    input.value = '';
    if (text === undefined) return;
    const preferences = parsePreferences(text);
    if (preferences) store.setState(preferences, true);
    setOutcome(preferences ? 'imported' : 'failed');
  };
  return (
    <Panel title={t('settings.transfer')} card padded bodyClassName={styles['stack']}>
      <p className="dim">{t('settings.transfer_text')}</p>
      <div className={styles['row']}>
        <Button
          icon="download"
          onClick={() => saveFile('griddesk-settings.json', serialisePreferences(store.getState()), 'application/json')}
        >
          {t('settings.export')}
        </Button>
        <Button icon="upload" onClick={() => picker.current?.click()}>
          {t('settings.import')}
        </Button>
        <input
          ref={picker}
          type="file"
          accept="application/json,.json"
          hidden
          aria-label={t('settings.import')}
          onChange={(event) => void read(event)}
        />
        <Button variant="ghost" onClick={() => store.setState(DEFAULT_PREFERENCES, true)}>
          {t('settings.reset')}
        </Button>
      </div>
      {outcome !== null && (
        <p role="status" className={outcome === 'imported' ? undefined : 'down'}>
          {t(`settings.outcome_${outcome}`)}
        </p>
      )}
    </Panel>
  );
}
