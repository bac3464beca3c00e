import type { Ticker } from './market-data.ts';

/** Over the last 24 hours, in percent; `null` where the venue tells neither the change nor what it follows from. */
export function dayChange({ last, open24h, change24h }: Pick<Ticker, 'last' | 'open24h' | 'change24h'>): number | null {
  if (change24h !== undefined && change24h !== null) return finite(Number(change24h) * 100);
  if (last === null || open24h === null) return null;
  const open = Number(open24h);
  return open > 0 ? finite((Number(last) / open - 1) * 100) : null;
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
