/** Seeded minutes of a price near 40,000.00 that keeps coming back: years of them, on memory that workers can share. */
import type { CandleColumns } from '#domain/candle-columns.ts';
import { seededRandom } from '#domain/random.ts';

export const YEAR = 525_600;
const MIDDLE = 4_000_000;
const START = 1_700_000_000_000;

export interface SharedColumns {
  readonly length: number;
  readonly ts: SharedArrayBuffer;
  /** Open, high, low and close, one after the other. */
  readonly prices: SharedArrayBuffer;
}

export function sharedMinutes(length: number, seed = 1): SharedColumns {
  const shared = {
    length,
    ts: new SharedArrayBuffer(length * Float64Array.BYTES_PER_ELEMENT),
    prices: new SharedArrayBuffer(4 * length * Int32Array.BYTES_PER_ELEMENT),
  };
  fill(columnsOver(shared), seed);
  return shared;
}

export function columnsOver({ length, ts, prices }: SharedColumns): CandleColumns {
  const column = (index: number) => new Int32Array(prices, index * length * Int32Array.BYTES_PER_ELEMENT, length);
  return {
    length,
    priceDecimals: 2,
    ts: new Float64Array(ts),
    open: column(0),
    high: column(1),
    low: column(2),
    close: column(3),
    volume: new Float64Array(0),
  };
}

/** On memory of its own. */
export function minutes(length: number, seed = 1): CandleColumns {
  const prices = () => new Int32Array(length);
  const columns: CandleColumns = {
    length,
    priceDecimals: 2,
    ts: new Float64Array(length),
    open: prices(),
    high: prices(),
    low: prices(),
    close: prices(),
    volume: new Float64Array(0),
  };
  fill(columns, seed);
  return columns;
}

function fill({ length, ts, open, high, low, close }: CandleColumns, seed: number): void {
  const random = seededRandom(seed);
  let price = MIDDLE;
  for (let row = 0; row < length; row += 1) {
    ts[row] = START + row * 60_000;
    const step = (random() + random() + random() - 1.5) * 4_800;
    const last = Math.round(price + step + (MIDDLE - price) * 1e-4);
    open[row] = price;
    close[row] = last;
    high[row] = Math.max(price, last) + Math.round(random() * 1_000);
    low[row] = Math.min(price, last) - Math.round(random() * 1_000);
    price = last;
  }
}

const RULES = { tick_size: '0.01', lot_size: '0.00001', maker_fee: '0.0008', taker_fee: '0.001', slippage: '0.0001' };

/** Lines so far apart that few are ever crossed; and a line every 0.15 %, where a maker pays little. */
export const FEW = { ...RULES, lower_price: 20_000, upper_price: 80_000, grid_count: 10, investment: 10_000 };
export const MANY = {
  ...RULES,
  maker_fee: '0.0002',
  lower_price: 34_000,
  upper_price: 46_000,
  grid_count: 200,
  investment: 10_000,
};

/** 400 grids of usual shapes: 20 ranges by 20 counts. */
export function sweepCases(): object[] {
  return Array.from({ length: 400 }, (_, index) => ({
    ...RULES,
    lower_price: 30_000 + (index % 20) * 400,
    upper_price: 50_000 - (index % 20) * 400,
    grid_count: 10 + Math.floor(index / 20) * 5,
    investment: 10_000,
  }));
}
