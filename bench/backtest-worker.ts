/** A core of the sweep: runs the cells it is sent over columns it shares with the others, and tells what they earned. */
import { parentPort, workerData } from 'node:worker_threads';
import { parseCase, type GridCase } from '#engine/backtest/case.ts';
import { runGridKernel } from '#engine/backtest/grid-kernel.ts';
import { columnsOver, type SharedColumns } from './support/minutes.ts';

const port = parentPort;
if (!port) throw new Error('this is the other thread of a benchmark');
const columns = columnsOver(workerData as SharedColumns);
const samples = Int32Array.from({ length: 365 }, (_, day) => Math.min(columns.length - 1, day * 1440 + 1439));

port.on('message', (cells: readonly GridCase[]) => {
  port.postMessage(
    cells.map((config) => runGridKernel(parseCase(config), columns, { samples, figuresOnly: true }).exact['equity']),
  );
});
port.postMessage('ready');
