/** What an equity chart draws, apart from the library that draws it. */
import type { UTCTimestamp } from 'lightweight-charts';

/** Values beside the times, oldest first; a time may stand twice (a stop within a row), the later one counts. */
export interface EquityLine {
  readonly ts: readonly number[];
  readonly values: readonly number[];
  /** Which of `RUN_COLORS`, or a pale dashed line to compare with. */
  readonly color: number | 'reference';
  /** Fractions below the peak, shown below zero; left out: none in the lower pane. */
  readonly drawdown?: readonly number[];
}

export interface EquityChart {
  setLines(lines: readonly EquityLine[]): void;
  dispose(): void;
}

/** Told apart with the common colour blindnesses, 3:1 and more against both themes' backgrounds. */
export const RUN_COLORS = ['#2f7fd6', '#c77c02', '#0f9b72', '#c45fa0', '#d9541e', '#1d93b8', '#8a8a1a', '#8c8c8c'];

/** Strictly rising seconds, as the library wants them: of what falls into one second the last. */
export function chartPoints(ts: readonly number[], values: readonly number[], sign = 1) {
  const points: { time: UTCTimestamp; value: number }[] = [];
  ts.forEach((at, i) => {
    const point = { time: Math.floor(at / 1000) as UTCTimestamp, value: sign * (values[i] ?? 0) };
    const last = points.at(-1);
    if (last && last.time >= point.time) points[points.length - 1] = { ...point, time: last.time };
    else points.push(point);
  });
  return points;
}
