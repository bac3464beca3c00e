/** Where a curve's points and its labels stand. */
export interface Point {
  readonly ts: number;
  readonly equity: number;
}

export interface CurveScale {
  readonly x: (ts: number) => number;
  readonly y: (equity: number) => number;
  /** Round figures within the range, lowest first. */
  readonly ticks: readonly number[];
}

/** Step of 1, 2 or 5 times a power of ten, at most `count` of them in `span`. */
export function roundStep(span: number, count: number): number {
  const rough = span / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= rough) ?? 10;
  return factor * power;
}

export function curveScale(
  points: readonly Point[],
  area: { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number },
): CurveScale {
  const values = points.map(({ equity }) => equity);
  const low = Math.min(...values);
  const high = Math.max(...values);
  // A flat line stands in the middle; its noise must not fill the height.
  const pad = Math.max((high - low) * 0.12, Math.abs(high) * 0.0002, 0.01);
  const [bottom, top] = [low - pad, high + pad];
  const first = points[0]?.ts ?? 0;
  const duration = Math.max(1, (points.at(-1)?.ts ?? 0) - first);
  const step = roundStep(top - bottom, 4);
  const ticks: number[] = [];
  for (let tick = Math.ceil(bottom / step) * step; tick <= top; tick += step) ticks.push(tick);
  return {
    x: (ts) => area.left + ((ts - first) / duration) * (area.right - area.left),
    y: (equity) => area.bottom - ((equity - bottom) / (top - bottom)) * (area.bottom - area.top),
    ticks,
  };
}

/** The point closest in time; `points` are oldest first. */
export function nearest(points: readonly Point[], ts: number): Point | undefined {
  let low = 0;
  let high = points.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((points[middle]?.ts ?? 0) < ts) low = middle + 1;
    else high = middle;
  }
  const [before, after] = [points[low - 1], points[low]];
  return before && after && ts - before.ts < after.ts - ts ? before : after;
}

/** Up to `count` labels along the time, none said twice. */
export function timeLabels(
  points: readonly Point[],
  count: number,
  write: (ts: number) => string,
): readonly { readonly ts: number; readonly text: string }[] {
  const first = points[0]?.ts ?? 0;
  const duration = (points.at(-1)?.ts ?? first) - first;
  const labels = Array.from({ length: count }, (_, i) => first + (i / count) * duration).map((ts) => ({
    ts,
    text: write(ts),
  }));
  return labels.filter(({ text }, i) => text !== labels[i - 1]?.text);
}
