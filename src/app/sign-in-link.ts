import type { Session } from '#stores/session.ts';
import { routes } from '#ui/routing/routes.ts';

/** A one-time link `/sign-in?token=…` signs in at once; the token leaves the address, and so the history. */
export async function enterByLink(session: Session): Promise<void> {
  const { pathname, search } = location;
  if (pathname !== routes.signIn) return;
  const token = new URLSearchParams(search).get('token');
  history.replaceState(null, '', routes.overview);
  // A link that no longer works ends at the sign-in page, as having none does.
  if (token !== null) await session.signInByLink(token);
}
