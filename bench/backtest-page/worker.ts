/** The kernel as the grid form has it: in a worker, over candles that are there already. */
import { parseCase } from '#engine/backtest/case.ts';
import { runGridKernel } from '#engine/backtest/grid-kernel.ts';
import { warmUp } from '#engine/backtest/warm-up.ts';
import { FEW, MANY, minutes, YEAR } from '../support/minutes.ts';

const columns = minutes(YEAR);
const samples = Int32Array.from({ length: 1000 }, (_, index) => Math.floor((index * YEAR) / 1000));

addEventListener('message', ({ data }: MessageEvent<'few' | 'many' | 'warm'>) => {
  if (data === 'warm') return postMessage(warmUp());
  // A copy, as columns that came with the question would be: nothing is kept from one run to the next.
  const { exact } = runGridKernel(parseCase(data === 'many' ? MANY : FEW), { ...columns }, { samples });
  postMessage(exact);
});
postMessage('ready');
