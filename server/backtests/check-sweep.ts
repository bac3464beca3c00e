/** What a sweep must be before it is queued; which combinations can run, each cell says for itself. */
import { BacktestError } from '#engine/backtest/case.ts';
import { parseRequest } from '#engine/backtest/run.ts';
import { combinations, requestOfCell, sweepAxes, sweepMetric, type Combination } from '#engine/backtest/sweep.ts';
import type { SweepConfig } from '#protocol/backtest-shapes.ts';
import { requestOf } from '#server/workers/backtest-request.ts';
import { badField, refused } from './check-config.ts';
import type { SweepPlan } from './sweep-run.ts';

/** So many are looked at for one that can run: a field that is wrong in all of them is told at once. */
const LOOKED_AT = 200;

/** Throws a `VALIDATION_ERROR`. */
export function planSweep(config: SweepConfig): SweepPlan {
  if (config.data.session !== undefined) {
    throw badField('data.session', 'a recorded session is one run; choose a data set to sweep over');
  }
  return refused(() => {
    const axes = sweepAxes(config.ranges);
    const metric = sweepMetric(config.metric);
    const all = combinations(axes);
    checkOneCanRun(config, all);
    return { config, axes, combinations: all, metric };
  });
}

function checkOneCanRun(config: SweepConfig, all: readonly Combination[]): void {
  let first: BacktestError | undefined;
  for (const combination of all.slice(0, LOOKED_AT)) {
    try {
      parseRequest(requestOfCell(requestOf(config), combination));
      return;
    } catch (error) {
      if (!(error instanceof BacktestError)) throw error;
      first ??= error;
    }
  }
  if (first && all.length <= LOOKED_AT) throw first;
}
