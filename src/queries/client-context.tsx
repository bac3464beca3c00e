import { createContext, use, type ReactNode } from 'react';
import type { ProtocolClient } from '#client/types.ts';

const ClientContext = createContext<ProtocolClient | null>(null);

export function ClientProvider({
  client,
  children,
}: {
  readonly client: ProtocolClient;
  readonly children: ReactNode;
}) {
  return <ClientContext value={client}>{children}</ClientContext>;
}

export function useClient(): ProtocolClient {
  const client = use(ClientContext);
  if (client === null) throw new Error('no ClientProvider above');
  return client;
}
