/** A new worker for the backtest of a form. It connects to nothing: its columns are handed to it. */
import type { BacktestPort, ToBacktest } from './backtest-protocol.ts';

export function spawnBacktest(): BacktestPort {
  let worker: Worker | undefined;
  let isTerminated = false;
  const early: (readonly [ToBacktest, ArrayBuffer[]])[] = [];
  const port: BacktestPort = {
    postMessage(message, transfer = []) {
      if (worker) worker.postMessage(message, transfer);
      else early.push([message, transfer]);
    },
    onmessage: null,
    onerror: null,
    terminate() {
      isTerminated = true;
      worker?.terminate();
    },
  };
  const begin = (script: string) => {
    if (isTerminated) return;
    worker = new Worker(new URL(script, location.href), { type: 'module', name: 'backtest' });
    worker.onmessage = (event) => port.onmessage?.(event);
    worker.onerror = (event) => port.onerror?.(event);
    worker.onmessageerror = () => port.onerror?.({ message: 'a message of the worker could not be read' });
    for (const [message, transfer] of early) worker.postMessage(message, transfer);
  };
  import('./form-backtest-worker.ts?worker&url').then(
    (module) => begin(module.default),
    (error: unknown) => port.onerror?.({ message: String(error) }),
  );
  return port;
}
