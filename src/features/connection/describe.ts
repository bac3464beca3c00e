import type { ConnectionView } from '#stores/connection.ts';
import { formatAge } from '#ui/format/times.ts';
import type { Translate } from '#ui/i18n/i18n.ts';
import type { TagTone } from '#ui/tag.tsx';

export interface Description {
  readonly tone: TagTone;
  readonly text: string;
}

/** The engine connection's state in a few words. */
export function describe({ connection, stats }: ConnectionView, now: number, t: Translate): Description {
  switch (connection.phase) {
    case 'idle':
    case 'connecting':
    case 'authenticating':
      return { tone: 'warn', text: t('frame.connecting') };
    case 'live': {
      if (!connection.stale) return { tone: 'up', text: roundTrip(stats.roundTripMs) ?? t('frame.state_live') };
      return { tone: 'warn', text: t('frame.stale_for', { age: formatAge(now - (stats.lastFrameAt ?? now)) }) };
    }
    case 'waiting': {
      const { attempt, tries, retryAt } = connection;
      return {
        tone: 'down',
        text: t('frame.retry_in', { attempt, tries, wait: formatAge(Math.ceil((retryAt - now) / 1000) * 1000) }),
      };
    }
    case 'offline':
      return { tone: 'down', text: t('frame.offline') };
    case 'signed_out':
      return { tone: 'neutral', text: t('frame.signed_out') };
  }
}

export function roundTrip(ms: number | null | undefined): string | undefined {
  return ms === null || ms === undefined ? undefined : `${Math.max(1, Math.round(ms))} ms`;
}
