/** The entry of the grid form's worker. */
import { warmUp } from '#engine/backtest/warm-up.ts';
import { BacktestDesk } from './backtest-desk.ts';
import type { FromBacktest, ToBacktest } from './backtest-protocol.ts';

/** What a dedicated worker's global scope is, as far as it is used here. */
interface WorkerScope {
  postMessage(message: FromBacktest): void;
  addEventListener(type: 'message', listener: (event: { readonly data: ToBacktest }) => void): void;
}
declare const self: WorkerScope;

const desk = new BacktestDesk(() => performance.now());
self.addEventListener('message', ({ data }) => self.postMessage(desk.receive(data)));
// While the candles are still on their way.
warmUp();
