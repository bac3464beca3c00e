import { Toast } from '@base-ui/react/toast';
import { useEffect, useRef } from 'react';
import { Link } from 'wouter';
import { useInstance } from '#stores/environment.tsx';
import { notificationsStore, type Notification } from '#stores/notifications.ts';
import { usePreferencesStore } from '#stores/preferences-context.tsx';
import { IconButton } from '#ui/button.tsx';
import { useT } from '#ui/i18n/use-t.ts';
import { Dot } from '#ui/tag.tsx';
import { announce } from './announce.ts';
import { noticeText, type NoticeText } from './notice-text.ts';
import styles from './toasts.module.css';

const SHOWN = 3;
const FILL_MS = 5_000;
const OTHER_MS = 10_000;

const manager = Toast.createToastManager<NoticeText>();

/** Shows each new notification for a while. */
export function Toasts() {
  useToastsOfNotifications();
  return (
    <Toast.Provider toastManager={manager} limit={SHOWN}>
      <Toast.Portal>
        <Viewport />
      </Toast.Portal>
    </Toast.Provider>
  );
}

function Viewport() {
  const t = useT();
  const { toasts } = Toast.useToastManager<NoticeText>();
  return (
    <Toast.Viewport className={styles['viewport']} aria-label={t('desk.notifications')}>
      {toasts.map((toast) => (
        <Toast.Root key={toast.id} toast={toast} className={styles['toast']}>
          <span className={styles['dot']}>
            <Dot tone={toast.data?.tone ?? 'neutral'} />
          </span>
          <Toast.Content className="grow">
            <Toast.Title className={styles['title']} render={<p />}>
              {toast.data?.to === undefined ? toast.title : <Link href={toast.data.to}>{toast.title}</Link>}
            </Toast.Title>
            <Toast.Description className={styles['text']} />
          </Toast.Content>
          <IconButton icon="close" size="s" label={t('common.close')} onClick={() => manager.close(toast.id)} />
        </Toast.Root>
      ))}
    </Toast.Viewport>
  );
}

function useToastsOfNotifications(): void {
  const t = useT();
  const { store } = useInstance(notificationsStore);
  const preferences = usePreferencesStore();
  const translate = useRef(t);
  useEffect(() => {
    translate.current = t;
  }, [t]);

  useEffect(() => {
    let shown = store.getState().items.reduce((latest, { id }) => Math.max(latest, id), 0);
    const show = (item: Notification) => {
      const { fillToasts, sounds, desktopNotifications } = preferences.getState();
      const isFill = item.notice.kind === 'fills';
      const data = noticeText(item.notice, translate.current);
      announce(data, { sound: sounds, desktop: desktopNotifications && document.hidden });
      if (isFill && !fillToasts) return;
      manager.add({
        id: String(item.id),
        title: data.title,
        description: data.text,
        data,
        timeout: isFill ? FILL_MS : OTHER_MS,
        priority: data.tone === 'down' && !isFill ? 'high' : 'low',
      });
    };
    return store.subscribe(({ items }, before) => {
      for (const item of items.filter(({ id }) => id > shown).toReversed()) {
        shown = item.id;
        show(item);
      }
      // Fills that were added to a notice change its toast, if that is still there.
      const [newest] = items;
      const known = newest && before.items.find(({ id }) => id === newest.id);
      if (known && known.notice !== newest.notice) {
        const data = noticeText(newest.notice, translate.current);
        manager.update(String(newest.id), { title: data.title, description: data.text, data });
      }
    });
  }, [store, preferences]);
}
