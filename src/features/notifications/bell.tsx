import { useStore } from 'zustand';
import { useInstance } from '#stores/environment.tsx';
import { notificationsStore } from '#stores/notifications.ts';
import { IconButton } from '#ui/button.tsx';
import { useT } from '#ui/i18n/use-t.ts';
import styles from './bell.module.css';

export function Bell({ onOpen }: { readonly onOpen: () => void }) {
  const t = useT();
  const unread = useStore(useInstance(notificationsStore).store, (state) => state.unread);
  return (
    <span className={styles['bell']}>
      <IconButton
        icon="bell"
        label={t('frame.notifications')}
        aria-description={unread > 0 ? t('frame.unread', { n: unread }) : undefined}
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
