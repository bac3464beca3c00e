/** Cumulative depth of a book: bids rising to the left of the middle, asks to the right. */
import { readTheme, translucent, watchTheme } from './chart-theme.ts';
import { createCanvasSurface } from './canvas-surface.ts';

/** `[price, cumulative size]`, best first. */
export type DepthPoint = readonly [price: number, cumulative: number];

export interface Depth {
  readonly bids: readonly DepthPoint[];
  readonly asks: readonly DepthPoint[];
}

export interface DepthChart {
  setDepth(depth: Depth): void;
  dispose(): void;
}

export interface DepthChartOptions {
  readonly formatPrice: (price: number) => string;
  readonly formatSize: (size: number) => string;
}

const AXIS_HEIGHT = 18;

export interface DepthSpan {
  readonly low: number;
  readonly mid: number;
  readonly high: number;
}

/** A share of the price that is shown around a single level. */
const LEAST_REACH = 0.001;

/**
 * The price span both sides share, so that the middle stays in the middle. With one side only it is that side's own,
 * from its best level on; a crossed book's sides overlap around the middle.
 */
export function depthSpan({ bids, asks }: Depth): DepthSpan | undefined {
  const [bid, ask] = [bids[0]?.[0], asks[0]?.[0]];
  const [lowest, highest] = [bids.at(-1)?.[0], asks.at(-1)?.[0]];
  const mid = bid !== undefined && ask !== undefined ? (bid + ask) / 2 : (bid ?? ask);
  if (mid === undefined) return undefined;
  const reaches = [lowest === undefined ? 0 : mid - lowest, highest === undefined ? 0 : highest - mid];
  const reach = Math.min(...reaches.filter((each) => each > 0));
  const shown = Number.isFinite(reach) ? reach : Math.abs(mid) * LEAST_REACH;
  // A crossed book's best levels lie on the other side of the middle.
  const inner = bid !== undefined && ask !== undefined ? Math.max(0, bid - mid) : 0;
  const width = Math.max(shown, inner);
  return width > 0 ? { low: mid - width, mid, high: mid + width } : undefined;
}

export function createDepthChart(container: HTMLElement, options: DepthChartOptions): DepthChart {
  let theme = readTheme();
  let depth: Depth = { bids: [], asks: [] };
  let pointer: number | null = null;

  const surface = createCanvasSurface(container, (context, width, height) => {
    const span = depthSpan(depth);
    if (!span) return;
    const floor = height - AXIS_HEIGHT;
    const shown = (side: readonly DepthPoint[]) => side.filter(([price]) => price >= span.low && price <= span.high);
    const [bids, asks] = [shown(depth.bids), shown(depth.asks)];
    const most = Math.max(bids.at(-1)?.[1] ?? 0, asks.at(-1)?.[1] ?? 0) || 1;
    const x = (price: number) => ((price - span.low) / (span.high - span.low)) * width;
    const y = (size: number) => floor - (size / most) * (floor - 14);

    const side = (points: readonly DepthPoint[], color: string, edge: number) => {
      const first = points[0];
      if (!first) return;
      const path = new Path2D();
      path.moveTo(x(first[0]), floor);
      let level = floor;
      for (const [price, size] of points) {
        path.lineTo(x(price), level);
        level = y(size);
        path.lineTo(x(price), level);
      }
      path.lineTo(edge, level);
      context.strokeStyle = color;
      context.lineWidth = 1.5;
      context.stroke(path);
      path.lineTo(edge, floor);
      path.closePath();
      context.fillStyle = translucent(color, 0.14);
      context.fill(path);
    };
    side(bids, theme.up, 0);
    side(asks, theme.down, width);

    context.font = `11px ${theme.font}`;
    context.fillStyle = theme.dim;
    context.textBaseline = 'middle';
    const label = (text: string, at: number, align: CanvasTextAlign) => {
      context.textAlign = align;
      context.fillText(text, at, floor + AXIS_HEIGHT / 2 + 1);
    };
    const [low, mid, high] = [span.low, span.mid, span.high].map(options.formatPrice);
    const room = width - 36 - [low, mid, high].reduce((sum, text = '') => sum + context.measureText(text).width, 0);
    // Prices of many digits do not fit three times: then the middle alone.
    if (room >= 0) label(low ?? '', 6, 'left');
    label(mid ?? '', width / 2, 'center');
    if (room >= 0) label(high ?? '', width - 6, 'right');
    context.fillStyle = theme.line;
    context.fillRect(0, floor, width, 1);

    if (pointer === null) return;
    const price = span.low + (pointer / width) * (span.high - span.low);
    const points = price < span.mid ? bids : asks;
    const reached = points.filter(([level]) => (price < span.mid ? level >= price : level <= price)).at(-1);
    context.fillStyle = theme.faint;
    context.fillRect(Math.round(pointer), 0, 1, floor);
    context.fillStyle = theme.text;
    context.textAlign = pointer < width / 2 ? 'left' : 'right';
    const text = `${options.formatPrice(price)} · ${options.formatSize(reached?.[1] ?? 0)}`;
    context.fillText(text, pointer + (pointer < width / 2 ? 8 : -8), 10);
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
    setDepth(next) {
      depth = next;
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
