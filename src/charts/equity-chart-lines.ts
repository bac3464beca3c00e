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

const SAME_SCALE_POINTS = 1200;

/**
 * Lines of different times on a scale of even steps. The library gives each time the same room: a short run of many points
 * beside a long one would stretch the time it covers. A step shows its last value and its deepest drawdown; `NaN`: none.
 */
export function onOneScale(lines: readonly EquityLine[], points = SAME_SCALE_POINTS): readonly EquityLine[] {
  const [one] = lines;
  const drawn = lines.filter(({ ts }) => ts.length > 0);
  if (!one || drawn.every(({ ts }) => ts === one.ts)) return lines;
  const first = Math.min(...drawn.map(({ ts }) => ts[0] ?? Infinity));
  const last = Math.max(...drawn.map(({ ts }) => ts.at(-1) ?? -Infinity));
  const steps = Math.min(points - 1, Math.floor((last - first) / 1000));
  if (!(steps > 0)) return lines;
  const times = Array.from({ length: steps + 1 }, (_, step) => first + ((last - first) * step) / steps);
  return lines.map((line) => evened(line, times));
}

function evened(line: EquityLine, times: readonly number[]): EquityLine {
  const { ts, drawdown } = line;
  const values: number[] = [];
  const falls: number[] = [];
  let next = 0;
  for (const time of times) {
    const ended = next === ts.length;
    let deepest = drawdown?.[Math.max(next - 1, 0)] ?? 0;
    for (let fresh = true; next < ts.length && (ts[next] ?? 0) <= time; next += 1, fresh = false) {
      const fall = drawdown?.[next] ?? 0;
      deepest = fresh ? fall : Math.max(deepest, fall);
    }
    const none = ended || next === 0;
    values.push(none ? Number.NaN : (line.values[next - 1] ?? Number.NaN));
    falls.push(none ? Number.NaN : deepest);
  }
  return { ...line, ts: times, values, ...(drawdown && { drawdown: falls }) };
}

/** Strictly rising seconds, as the library wants them: of what falls into one second the last; `NaN`: a time alone. */
export function chartPoints(ts: readonly number[], values: readonly number[], sign = 1) {
  const points: { readonly time: UTCTimestamp; readonly value?: number }[] = [];
  ts.forEach((at, i) => {
    const time = Math.floor(at / 1000) as UTCTimestamp;
    const value = sign * (values[i] ?? 0);
    const point = Number.isNaN(value) ? { time } : { time, value };
    const last = points.at(-1);
    if (last && last.time >= point.time) points[points.length - 1] = { ...point, time: last.time };
    else points.push(point);
  });
  return points;
}
