/** For threads that a person waits for: the kernel runs a little before it is asked, so that its code is compiled by then. */
import type { CandleColumns } from '#domain/candle-columns.ts';
import { parseCase } from './case.ts';
import { runGridKernel } from './grid-kernel.ts';

const ROWS = 16_384;
const RUNS = 4;
/** Some crossings of lines an hour, and rows between them that reach none. */
const SWING = 3_000;
const STEPS = [37, 101, 13, 59] as const;
const GRID = { lower_price: 900, upper_price: 1100, grid_count: 40, investment: 10_000, slippage: '0.0001' };
const RULES = { tick_size: '0.01', lot_size: '0.0001', maker_fee: '0.0002', taker_fee: '0.0005' };

/** Some hundredths of a second. Returns how many fills there were. */
export function warmUp(): number {
  const columns = swinging();
  const samples = Int32Array.from({ length: 64 }, (_, index) => index * (ROWS / 64));
  let fills = 0;
  for (let run = 0; run < RUNS; run += 1) {
    // Another object each time: the index of blocks is made anew, too.
    fills += runGridKernel(parseCase({ ...GRID, ...RULES }), { ...columns }, { samples }).fills.length;
  }
  return fills;
}

function swinging(): CandleColumns {
  const column = () => new Int32Array(ROWS);
  const [open, high, low, close] = [column(), column(), column(), column()];
  const ts = Float64Array.from({ length: ROWS }, (_, row) => row * 60_000);
  let price = 100_000;
  for (let row = 0; row < ROWS; row += 1) {
    open[row] = price;
    const step = STEPS[row % STEPS.length] ?? 0;
    price += Math.floor(row / SWING) % 2 === 0 ? step - 45 : 45 - step;
    close[row] = price;
    high[row] = Math.max(open[row] ?? 0, price) + step;
    low[row] = Math.min(open[row] ?? 0, price) - step;
  }
  return { length: ROWS, priceDecimals: 2, ts, open, high, low, close, volume: new Float64Array(0) };
}
