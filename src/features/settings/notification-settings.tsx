import { useState } from 'react';
import { useStore } from 'zustand';
import { usePreferencesStore } from '#stores/preferences-context.tsx';
import { Switch } from '#ui/field.tsx';
import { useT } from '#ui/i18n/use-t.ts';
import { Panel } from '#ui/panel.tsx';
import styles from './settings.module.css';

function permission(): NotificationPermission | 'unsupported' {
  return 'Notification' in globalThis && isSecureContext ? Notification.permission : 'unsupported';
}

export function NotificationSettings() {
  const t = useT();
  const store = usePreferencesStore();
  const { fillToasts, sounds, desktopNotifications } = useStore(store);
  const [allowed, setAllowed] = useState(permission);
  const setDesktop = async (on: boolean) => {
    const answer = on ? await Notification.requestPermission() : allowed;
    setAllowed(answer);
    store.setState({ desktopNotifications: on && answer === 'granted' });
  };
  return (
    <Panel title={t('settings.notifications')} card padded bodyClassName={styles['stack']}>
      <Switch
        label={t('settings.fill_toasts')}
        checked={fillToasts}
        onChange={(event) => store.setState({ fillToasts: event.target.checked })}
      />
      <Switch
        label={t('settings.sounds')}
        checked={sounds}
        onChange={(event) => store.setState({ sounds: event.target.checked })}
      />
      <Switch
        label={t('settings.desktop')}
        checked={desktopNotifications && allowed === 'granted'}
        disabled={allowed === 'unsupported' || allowed === 'denied'}
        onChange={(event) => void setDesktop(event.target.checked)}
      />
      {allowed === 'unsupported' && <p className={styles['label']}>{t('settings.desktop_unsupported')}</p>}
      {allowed === 'denied' && <p className={styles['label']}>{t('settings.desktop_denied')}</p>}
    </Panel>
  );
}
