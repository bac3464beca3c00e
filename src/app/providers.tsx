import { CSPProvider } from '@base-ui/react/csp-provider';
import type { ReactNode } from 'react';
import { ClientProvider } from '#queries/client-context.tsx';
import { StoresProvider } from '#stores/environment.tsx';
import { PreferencesProvider } from '#stores/preferences-context.tsx';
import { SessionProvider } from '#stores/session-context.tsx';
import type { Desk } from './desk.ts';

export function Providers({ desk, children }: { readonly desk: Desk; readonly children: ReactNode }) {
  return (
    // The page's policy forbids <style> elements.
    <CSPProvider disableStyleElements>
      <ClientProvider client={desk.client} onCommandFailed={desk.onCommandFailed}>
        <SessionProvider session={desk.session}>
          <PreferencesProvider store={desk.preferences}>
            <StoresProvider environment={desk.environment}>{children}</StoresProvider>
          </PreferencesProvider>
        </SessionProvider>
      </ClientProvider>
    </CSPProvider>
  );
}
