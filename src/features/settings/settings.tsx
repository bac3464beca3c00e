import { AccountSettings } from './account-settings.tsx';
import { Appearance } from './appearance.tsx';
import { NotificationSettings } from './notification-settings.tsx';
import { Transfer } from './transfer.tsx';
import { About } from './about.tsx';
import styles from './settings.module.css';

export function Settings() {
  return (
    <div className={styles['page']}>
      <Appearance />
      <NotificationSettings />
      <AccountSettings />
      <Transfer />
      <About />
    </div>
  );
}
