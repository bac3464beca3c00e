import { Logs } from '#features/logs/logs.tsx';
import { Connections } from '#features/sources/connections.tsx';
import { FlightRecorder } from '#features/sources/flight-recorder.tsx';
import { SystemSide } from '#features/system/side.tsx';
import { useT } from '#ui/i18n/use-t.ts';
import styles from './system.module.css';

export function SystemPage() {
  const t = useT();
  return (
    <div className={styles['page']}>
      <h1 className="visually-hidden">{t('frame.system')}</h1>
      <div className={styles['side']}>
        <SystemSide recorder={<FlightRecorder />} />
      </div>
      <div className={styles['main']}>
        <Connections />
        <Logs />
      </div>
    </div>
  );
}
