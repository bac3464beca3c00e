import { useClient } from '#queries/client-context.tsx';
import { connectionStore } from '#stores/connection.ts';
import { useSelect } from '#stores/environment.tsx';
import { Banner } from '#ui/banner.tsx';
import { Button } from '#ui/button.tsx';
import { formatAge } from '#ui/format/times.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { useNow } from '#ui/use-now.ts';
import { describe } from './describe.ts';

/** Says that the engine is out of reach, how old the screen is, and what happens next. */
export function CutOffBanner() {
  const t = useT();
  const client = useClient();
  const view = useSelect(connectionStore, (state) => state);
  const { connection, stats, wasLive } = view;
  const stale = connection.phase === 'live' && connection.stale;
  const lost = connection.phase === 'waiting' || connection.phase === 'offline';
  const again = wasLive && (connection.phase === 'connecting' || connection.phase === 'authenticating');
  const cutOff = stale || lost || again;
  const now = useNow(1000, cutOff);
  if (!cutOff) return null;
  const age = stats.lastFrameAt === null ? null : formatAge(now - stats.lastFrameAt);
  const reconnect = <Button onClick={() => client.reconnect()}>{t('desk.reconnect')}</Button>;
  return (
    <Banner tone={stale || again ? 'warn' : 'down'} action={reconnect}>
      <strong>{stale ? t('desk.quiet_title') : t('desk.cut_off_title')}</strong>{' '}
      {wasLive && age !== null ? t('desk.last_known', { age }) : t('desk.never_reached')}{' '}
      <span className="dim">{describe(view, now, t).text}</span>
      {connection.phase === 'offline' && connection.reason !== '' && (
        <span className="dim"> · {connection.reason}</span>
      )}
    </Banner>
  );
}
