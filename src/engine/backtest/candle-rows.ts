/** Candle rows as integers. */
import type { CandleColumns } from '#domain/candle-columns.ts';
import type { Issue } from '../effects.ts';
import { BacktestError } from './case.ts';

/** `[open time in ms, open, high, low, close]`, prices as plain decimals. */
export type CandleRow = readonly [ts: number, open: string, high: string, low: string, close: string];

/** One bar; prices in units of `10^-decimals`. */
export interface Bar {
  readonly ts: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

const PRICE = /^\d{1,15}(?:\.(\d{1,15}))?$/;
const MAX_ISSUES = 20;

/** The most decimals any price has, from `least` on. */
export function priceDecimalsOf(rows: readonly CandleRow[], least: number): number {
  let most = least;
  for (const row of rows) {
    for (let column = 1; column <= 4; column += 1) {
      const text = String(row[column]);
      const point = text.indexOf('.');
      if (point < 0 || text.length - point - 1 <= most) continue;
      most = Math.max(most, text.replace(/0+$/, '').length - point - 1);
    }
  }
  return most;
}

/** Throws a `BacktestError` naming the rows (0-based) that are malformed, impossible or out of order (G13). */
export function parseRows(rows: readonly CandleRow[], decimals: number): Bar[] {
  const issues: Issue[] = [];
  const bars: Bar[] = [];
  let before = -Infinity;
  for (const [index, [ts, ...prices]] of rows.entries()) {
    const [open = NaN, high = NaN, low = NaN, close = NaN] = prices.map((text) => parsePrice(String(text), decimals));
    const problem = problemOf(ts, before, open, high, low, close);
    if (problem !== undefined) {
      issues.push({ path: `candles.${index}`, message: problem });
      if (issues.length >= MAX_ISSUES) break;
    }
    before = ts;
    bars.push({ ts, open, high, low, close });
  }
  if (issues.length > 0) throw BacktestError.of(issues);
  if (bars.length === 0) throw BacktestError.of([{ path: 'candles', message: 'has no rows' }]);
  return bars;
}

function problemOf(
  ts: number,
  before: number,
  open: number,
  high: number,
  low: number,
  close: number,
): string | undefined {
  if (!Number.isSafeInteger(ts)) return 'has no valid time';
  if (ts <= before) return 'is not later than the row before it';
  if ([open, high, low, close].some((price) => !Number.isSafeInteger(price) || price <= 0)) {
    return 'has a price that is not a positive number';
  }
  if (high < low) return 'has a high below its low';
  return undefined;
}

/** The price in units of `10^-decimals`, or NaN. Exact: digits are moved, nothing is multiplied by a fraction. */
function parsePrice(text: string, decimals: number): number {
  const match = PRICE.exec(text);
  if (!match) return NaN;
  const [, fraction = ''] = match;
  const whole = fraction === '' ? text : text.slice(0, -fraction.length - 1);
  const digits = fraction.replace(/0+$/, '');
  return digits.length > decimals ? NaN : Number(whole + digits.padEnd(decimals, '0'));
}

/** The bars by columns; their prices are in units of `10^-priceDecimals`. Rows have no volume here. */
export function columnsOf(bars: readonly Bar[], priceDecimals: number): CandleColumns {
  return {
    length: bars.length,
    priceDecimals,
    ts: Float64Array.from(bars, ({ ts }) => ts),
    open: Float64Array.from(bars, ({ open }) => open),
    high: Float64Array.from(bars, ({ high }) => high),
    low: Float64Array.from(bars, ({ low }) => low),
    close: Float64Array.from(bars, ({ close }) => close),
    volume: new Float64Array(bars.length),
  };
}
