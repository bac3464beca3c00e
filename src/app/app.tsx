import { Suspense } from 'react';
import { connectionStore } from '#stores/connection.ts';
import { useSelect } from '#stores/environment.tsx';
import { lazyPart } from '#ui/i18n/lazy-part.ts';
import { Frame } from './frame/frame.tsx';

const { Component: SignIn } = lazyPart(
  () => import('#features/sign-in/sign-in.tsx').then((module) => module.SignIn),
  'auth',
);

/**
 * The frame, or the way in. When a session ends the pages stay mounted below, out of reach, so that nothing typed is
 * lost; to somebody who has not been in, they are not drawn at all.
 */
export function App() {
  const signedOut = useSelect(connectionStore, ({ connection }) => connection.phase === 'signed_out');
  const wasLive = useSelect(connectionStore, (view) => view.wasLive);
  return (
    <>
      {(!signedOut || wasLive) && (
        <div inert={signedOut} style={{ height: '100%' }}>
          <Frame />
        </div>
      )}
      {signedOut && (
        <Suspense>
          <SignIn expired={wasLive} />
        </Suspense>
      )}
    </>
  );
}
