/** What is wrong with a candle file. One bad row and it is refused (G13): a backtest on half-read data misleads. */

export interface CandleProblem {
  /** From 1, a header being line 1, in JSON the number of the row; 0: the file as a whole. */
  readonly line: number;
  readonly message: string;
}

/** What its problems count. */
export type CandleFileUnit = 'line' | 'row';

/** So many are told; then reading ends. */
export const MAX_PROBLEMS = 20;
/** Longer ones are no candles. */
export const MAX_LINE_LENGTH = 1_000;

export class CandleFileError extends Error {
  override readonly name = 'CandleFileError';
  readonly problems: readonly CandleProblem[];
  readonly unit: CandleFileUnit;

  constructor(source: string, problems: readonly CandleProblem[], cause?: unknown, unit: CandleFileUnit = 'line') {
    const lines = problems.map(({ line, message }) => (line === 0 ? message : `${unit} ${line}: ${message}`));
    const more = problems.length >= MAX_PROBLEMS ? ['…'] : [];
    super(`cannot use ${source}: ${[...lines, ...more].join('\n  ')}`, { cause });
    this.problems = problems;
    this.unit = unit;
  }
}
