/**
 * The pages: where each stands, its code and its texts, both loaded when first wanted. Only the Overview comes with the
 * first file: most visits begin there, and its few lines as files of their own weigh more.
 */
import type { ComponentType } from 'react';
import { lazyPart } from '#ui/i18n/lazy-part.ts';
import type { Namespace } from '#ui/i18n/keys.ts';
import { OverviewPage } from '#pages/overview.tsx';
import { routes } from '#ui/routing/routes.ts';

function page(path: string, load: () => Promise<ComponentType>, ...texts: readonly Namespace[]) {
  return { path, ...lazyPart(load, ...texts) };
}

/** In order: the first that matches is shown. */
export const pages = [
  page(routes.overview, async () => OverviewPage, 'overview'),
  page(routes.markets, () => import('#pages/markets.tsx').then((module) => module.MarketsPage), 'markets'),
  page(routes.market, () => import('#pages/markets.tsx').then((module) => module.MarketsPage), 'markets'),
  page(routes.grids, () => import('#pages/grids.tsx').then((module) => module.GridsPage), 'grids', 'desk'),
  page(
    routes.newGrid,
    () => import('#pages/new-grid.tsx').then((module) => module.NewGridPage),
    'grids',
    'markets',
    'desk',
  ),
  page(routes.grid, () => import('#pages/grid.tsx').then((module) => module.GridPage), 'grids', 'markets', 'desk'),
  page(
    routes.backtests,
    () => import('#pages/backtests.tsx').then((module) => module.BacktestsPage),
    'backtests',
    'desk',
  ),
  page(
    routes.newBacktest,
    () => import('#pages/new-backtest.tsx').then((module) => module.NewBacktestPage),
    'backtests',
    'desk',
  ),
  page(
    routes.compareBacktests,
    () => import('#pages/compare-backtests.tsx').then((module) => module.CompareBacktestsPage),
    'backtests',
    'desk',
  ),
  page(routes.sweep, () => import('#pages/sweep.tsx').then((module) => module.SweepPage), 'backtests', 'desk'),
  page(routes.backtest, () => import('#pages/backtest.tsx').then((module) => module.BacktestPage), 'backtests', 'desk'),
  page(
    routes.strategies,
    () => import('#pages/strategies.tsx').then((module) => module.StrategiesPage),
    'strategies',
    'backtests',
    'desk',
  ),
  page(
    routes.newStrategy,
    () => import('#pages/new-strategy.tsx').then((module) => module.NewStrategyPage),
    'strategies',
    'backtests',
    'markets',
    'desk',
  ),
  page(
    routes.strategy,
    () => import('#pages/strategy.tsx').then((module) => module.StrategyPage),
    'strategies',
    'backtests',
    'grids',
    'markets',
    'desk',
  ),
  page(routes.account, () => import('#pages/account.tsx').then((module) => module.AccountPage), 'account', 'sources'),
  page(
    routes.system,
    () => import('#pages/system.tsx').then((module) => module.SystemPage),
    'system',
    'desk',
    'sources',
  ),
  page(
    routes.settings,
    () => import('#pages/settings.tsx').then((module) => module.SettingsPage),
    'settings',
    'desk',
    'sources',
  ),
] as const;

/** `/grids/:id` matches `/grids/abc`. */
export function pathMatches(pattern: string, pathname: string): boolean {
  const want = pattern.split('/');
  const have = pathname.split('/');
  return (
    want.length === have.length && want.every((part, i) => (part.startsWith(':') ? have[i] !== '' : part === have[i]))
  );
}

/** Starts loading the code of the page at `pathname`; errors show when the page is drawn. */
export function preloadPage(pathname: string): void {
  pages
    .find(({ path }) => pathMatches(path, pathname))
    ?.preload()
    .catch(() => undefined);
}
