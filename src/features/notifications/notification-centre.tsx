import { useEffect } from 'react';
import { Link } from 'wouter';
import { useStore } from 'zustand';
import { useInstance } from '#stores/environment.tsx';
import { notificationsStore, type Notification } from '#stores/notifications.ts';
import { useListed, useTradedInstruments } from '#stores/traded-instruments.ts';
import { Button } from '#ui/button.tsx';
import { Drawer } from '#ui/dialog.tsx';
import { formatTime } from '#ui/format/times.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { EmptyState } from '#ui/states.tsx';
import { Dot } from '#ui/tag.tsx';
import { noticeText, type NoticeText } from './notice-text.ts';
import styles from './notification-centre.module.css';

interface Props {
  readonly open: boolean;
  readonly onClose: () => void;
}

/** Keeps what the toasts said. */
export function NotificationCentre({ open, onClose }: Props) {
  const t = useT();
  const { store, markAllRead, clear } = useInstance(notificationsStore);
  const items = useStore(store, (state) => state.items);
  useEffect(() => {
    if (open) markAllRead();
  }, [open, items.length, markAllRead]);
  return (
    <Drawer
      open={open}
      onClose={onClose}
      title={t('desk.notifications')}
      width={380}
      {...(items.length > 0 && { footer: <Button onClick={clear}>{t('desk.clear_all')}</Button> })}
    >
      <section aria-label={t('desk.notifications')} style={{ margin: '-16px' }}>
        {items.length === 0 ? (
          <EmptyState title={t('desk.no_notifications')} text={t('desk.no_notifications_text')} />
        ) : (
          <Items items={items} onFollow={onClose} />
        )}
      </section>
    </Drawer>
  );
}

interface ItemsProps {
  readonly items: readonly Notification[];
  readonly onFollow: () => void;
}

function Items({ items, onFollow }: ItemsProps) {
  const t = useT();
  const lookup = { tradedBy: useTradedInstruments(), listed: useListed() };
  return (
    <ul className={styles['list']}>
      {items.map((item) => (
        <Item key={item.id} ts={item.ts} says={noticeText(item.notice, t, lookup)} onFollow={onFollow} />
      ))}
    </ul>
  );
}

interface ItemProps {
  readonly ts: number;
  readonly says: NoticeText;
  readonly onFollow: () => void;
}

function Item({ ts, says: { title, text, tone, to }, onFollow }: ItemProps) {
  return (
    <li className={styles['item']}>
      <span className={styles['dot']}>
        <Dot tone={tone} />
      </span>
      <div className="grow">
        <p>
          {to === undefined ? (
            <strong>{title}</strong>
          ) : (
            <Link href={to} onClick={onFollow}>
              {title}
            </Link>
          )}
        </p>
        <p className={`dim ${styles['text'] ?? ''}`}>{text}</p>
      </div>
      <time className="faint num" dateTime={new Date(ts).toISOString()}>
        {formatTime(ts, 'minute')}
      </time>
    </li>
  );
}
