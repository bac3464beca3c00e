/** A source's state in a few words, the same in chips, lists and tables. */
import type { SourceView } from '#stores/source-types.ts';
import { formatAge } from '#ui/format/times.ts';
import type { Translate } from '#ui/i18n/i18n.ts';
import type { TagTone } from '#ui/tag.tsx';
import { picksInstruments } from './source-presets.ts';
import { sourceReason } from './source-reason.ts';

export interface Description {
  readonly tone: TagTone;
  readonly text: string;
  /** Why, where there is something to say. */
  readonly reason: string | null;
}

type Stated = Pick<SourceView, 'config' | 'state' | 'connections'>;

export function describeSource({ config, state, connections }: Stated, now: number, t: Translate): Description {
  const told = (reason: string | null) => (reason === null || reason === '' ? null : sourceReason(reason, t));
  // Without anything to ask for, no venue is connected to.
  if (state.phase === 'connecting' && picksInstruments(config.kind) && config.instruments.length === 0) {
    return { tone: 'neutral', text: t('sources.state_empty'), reason: t('sources.state_empty_text') };
  }
  switch (state.phase) {
    case 'disabled':
      return { tone: 'neutral', text: t('sources.state_disabled'), reason: null };
    case 'needs_token':
      return { tone: 'warn', text: t('sources.state_needs_token'), reason: told(state.reason) };
    case 'connecting':
      return { tone: 'warn', text: t('frame.connecting'), reason: null };
    case 'live': {
      if (state.silentSince !== null) {
        return { tone: 'warn', text: t('frame.stale_for', { age: formatAge(now - state.silentSince) }), reason: null };
      }
      return { tone: 'up', text: formatMs(slowest(connections)) ?? t('frame.state_live'), reason: null };
    }
    case 'waiting': {
      const { attempt, tries, retryAt, reason } = state;
      const wait = formatAge(Math.ceil((retryAt - now) / 1000) * 1000);
      const text =
        tries === null ? t('sources.retry_in', { attempt, wait }) : t('frame.retry_in', { attempt, tries, wait });
      return { tone: 'down', text, reason: told(reason) };
    }
    case 'offline':
      return { tone: 'down', text: t('frame.offline'), reason: told(state.reason) };
  }
}

/** Whether the words change with time alone. */
export function isTicking({ state }: Pick<SourceView, 'state'>): boolean {
  return state.phase === 'waiting' || (state.phase === 'live' && state.silentSince !== null);
}

/** A source is as far away as its slowest connection. */
function slowest(connections: SourceView['connections']): number | null {
  const trips = connections.flatMap(({ roundTripMs }) => (roundTripMs === null ? [] : [roundTripMs]));
  return trips.length === 0 ? null : Math.max(...trips);
}

export function formatMs(ms: number | null | undefined): string | undefined {
  return ms === null || ms === undefined ? undefined : `${Math.max(1, Math.round(ms))} ms`;
}

const WORST_FIRST: readonly TagTone[] = ['down', 'warn', 'up', 'neutral'];

/** What a chip for several shows: the worst of them. */
export function worst(tones: readonly TagTone[]): TagTone {
  return WORST_FIRST.find((tone) => tones.includes(tone)) ?? 'neutral';
}
