import type { Ticker } from '#domain/market-data.ts';

/** Of the last 24 hours, in percent; `null` without an opening price. */
export function changePct({ last, open24h }: Pick<Ticker, 'last' | 'open24h'>): number | null {
  const open = Number(open24h);
  return open > 0 ? ((Number(last) - open) / open) * 100 : null;
}
