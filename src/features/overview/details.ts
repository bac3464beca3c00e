/** The parts of the page that arrive after the first price, as one chunk. */
export { EquityCurve } from './equity-curve.tsx';
export { HealthSummary } from './health-summary.tsx';
export { RecentFills } from './recent-fills.tsx';
export { RunningGrids } from './running-grids.tsx';
export { RunningStrategies } from './running-strategies.tsx';
export { SourcePrices } from './source-prices.tsx';
