import { Toast } from '@base-ui/react/toast';
import { useEffect, useRef } from 'react';
import { Link } from 'wouter';
import { useInstance } from '#stores/environment.tsx';
import { gridsStore } from '#stores/grids-store.ts';
import { instrumentsStore } from '#stores/instruments.ts';
import { notificationsStore, type Notice, type Notification } from '#stores/notifications.ts';
import { usePreferencesStore } from '#stores/preferences-context.tsx';
import { listedAs, tradedBy, useListed, useTradedInstruments } from '#stores/traded-instruments.ts';
import { IconButton } from '#ui/button.tsx';
import { useT } from '#ui/i18n/use-t.ts';
import { Dot } from '#ui/tag.tsx';
import { announce } from './announce.ts';
import { noticeText } from './notice-text.ts';
import styles from './toasts.module.css';

const SHOWN = 3;
/** A sale or a signal to leave is no alarm, though it is red. */
const TRADING: ReadonlySet<Notice['kind']> = new Set(['fills', 'strategy_fill', 'signal']);
const TRADING_MS = 5_000;
const OTHER_MS = 10_000;

const manager = Toast.createToastManager<Notice>();

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
  const { toasts } = Toast.useToastManager<Notice>();
  return (
    <Toast.Viewport className={styles['viewport']} aria-label={t('desk.notifications')}>
      {toasts.map((toast) => (
        <Toast.Root key={toast.id} toast={toast} className={styles['toast']}>
          {toast.data && <Words notice={toast.data} />}
          <IconButton icon="close" size="s" label={t('common.close')} onClick={() => manager.close(toast.id)} />
        </Toast.Root>
      ))}
    </Toast.Viewport>
  );
}

/** Read anew as long as it shows: a grid that has just started is known by its id only for a moment. */
function Words({ notice }: { readonly notice: Notice }) {
  const { title, text, tone, to } = noticeText(notice, useT(), {
    tradedBy: useTradedInstruments(),
    listed: useListed(),
  });
  return (
    <>
      <span className={styles['dot']}>
        <Dot tone={tone} />
      </span>
      <Toast.Content className="grow">
        <Toast.Title className={styles['title']} render={<p />}>
          {to === undefined ? title : <Link href={to}>{title}</Link>}
        </Toast.Title>
        <Toast.Description className={styles['text']}>{text}</Toast.Description>
      </Toast.Content>
    </>
  );
}

function useToastsOfNotifications(): void {
  const t = useT();
  const { store } = useInstance(notificationsStore);
  const grids = useInstance(gridsStore);
  const instruments = useInstance(instrumentsStore);
  const preferences = usePreferencesStore();
  const translate = useRef(t);
  useEffect(() => {
    translate.current = t;
  }, [t]);

  useEffect(() => {
    // Kept up to date for the notices to come.
    const stops = [grids, instruments].map((feed) => feed.subscribe(() => undefined));
    const words = (notice: Notice) =>
      noticeText(notice, translate.current, {
        tradedBy: (id) => tradedBy(id, grids.getState().grids, instruments.getState()),
        listed: (strategy) => listedAs(strategy, instruments.getState()),
      });
    let shown = store.getState().items.reduce((latest, { id }) => Math.max(latest, id), 0);
    const show = (item: Notification) => {
      const { fillToasts, sounds, desktopNotifications } = preferences.getState();
      const { kind } = item.notice;
      const isTrading = TRADING.has(kind);
      const { title, text, tone } = words(item.notice);
      announce({ title, text, tone }, { sound: sounds, desktop: desktopNotifications && document.hidden });
      if (isTrading && !fillToasts) return;
      manager.add({
        id: String(item.id),
        title,
        description: text,
        data: item.notice,
        timeout: isTrading ? TRADING_MS : OTHER_MS,
        priority: tone === 'down' && !isTrading ? 'high' : 'low',
      });
    };
    const stop = store.subscribe(({ items }, before) => {
      for (const item of items.filter(({ id }) => id > shown).toReversed()) {
        shown = item.id;
        show(item);
      }
      // Fills that were added to a notice change its toast, if that is still there.
      const [newest] = items;
      const known = newest && before.items.find(({ id }) => id === newest.id);
      if (known && known.notice !== newest.notice) {
        const { title, text } = words(newest.notice);
        manager.update(String(newest.id), { title, description: text, data: newest.notice });
      }
    });
    return () => [stop, ...stops].forEach((end) => end());
  }, [store, grids, instruments, preferences]);
}
