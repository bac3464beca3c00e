/** The time of day as a price: 95,000.00 … 95,999.99 is ten seconds in tenths of a millisecond. */
export const SYMBOL = 'BTC-USDT';

const BASE = 95_000;
const WRAPS_AFTER = 100_000;

function tenths(): number {
  return Math.floor((performance.timeOrigin + performance.now()) * 10) % WRAPS_AFTER;
}

export function priceOfTime(): string {
  return (BASE + tenths() / 100).toFixed(2);
}
