import { type Interval, INTERVALS } from '#domain/market-data.ts';
import { oneOf, useSearchState } from '#ui/routing/use-search-state.ts';

/** The chart's interval, kept in the page's address. */
export function useChartInterval(fallback: Interval) {
  return useSearchState<Interval>('interval', fallback, oneOf(INTERVALS));
}
