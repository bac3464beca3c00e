import type { ReactNode } from 'react';
import { useT } from '#ui/i18n/use-t.ts';
import { AccountSettings } from './account-settings.tsx';
import { Appearance } from './appearance.tsx';
import { NotificationSettings } from './notification-settings.tsx';
import { Transfer } from './transfer.tsx';
import { About } from './about.tsx';
import styles from './settings.module.css';

/** `lead` stands before the rest, as wide as the page. */
export function Settings({ lead }: { readonly lead: ReactNode }) {
  const t = useT();
  return (
    <div className={styles['page']}>
      <h1 className="visually-hidden">{t('frame.settings')}</h1>
      {lead}
      <Appearance />
      <NotificationSettings />
      <AccountSettings />
      <Transfer />
      <About />
    </div>
  );
}
