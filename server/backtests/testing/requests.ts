/** Requests for tests: a small one that is done at once, and one that takes as long as it is let. */
import { seededRandom } from '#domain/random.ts';

const MINUTE_MS = 60_000;
const START = Date.UTC(2024, 0, 1);

/** A wandering price around 100. */
export function wanderingRows(count: number, seed = 1): (number | string)[][] {
  const random = seededRandom(seed);
  let price = 10_000;
  return Array.from({ length: count }, (_, index) => {
    const open = price;
    const step = () => Math.floor(random() * 60);
    price = Math.max(8_000, Math.min(12_000, open + step() - step()));
    const high = Math.max(open, price) + step();
    const low = Math.min(open, price) - step();
    return [START + index * MINUTE_MS, ...[open, high, low, price].map((units) => (units / 100).toFixed(2))];
  });
}

export const GRID = {
  lower_price: 90,
  upper_price: 110,
  grid_count: 20,
  investment: 1000,
} as const;

export const INSTRUMENT = { tick_size: '0.01', lot_size: '0.0001', maker_fee: '0.0008', taker_fee: '0.001' } as const;

export function csvOf(rows: readonly (readonly (number | string)[])[]): string {
  return `ts_ms,open,high,low,close,volume\n${rows.map((row) => [...row, 1].join(',')).join('\n')}\n`;
}
