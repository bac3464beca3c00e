import type { IconName } from '#ui/icon.tsx';
import type { MessageKey } from '#ui/i18n/keys.ts';
import { routes } from '#ui/routing/routes.ts';

export interface Destination {
  readonly path: string;
  readonly name: MessageKey;
  readonly icon: IconName;
}

/** The pages of the rail, in its order. */
export const destinations: readonly Destination[] = [
  { path: routes.overview, name: 'frame.overview', icon: 'overview' },
  { path: routes.markets, name: 'frame.markets', icon: 'markets' },
  { path: routes.grids, name: 'frame.grids', icon: 'grids' },
  { path: routes.backtests, name: 'frame.backtests', icon: 'backtests' },
  { path: routes.strategies, name: 'frame.strategies', icon: 'strategies' },
  { path: routes.account, name: 'frame.account', icon: 'account' },
  { path: routes.system, name: 'frame.system', icon: 'system' },
  { path: routes.settings, name: 'frame.settings', icon: 'settings' },
];

/** A page below counts to its parent: `/grids/abc` belongs to Grids. */
export function isCurrent(path: string, location: string): boolean {
  return path === routes.overview ? location === path : location === path || location.startsWith(`${path}/`);
}
