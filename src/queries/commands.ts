/** The protocol's commands as react-query queries and mutations, typed by the action's name. */
import {
  keepPreviousData,
  useMutation,
  useQuery,
  type UseMutationOptions,
  type UseMutationResult,
  type UseQueryResult,
} from '@tanstack/react-query';
import type { Action, Params, Result } from '#protocol/commands.ts';
import type { ProtocolError } from '#protocol/errors.ts';
import { useClient } from './client-context.tsx';
import { useQueries } from './query-client.ts';

/** Without `params`: matches every query of that action, for invalidation. */
export function commandKey<A extends Action>(action: A, params?: Params<A>): readonly unknown[] {
  return params === undefined ? [action] : [action, params];
}

export interface QueryChoices {
  readonly enabled?: boolean;
  readonly staleTime?: number;
  readonly refetchInterval?: number | false;
  /** Keeps showing the last answer while another one's parameters load. */
  readonly keepPrevious?: boolean;
}

export function useCommandQuery<A extends Action>(
  action: A,
  params: Params<A>,
  { keepPrevious = false, ...choices }: QueryChoices = {},
): UseQueryResult<Result<A>, ProtocolError> {
  const client = useClient();
  return useQuery<Result<A>, ProtocolError>(
    {
      queryKey: commandKey(action, params),
      queryFn: ({ signal }) => client.command(action, params, { signal }),
      ...choices,
      ...(keepPrevious && { placeholderData: keepPreviousData }),
    },
    useQueries(),
  );
}

/** The response settles it; events change the screen. Errors are `ProtocolError` with its code and field issues. */
export function useCommandMutation<A extends Action>(
  action: A,
  options?: Omit<UseMutationOptions<Result<A>, ProtocolError, Params<A>>, 'mutationFn'>,
): UseMutationResult<Result<A>, ProtocolError, Params<A>> {
  const client = useClient();
  return useMutation<Result<A>, ProtocolError, Params<A>>(
    { ...options, meta: { ...options?.meta, action }, mutationFn: (params) => client.command(action, params) },
    useQueries(),
  );
}
