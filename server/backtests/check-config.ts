/** What a request must be before it is queued: every bad field is named (Z15). */
import { BacktestError } from '#engine/backtest/case.ts';
import { parseRequest } from '#engine/backtest/run.ts';
import type { BacktestConfig } from '#protocol/backtest-shapes.ts';
import { ProtocolError, type FieldIssue } from '#protocol/errors.ts';
import { requestOf } from '#server/workers/backtest-request.ts';

/** Throws a `VALIDATION_ERROR`. */
export function checkConfig(config: BacktestConfig): void {
  if (config.data.session !== undefined) {
    throw badField('data.session', 'running over a recorded session is not served yet; choose a data set');
  }
  refused(() => parseRequest(requestOf(config)));
}

/** What the core says is wrong, as the protocol says it. */
export function refused<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof BacktestError) throw new ProtocolError(error.code, error.message, error.issues);
    throw error;
  }
}

export function badField(path: string, message: string): ProtocolError {
  const issue: FieldIssue = { path, message };
  return new ProtocolError('VALIDATION_ERROR', `${path}: ${message}`, [issue]);
}
