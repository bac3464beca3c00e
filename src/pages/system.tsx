import { Logs } from '#features/logs/logs.tsx';
import { Connections } from '#features/sources/connections.tsx';
import { FlightRecorder } from '#features/sources/flight-recorder.tsx';
import { SystemSide } from '#features/system/side.tsx';
import styles from './system.module.css';

export function SystemPage() {
  return (
    <div className={styles['page']}>
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
