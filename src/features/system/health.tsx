import { connectionStore } from '#stores/connection.ts';
import { useSelect } from '#stores/environment.tsx';
import { healthStore, type Series } from '#stores/health.ts';
import { Banner } from '#ui/banner.tsx';
import { formatCount, formatMoney } from '#ui/format/numbers.ts';
import { formatAge } from '#ui/format/times.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { Panel } from '#ui/panel.tsx';
import { Stat, StatGrid } from '#ui/stat.tsx';
import { SkeletonRows } from '#ui/states.tsx';
import { Tag } from '#ui/tag.tsx';
import { Trend } from '#ui/trend.tsx';
import { useNow } from '#ui/use-now.ts';
import styles from './health.module.css';

/** A source that always talks is suspicious after this long. */
const SILENT_MS = 30_000;
const TONES = { healthy: 'up', degraded: 'warn', down: 'down' } as const;

export function Health() {
  const t = useT();
  const health = useSelect(healthStore, (state) => state);
  const stats = useSelect(connectionStore, (state) => state.stats);
  const { latest } = health;
  const now = useNow();
  const silentFor = stats.lastFrameAt === null ? 0 : now - stats.lastFrameAt;
  const status = latest && <Tag tone={TONES[latest.status]}>{t(`system.status_${latest.status}`)}</Tag>;
  return (
    <Panel title={t('system.health')} aside={status}>
      {silentFor > SILENT_MS && <Banner tone="warn">{t('system.silent', { age: formatAge(silentFor) })}</Banner>}
      {latest === null ? (
        <SkeletonRows rows={9} />
      ) : (
        <>
          <div className={styles['components']} role="group" aria-label={t('system.components')}>
            {Object.entries(latest.components ?? {}).map(([name, state]) => (
              <Tag key={name} tone={state}>
                {name} {t(`system.component_${state}`)}
              </Tag>
            ))}
          </div>
          <div className={styles['cards']}>
            <Card label={t('system.memory')} value={`${formatCount(latest.memory_mb)} MB`} series={health.memory} />
            <Card
              label={t('system.lag')}
              value={`${formatMoney(latest.event_loop_lag_ms, { decimals: 1 })} ms`}
              series={health.lag}
            />
            <Card
              label={t('system.messages')}
              value={formatMoney(health.messages.at(-1), { decimals: 1 })}
              series={health.messages}
            />
            <Card
              label={t('system.bytes')}
              value={formatMoney((health.bytes.at(-1) ?? 0) / 1024, { decimals: 1 })}
              series={health.bytes}
            />
            <Card
              label={t('system.round_trip')}
              value={stats.roundTripMs === null ? '–' : `${formatMoney(stats.roundTripMs, { decimals: 1 })} ms`}
              series={health.roundTrip}
            />
            <Card label={t('system.clients')} value={formatCount(latest.clients)} series={health.clients} />
          </div>
          <StatGrid columns={3}>
            <Stat label={t('system.uptime')} value={formatAge((latest.uptime_seconds ?? 0) * 1000)} />
            <Stat label={t('system.grids')} value={formatCount(latest.running_grids)} />
            <Stat
              label={t('system.last_message')}
              value={stats.lastFrameAt === null ? '–' : formatAge(now - stats.lastFrameAt)}
            />
            <Stat label={t('system.reconnects')} value={formatCount(stats.reconnects)} />
            <Stat label={t('system.rejected')} value={formatCount(stats.rejected)} />
            <Stat label={t('system.received')} value={formatCount(stats.received)} />
          </StatGrid>
        </>
      )}
    </Panel>
  );
}

function Card({ label, value, series }: { readonly label: string; readonly value: string; readonly series: Series }) {
  return (
    <div className={styles['card']}>
      <dl className={styles['figure']}>
        <dt>{label}</dt>
        <dd>{value}</dd>
      </dl>
      <Trend values={series} />
    </div>
  );
}
