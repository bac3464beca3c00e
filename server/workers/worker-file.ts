import { join } from 'node:path';
import { packageRoot } from '#server/cli/package-root.ts';

/** The built thread; the build puts it beside the engine. */
export function backtestWorkerFile(): string {
  return join(packageRoot(), 'dist', 'server', 'backtest-worker.js');
}
