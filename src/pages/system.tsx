import { Logs } from '#features/logs/logs.tsx';
import { SystemSide } from '#features/system/side.tsx';
import styles from './system.module.css';

export function SystemPage() {
  return (
    <div className={styles['page']}>
      <div className={styles['side']}>
        <SystemSide />
      </div>
      <Logs />
    </div>
  );
}
