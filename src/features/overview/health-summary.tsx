import { useSelect } from '#stores/environment.tsx';
import { healthStore } from '#stores/health.ts';
import { formatCount, formatMoney } from '#ui/format/numbers.ts';
import { formatAge } from '#ui/format/times.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { Panel } from '#ui/panel.tsx';
import { SkeletonRows } from '#ui/states.tsx';
import { Tag } from '#ui/tag.tsx';
import styles from './overview.module.css';

const TONES = { healthy: 'up', degraded: 'warn', down: 'down' } as const;
const STATUS = { healthy: 'overview.healthy', degraded: 'overview.degraded', down: 'overview.down' } as const;

export function HealthSummary() {
  const t = useT();
  const { latest, messages } = useSelect(healthStore, (state) => state);
  return (
    <Panel title={t('overview.health')} padded={latest !== null}>
      {latest === null ? (
        <SkeletonRows rows={6} />
      ) : (
        <dl className={styles['health']}>
          <dt>{t('overview.status')}</dt>
          <dd>
            <Tag tone={TONES[latest.status]}>{t(STATUS[latest.status])}</Tag>
          </dd>
          <dt>{t('overview.uptime')}</dt>
          <dd>{formatAge((latest.uptime_seconds ?? 0) * 1000)}</dd>
          <dt>{t('overview.memory')}</dt>
          <dd>{formatCount(latest.memory_mb)} MB</dd>
          <dt>{t('overview.lag')}</dt>
          <dd>{formatMoney(latest.event_loop_lag_ms, { decimals: 1 })} ms</dd>
          <dt>{t('overview.clients')}</dt>
          <dd>{formatCount(latest.clients)}</dd>
          <dt>{t('overview.messages')}</dt>
          <dd>{formatMoney(messages.at(-1), { decimals: 1 })}</dd>
        </dl>
      )}
    </Panel>
  );
}
