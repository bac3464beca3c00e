import { createContext, use, type ReactNode } from 'react';
import type { ProtocolClient } from '#client/types.ts';

/** Told of every command that failed and that no view answers for. */
export type CommandFailed = (failure: {
  readonly action: string;
  readonly code: string;
  readonly message: string;
}) => void | Promise<void>;

const ClientContext = createContext<ProtocolClient | null>(null);
const FailedContext = createContext<CommandFailed>(() => undefined);

export function ClientProvider({
  client,
  onCommandFailed,
  children,
}: {
  readonly client: ProtocolClient;
  readonly onCommandFailed: CommandFailed;
  readonly children: ReactNode;
}) {
  return (
    <ClientContext value={client}>
      <FailedContext value={onCommandFailed}>{children}</FailedContext>
    </ClientContext>
  );
}

export function useClient(): ProtocolClient {
  const client = use(ClientContext);
  if (client === null) throw new Error('no ClientProvider above');
  return client;
}

export function useCommandFailed(): CommandFailed {
  return use(FailedContext);
}
