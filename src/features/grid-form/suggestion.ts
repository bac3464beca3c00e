/** Sensible values for the form: a default around the price, or a range from how the market moved of late. */
import type { Candle } from '#domain/market-data.ts';
import type { ListedInstrument } from '#queries/instruments.ts';
import { decimalsOf } from '#ui/format/numbers.ts';
import type { GridDraft } from './draft.ts';

type Range = Pick<GridDraft, 'lower_price' | 'upper_price' | 'grid_count' | 'investment'>;

const DEFAULT_HALF_WIDTH = 0.04;
/** What a cell should earn after both fees, as a fraction. */
const NET_PER_CELL = 0.0006;
const DEFAULT_INVESTMENT = 1000;
const MAX_CELLS = 200;
/** Lines are rounded to ticks: fewer ticks a cell would make cells uneven. */
const MIN_TICKS_PER_CELL = 4;
/** Room above the minimum order, because quantities are rounded to lots. */
const NOTIONAL_ROOM = 1.25;

/** ±4 % around the price. */
export function defaultRange(instrument: ListedInstrument, price: number): Range {
  return rangeAround(instrument, price * (1 - DEFAULT_HALF_WIDTH), price * (1 + DEFAULT_HALF_WIDTH), 0);
}

/**
 * Twice the standard deviation a day's closes would have, but at least the day's own extremes; a cell of half the average
 * true range, so that a usual bar crosses lines. `undefined`: too little history.
 */
export function suggestedRange(
  instrument: ListedInstrument,
  price: number,
  candles: readonly Candle[],
): Range | undefined {
  const bars = candles.map((bar) => ({ high: Number(bar.high), low: Number(bar.low), close: Number(bar.close) }));
  if (bars.length < 20) return undefined;
  const returns = bars.slice(1).map((bar, i) => Math.log(bar.close / (bars[i]?.close ?? bar.close)));
  const mean = returns.reduce((sum, value) => sum + value, 0) / returns.length;
  const variance = returns.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (returns.length - 1);
  const dailySigma = Math.sqrt(variance * returns.length);
  const half = Math.min(Math.max(2 * dailySigma, 0.01), 0.4);
  const low = Math.min(price * (1 - half), ...bars.map((bar) => bar.low));
  const high = Math.max(price * (1 + half), ...bars.map((bar) => bar.high));
  const trueRange = bars.slice(1).map((bar, i) => {
    const previous = bars[i]?.close ?? bar.close;
    return Math.max(bar.high, previous) - Math.min(bar.low, previous);
  });
  const averageRange = trueRange.reduce((sum, value) => sum + value, 0) / trueRange.length;
  return rangeAround(instrument, low, high, averageRange / 2);
}

/** As many cells as still earn, hold the minimum order, and are at least `cell` wide. */
function rangeAround(instrument: ListedInstrument, low: number, high: number, cell: number): Range {
  const tick = Number(instrument.tickSize);
  const maker = Number(instrument.makerFee);
  const lower = Math.max(Math.floor(low / tick), 1);
  const upper = Math.max(Math.ceil(high / tick), lower + 2);
  const width = (upper - lower) * tick;
  // G9: the highest cell earns least, s(1−f) / p(1+f) − 1; solved for its width, against the upper price to be safe.
  const earning = upper * tick * (((1 + NET_PER_CELL) * (1 + maker)) / (1 - maker) - 1);
  const widest = Math.max(cell, earning, tick * MIN_TICKS_PER_CELL);
  const count = Math.min(Math.max(Math.floor(width / widest), 2), MAX_CELLS);
  const perCell = Math.max(Number(instrument.minNotional), Number(instrument.minSize) * upper * tick) * NOTIONAL_ROOM;
  const investment = Math.max(DEFAULT_INVESTMENT, Math.ceil((perCell * count * upper) / lower / 100) * 100);
  const text = (ticks: number) => (ticks * tick).toFixed(decimalsOf(instrument.tickSize));
  return {
    lower_price: text(lower),
    upper_price: text(upper),
    grid_count: String(count),
    investment: String(investment),
  };
}
