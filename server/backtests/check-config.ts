/** What a request must be before it is queued: every bad field is named (Z15). */
import type { CandleColumns } from '#domain/candle-columns.ts';
import { BacktestError } from '#engine/backtest/case.ts';
import { checkRequest, parseRequest } from '#engine/backtest/run.ts';
import { findStrategy } from '#engine/strategy/catalog.ts';
import type { BacktestConfig } from '#protocol/backtest-shapes.ts';
import { ProtocolError, type FieldIssue } from '#protocol/errors.ts';
import type { SessionKind } from '#server/storage/session-records.ts';
import { requestOf } from '#server/workers/backtest-request.ts';

/** Throws a `VALIDATION_ERROR`. */
export function checkConfig(config: BacktestConfig): void {
  refused(() => parseRequest(requestOf(config)));
}

/** Whether it can begin over its data, and so need not be queued to fail. Throws as the run would. */
export function checkOver(config: BacktestConfig, columns: CandleColumns): void {
  refused(() => checkRequest(parseRequest(requestOf(config)), columns));
}

/** A recorded session brings its data, its parameters and its costs: nothing else may be asked for beside it. */
export function checkSession(config: BacktestConfig, kind: SessionKind | undefined): void {
  const { data, params } = config;
  if (kind === undefined)
    throw badField('data.session', `no grid or strategy ${data.session ?? ''} has ever traded here`);
  if ((config.strategy === 'grid') !== (kind === 'grid')) throw badField('strategy', `the session is of a ${kind}`);
  if (findStrategy(config.strategy) === undefined)
    throw badField('strategy', `there is no strategy ${config.strategy}`);
  const other = Object.keys(data).find((field) => field !== 'session');
  if (other !== undefined) throw badField(`data.${other}`, 'a session is run whole, over its own prices');
  const param = Object.keys(params)[0];
  if (param !== undefined) throw badField(`params.${param}`, 'a session is run with the parameters it had');
  for (const field of ['config', 'instrument'] as const) {
    if (config[field] !== undefined) throw badField(field, 'a session is run with the costs and rules it had');
  }
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
