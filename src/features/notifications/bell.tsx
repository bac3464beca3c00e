import { useEffect } from 'react';
import { useStore } from 'zustand';
import { useInstance } from '#stores/environment.tsx';
import { notificationsStore } from '#stores/notifications.ts';
import { IconButton } from '#ui/button.tsx';
import { useT } from '#ui/i18n/use-t.ts';
import styles from './bell.module.css';

export function Bell({ onOpen }: { readonly onOpen: () => void }) {
  const t = useT();
  const notifications = useInstance(notificationsStore);
  const unread = useStore(notifications.store, (state) => state.unread);
  useEffect(() => notifications.open(), [notifications]);
  return (
    <span className={styles['bell']}>
      <IconButton
        icon="bell"
        label={t('desk.notifications')}
        aria-description={unread > 0 ? t('desk.unread', { n: unread }) : undefined}
        onClick={onOpen}
      />
      {unread > 0 && (
        <span className={styles['count']} aria-hidden="true">
          {unread > 99 ? '99+' : unread}
        </span>
      )}
    </span>
  );
}
