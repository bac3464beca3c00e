/** Figures of a whole source out of those of its connections. */
import type { SourceView } from '#stores/source-types.ts';

export interface Totals {
  readonly messages: number;
  readonly bytes: number;
  readonly reconnects: number;
  readonly resyncs: number;
  readonly dropped: number;
  readonly subscriptions: number;
}

type Connected = Pick<SourceView, 'connections'>;

export function totals({ connections }: Connected): Totals {
  const sum = (pick: keyof Totals) => connections.reduce((total, connection) => total + connection[pick], 0);
  return {
    messages: sum('messages'),
    bytes: sum('bytes'),
    reconnects: sum('reconnects'),
    resyncs: sum('resyncs'),
    dropped: sum('dropped'),
    subscriptions: sum('subscriptions'),
  };
}

export function lastMessageAt({ connections }: Connected): number | null {
  const times = connections.flatMap(({ lastMessageAt: at }) => (at === null ? [] : [at]));
  return times.length === 0 ? null : Math.max(...times);
}

/** Since when all that is open has been open: the time of the youngest connection. */
export function upSince({ connections }: Connected): number | null {
  const times = connections.flatMap(({ connectedAt }) => (connectedAt === null ? [] : [connectedAt]));
  return times.length === 0 ? null : Math.max(...times);
}
