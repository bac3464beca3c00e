/** Differences in percent over time, several lines around a zero line. */
import { createCanvasSurface } from './canvas-surface.ts';
import { type ChartTheme, readTheme, watchTheme } from './chart-theme.ts';

export interface SpreadLine {
  readonly name: string;
  /** `[ms, percent]`, oldest first; `null` leaves a hole. */
  readonly points: readonly (readonly [ts: number, pct: number | null])[];
}

export interface SpreadChart {
  setLines(lines: readonly SpreadLine[]): void;
  dispose(): void;
}

export interface SpreadChartOptions {
  readonly windowMs: number;
  readonly formatPct: (pct: number) => string;
  readonly formatTime: (ts: number) => string;
}

/** In the order of the legend. */
function lineColors(theme: Pick<ChartTheme, 'accent' | 'warn' | 'up' | 'down'>): readonly string[] {
  return [theme.accent, theme.warn, theme.up, theme.down];
}

const AXIS_HEIGHT = 18;
const AXIS_WIDTH = 72;
/** A market that does not move must not look like a storm. */
const LEAST_SPAN_PCT = 0.005;
const LEAST_SHOWN_MS = 120_000;

/** The percents in view, zero always among them, with room above and below. */
export function spreadSpan(lines: readonly SpreadLine[]): { readonly low: number; readonly high: number } {
  let [low, high] = [0, 0];
  for (const { points } of lines) {
    for (const [, pct] of points) {
      if (pct === null) continue;
      if (pct < low) low = pct;
      if (pct > high) high = pct;
    }
  }
  const pad = Math.max((high - low) * 0.1, LEAST_SPAN_PCT);
  return { low: low - pad, high: high + pad };
}

/** As long as there is something to show, and two minutes at least. */
function shownMs(lines: readonly SpreadLine[], newest: number, most: number): number {
  const oldest = Math.min(...lines.flatMap(({ points }) => points.find(([, pct]) => pct !== null)?.[0] ?? []));
  return Math.min(most, Math.max(LEAST_SHOWN_MS, newest - oldest));
}

export function createSpreadChart(container: HTMLElement, options: SpreadChartOptions): SpreadChart {
  let theme = readTheme();
  let lines: readonly SpreadLine[] = [];
  let pointer: number | null = null;

  const surface = createCanvasSurface(container, (context, width, height) => {
    const newest = Math.max(...lines.map(({ points }) => points.at(-1)?.[0] ?? -Infinity));
    if (!Number.isFinite(newest)) return;
    const [right, floor] = [width - AXIS_WIDTH, height - AXIS_HEIGHT];
    const { low, high } = spreadSpan(lines);
    const windowMs = shownMs(lines, newest, options.windowMs);
    const x = (ts: number) => right - ((newest - ts) / windowMs) * right;
    const y = (pct: number) => floor - ((pct - low) / (high - low)) * floor;

    context.font = `11px ${theme.font}`;
    context.textBaseline = 'middle';
    context.textAlign = 'left';
    for (const pct of [low + (high - low) * 0.06, 0, high - (high - low) * 0.06]) {
      context.fillStyle = pct === 0 ? theme.faint : theme.line;
      context.fillRect(0, Math.round(y(pct)), right, 1);
      // Next to the zero line there is no room for another figure.
      if (pct !== 0 && Math.abs(y(pct) - y(0)) < 14) continue;
      context.fillStyle = theme.dim;
      context.fillText(options.formatPct(pct), right + 6, y(pct));
    }
    for (const share of [0.02, 0.34, 0.67]) {
      const ts = newest - windowMs * (1 - share);
      context.fillStyle = theme.dim;
      context.fillText(options.formatTime(ts), right * share, floor + AXIS_HEIGHT / 2 + 1);
    }
    const colors = lineColors(theme);
    lines.forEach(({ points }, i) => {
      context.strokeStyle = colors[i % colors.length] ?? theme.accent;
      context.lineWidth = 1.4;
      context.lineJoin = 'round';
      context.beginPath();
      let drawing = false;
      for (const [ts, pct] of points) {
        if (pct === null) drawing = false;
        else if (drawing) context.lineTo(x(ts), y(pct));
        else {
          context.moveTo(x(ts), y(pct));
          drawing = true;
        }
      }
      context.stroke();
    });

    if (pointer === null || pointer > right) return;
    const ts = newest - ((right - pointer) / right) * windowMs;
    context.fillStyle = theme.faint;
    context.fillRect(Math.round(pointer), 0, 1, floor);
    context.textAlign = pointer < right / 2 ? 'left' : 'right';
    const edge = pointer + (pointer < right / 2 ? 8 : -8);
    context.fillStyle = theme.dim;
    context.fillText(options.formatTime(ts), edge, 10);
    lines.forEach(({ name, points }, i) => {
      const point = points.findLast(([at]) => at <= ts);
      const text = point?.[1] === null || point === undefined ? '–' : options.formatPct(point[1]);
      context.fillStyle = colors[i % colors.length] ?? theme.accent;
      context.fillText(`${name} ${text}`, edge, 26 + i * 16);
    });
  });

  const move = (event: PointerEvent) => {
    pointer = event.clientX - container.getBoundingClientRect().left;
    surface.invalidate();
  };
  const leave = () => {
    pointer = null;
    surface.invalidate();
  };
  container.addEventListener('pointermove', move);
  container.addEventListener('pointerleave', leave);
  const unwatch = watchTheme((next) => {
    theme = next;
    surface.invalidate();
  });

  return {
    setLines(next) {
      lines = next;
      surface.invalidate();
    },
    dispose() {
      container.removeEventListener('pointermove', move);
      container.removeEventListener('pointerleave', leave);
      unwatch();
      surface.dispose();
    },
  };
}
