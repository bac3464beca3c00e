import { useInstance } from '#stores/environment.tsx';
import { sourceHub } from '#stores/sources.ts';
import { formatCount, formatMoney } from '#ui/format/numbers.ts';
import { formatAge } from '#ui/format/times.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { Tag } from '#ui/tag.tsx';
import styles from './connections.module.css';

const TONES = { healthy: 'up', degraded: 'warn', down: 'down' } as const;

/** What an engine that is a source says of itself. Drawn anew with its view, once a second. */
export function EngineReport({ id }: { readonly id: string }) {
  const t = useT();
  const engine = useInstance(sourceHub).get(id)?.engine;
  if (!engine) return null;
  const { health, strategies } = engine;
  return (
    <>
      {health && (
        <dl className={styles['inline']} aria-label={t('system.health')}>
          <div>
            <dt>{t('system.health')}</dt>
            <dd>
              <Tag tone={TONES[health.status]}>{t(`system.status_${health.status}`)}</Tag>
            </dd>
          </div>
          <div>
            <dt>{t('system.grids')}</dt>
            <dd>{formatCount(health.running_grids)}</dd>
          </div>
          <div>
            <dt>{t('sources.strategies')}</dt>
            <dd>{formatCount(health.running_strategies)}</dd>
          </div>
          <div>
            <dt>{t('system.memory')}</dt>
            <dd>{health.memory_mb === undefined ? '–' : `${formatCount(health.memory_mb)} MB`}</dd>
          </div>
          <div>
            <dt>{t('system.lag')}</dt>
            <dd>
              {health.event_loop_lag_ms === undefined
                ? '–'
                : `${formatMoney(health.event_loop_lag_ms, { decimals: 1 })} ms`}
            </dd>
          </div>
          <div>
            <dt>{t('system.uptime')}</dt>
            <dd>{health.uptime_seconds === undefined ? '–' : formatAge(health.uptime_seconds * 1000)}</dd>
          </div>
        </dl>
      )}
      {strategies.size > 0 && (
        <>
          <p className={styles['caption']}>{t('sources.strategies')}</p>
          <dl className={styles['inline']}>
            {[...strategies].map(([strategy, status]) => (
              <div key={strategy}>
                <dt>{strategy}</dt>
                <dd>{stateOf(status)}</dd>
              </div>
            ))}
          </dl>
        </>
      )}
    </>
  );
}

/** Foreign engines word a strategy's status as they like; most say `state`, `status` or just a word. */
function stateOf(status: unknown): string {
  if (typeof status === 'string') return status;
  if (typeof status !== 'object' || status === null) return '–';
  const { state, status: word }: { readonly state?: unknown; readonly status?: unknown } = status;
  return typeof state === 'string' ? state : typeof word === 'string' ? word : '–';
}
