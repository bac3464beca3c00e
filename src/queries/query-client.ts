import { MutationCache, QueryClient } from '@tanstack/react-query';
import type { ProtocolClient } from '#client/types.ts';
import { ProtocolError } from '#protocol/errors.ts';
import { useCommandFailed, useClient, type CommandFailed } from './client-context.tsx';

declare module '@tanstack/react-query' {
  interface Register {
    mutationMeta: {
      /** The view shows the error itself; no notification. */
      readonly quiet?: boolean;
      /** Set by `useCommandMutation`. */
      readonly action?: string;
    };
  }
}

/** Errors that asking again will not mend. */
const FINAL: ReadonlySet<string> = new Set([
  'AUTH_REQUIRED',
  'AUTH_INVALID',
  'AUTH_EXPIRED',
  'FORBIDDEN',
  'INVALID_COMMAND',
  'NOT_FOUND',
  'UNKNOWN_ACTION',
  'VALIDATION_ERROR',
  'TIMEOUT',
]);

/** Answers stay good until an event says otherwise, so nothing is fetched again just because a page opens. */
export function createQueryClient(onCommandFailed: CommandFailed): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        retry: (count, error) => count < 2 && !(error instanceof ProtocolError && FINAL.has(error.code)),
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
        // The client holds commands while it is cut off; the browser's idea of "online" is about the internet.
        networkMode: 'always',
      },
      mutations: { networkMode: 'always' },
    },
    mutationCache: new MutationCache({
      onError(error, _variables, _context, mutation) {
        if (mutation.meta?.quiet === true) return;
        const code = error instanceof ProtocolError ? error.code : 'INTERNAL_ERROR';
        onCommandFailed({ action: mutation.meta?.action ?? '', code, message: error.message });
      },
    }),
  });
}

/** Keeps answers in step with the engine's events; after a gap (Z12) everything is asked again. */
export function invalidateByEvents(client: ProtocolClient, queries: QueryClient): () => void {
  const forget = (...actions: string[]) => {
    for (const action of actions) void queries.invalidateQueries({ queryKey: [action] });
  };
  const onGap = () => void queries.invalidateQueries();
  const stops = [
    client.subscribe('grid.*.lifecycle', () => forget('grid.list', 'grid.get', 'grid.orders'), { onGap }),
    client.subscribe('backtest.*.lifecycle', () => forget('backtest.list', 'backtest.get'), { onGap }),
    client.subscribe('sweep.*.lifecycle', () => forget('sweep.list'), { onGap }),
    client.subscribe('data.*.lifecycle', () => forget('data.list'), { onGap }),
    client.subscribe('system.kill_switch', () => forget('system.kill_switch_history'), { onGap }),
  ];
  return () => stops.forEach((stop) => stop());
}

const made = new WeakMap<ProtocolClient, QueryClient>();

/**
 * The answers kept for this client. Made by the first view that asks something, and not by a provider at the root:
 * the first screen shows what events bring, and need not carry this code.
 */
export function useQueries(): QueryClient {
  const client = useClient();
  const onCommandFailed = useCommandFailed();
  const existing = made.get(client);
  if (existing) return existing;
  const queries = createQueryClient(onCommandFailed);
  invalidateByEvents(client, queries);
  made.set(client, queries);
  return queries;
}
