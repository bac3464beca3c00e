import type { ReactNode } from 'react';
import { connectionStore, mayAs } from '#stores/connection.ts';
import { useSelect } from '#stores/environment.tsx';
import { ExchangeConnections } from './exchange-connections.tsx';
import { Health } from './health.tsx';
import { KillSwitchHistory } from './kill-switch-history.tsx';
import { Sessions } from './sessions.tsx';
import { Users } from './users.tsx';

/** What concerns the engine itself; `recorder` stands among it. */
export function SystemSide({ recorder }: { readonly recorder: ReactNode }) {
  // Who is served without sign-in has no users to look after.
  const administers = useSelect(connectionStore, ({ peer }) => {
    return peer !== null && peer.authRequired && peer.role !== null && mayAs(peer, 'admin');
  });
  return (
    <>
      <Health />
      <ExchangeConnections />
      {recorder}
      <KillSwitchHistory />
      {administers && <Users />}
      {administers && <Sessions />}
    </>
  );
}
