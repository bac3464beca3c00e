/** Every page's address, written once. */
export const routes = {
  overview: '/',
  markets: '/markets',
  market: '/markets/:venue/:symbol',
  grids: '/grids',
  newGrid: '/grids/new',
  grid: '/grids/:id',
  backtests: '/backtests',
  newBacktest: '/backtests/new',
  compareBacktests: '/backtests/compare',
  sweep: '/backtests/sweeps/:id',
  backtest: '/backtests/:id',
  strategies: '/strategies',
  newStrategy: '/strategies/new',
  strategy: '/strategies/:id',
  account: '/account',
  system: '/system',
  settings: '/settings',
  signIn: '/sign-in',
} as const;

type Search = Readonly<Record<string, string | number | undefined>>;

function withSearch(path: string, search: Search = {}): string {
  const given = Object.entries(search).flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)]]));
  const text = new URLSearchParams(given).toString();
  return text === '' ? path : `${path}?${text}`;
}

const segment = encodeURIComponent;

/** Addresses with their parameters filled in; `search` is the page's own state. */
export const paths = {
  overview: () => routes.overview,
  markets: (search?: Search) => withSearch(routes.markets, search),
  market: (venue: string, symbol: string, search?: Search) =>
    withSearch(`/markets/${segment(venue)}/${segment(symbol)}`, search),
  grids: (search?: Search) => withSearch(routes.grids, search),
  newGrid: (search?: Search) => withSearch(routes.newGrid, search),
  grid: (id: string, search?: Search) => withSearch(`/grids/${segment(id)}`, search),
  backtests: (search?: Search) => withSearch(routes.backtests, search),
  newBacktest: (search?: Search) => withSearch(routes.newBacktest, search),
  compareBacktests: (search?: Search) => withSearch(routes.compareBacktests, search),
  sweep: (id: string, search?: Search) => withSearch(`/backtests/sweeps/${segment(id)}`, search),
  backtest: (id: string, search?: Search) => withSearch(`/backtests/${segment(id)}`, search),
  strategies: (search?: Search) => withSearch(routes.strategies, search),
  newStrategy: (search?: Search) => withSearch(routes.newStrategy, search),
  strategy: (id: string, search?: Search) => withSearch(`/strategies/${segment(id)}`, search),
  account: (search?: Search) => withSearch(routes.account, search),
  system: (search?: Search) => withSearch(routes.system, search),
  settings: (search?: Search) => withSearch(routes.settings, search),
} as const;
