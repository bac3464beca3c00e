/** A grid over recorded candles, fast. */
import type { CandleColumns } from '#domain/candle-columns.ts';
import type { ParsedCase } from './case.ts';
import { runGridCore, type GridRunOptions } from './grid-core.ts';
import type { RunTrace } from './trace.ts';

/** As `runGridCore`, and equal to it fill for fill and digit for digit. */
export function runGridKernel(parsed: ParsedCase, columns: CandleColumns, options: GridRunOptions): RunTrace {
  return runGridCore(parsed, columns, options);
}
