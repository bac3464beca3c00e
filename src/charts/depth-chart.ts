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

/** The price span both sides share, so that the middle stays in the middle. */
export function depthSpan({ bids, asks }: Depth): { low: number; mid: number; high: number } | undefined {
  const bestBid = bids[0]?.[0];
  const bestAsk = asks[0]?.[0];
  if (bestBid === undefined || bestAsk === undefined) return undefined;
  const mid = (bestBid + bestAsk) / 2;
  const reach = Math.min(mid - (bids.at(-1)?.[0] ?? mid), (asks.at(-1)?.[0] ?? mid) - mid);
  return reach > 0 ? { low: mid - reach, mid, high: mid + reach } : undefined;
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
    label(options.formatPrice(span.low), 6, 'left');
    label(options.formatPrice(span.mid), width / 2, 'center');
    label(options.formatPrice(span.high), width - 6, 'right');
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
