/** A table of figures as coloured cells on a canvas: cividis, whose order is seen with every colour blindness. */
import { readTheme, watchTheme } from './chart-theme.ts';
import { createCanvasSurface } from './canvas-surface.ts';

/** `null`: not computed yet; `NaN`: cannot be. Row by row from the top. */
export interface HeatMapData {
  readonly columns: number;
  readonly rows: number;
  readonly values: readonly (number | null)[];
  /** Indices into `values`. */
  readonly best: number | null;
  readonly focused: number | null;
  /** Ends of the colour scale; the high end is the light one. */
  readonly low: number;
  readonly high: number;
  /** Drawn inside where the cells have room. */
  readonly text: (value: number) => string;
}

export interface HeatMap {
  setData(data: HeatMapData): void;
  /** Index of the cell at a point of the container, px. */
  cellAt(x: number, y: number): number | null;
  dispose(): void;
}

/** Anchors of cividis (Nuñez, Anderton, Renslow 2018). */
const SCALE = [
  [0, 34, 78],
  [18, 53, 112],
  [59, 73, 108],
  [87, 93, 109],
  [112, 113, 115],
  [138, 134, 120],
  [165, 156, 116],
  [195, 179, 105],
  [225, 204, 85],
  [254, 232, 56],
] as const;
const ROOM_FOR_TEXT = 44;

/** `share`: 0 to 1. */
export function heatColor(share: number): readonly [number, number, number] {
  const at = Math.min(Math.max(share, 0), 1) * (SCALE.length - 1);
  const index = Math.min(Math.floor(at), SCALE.length - 2);
  const [from, to] = [SCALE[index] ?? SCALE[0], SCALE[index + 1] ?? SCALE[9]];
  const mix = (a: number, b: number) => Math.round(a + (b - a) * (at - index));
  return [mix(from[0], to[0]), mix(from[1], to[1]), mix(from[2], to[2])];
}

export function createHeatMap(container: HTMLElement): HeatMap {
  let theme = readTheme();
  let data: HeatMapData | undefined;

  const surface = createCanvasSurface(container, (context, width, height) => {
    if (!data || data.columns === 0 || data.rows === 0) return;
    const { columns, values, low, high, best, focused, text } = data;
    const [cellWidth, cellHeight] = [width / columns, height / data.rows];
    const gap = Math.min(cellWidth, cellHeight) > 8 ? 1 : 0;
    // Cells end on whole pixels: edges between them would show as a web over a fine map.
    const ratio = context.getTransform().a;
    const snap = (at: number) => Math.round(at * ratio) / ratio;
    const box = (index: number) => {
      const [column, row] = [index % columns, Math.floor(index / columns)];
      const [x, y] = [snap(column * cellWidth), snap(row * cellHeight)];
      return [x, y, snap((column + 1) * cellWidth) - x - gap, snap((row + 1) * cellHeight) - y - gap] as const;
    };
    // What is marked stands out of a fine map.
    const grow = gap === 0 ? 3 : 0;
    context.font = `11px ${theme.font}`;
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    values.forEach((value, index) => {
      const [x, y, w, h] = box(index);
      if (value === null || Number.isNaN(value)) {
        context.fillStyle = theme.line;
        context.globalAlpha = value === null ? 0.35 : 1;
        context.fillRect(x, y, w, h);
        context.globalAlpha = 1;
        return;
      }
      const share = high > low ? (value - low) / (high - low) : 0.5;
      const [red, green, blue] = heatColor(share);
      context.fillStyle = `rgb(${red}, ${green}, ${blue})`;
      context.fillRect(x, y, w, h);
      if (w < ROOM_FOR_TEXT || h < 16) return;
      context.fillStyle = share > 0.55 ? '#10131a' : '#f4f6f9';
      context.fillText(text(value), x + w / 2, y + h / 2);
    });
    const outline = (index: number, color: string, line: number) => {
      const [x, y, w, h] = box(index);
      context.strokeStyle = color;
      context.lineWidth = line;
      context.strokeRect(x - grow + line / 2, y - grow + line / 2, w + 2 * grow - line, h + 2 * grow - line);
    };
    if (best !== null) {
      outline(best, theme.background, 4);
      outline(best, theme.up, 2.5);
    }
    if (focused !== null) {
      outline(focused, theme.background, 3.5);
      outline(focused, theme.text, 2);
    }
  });
  const unwatch = watchTheme((next) => {
    theme = next;
    surface.invalidate();
  });
  return {
    setData(next) {
      data = next;
      surface.invalidate();
    },
    cellAt(x, y) {
      if (!data) return null;
      const column = Math.floor((x / container.clientWidth) * data.columns);
      const row = Math.floor((y / container.clientHeight) * data.rows);
      const inside = column >= 0 && row >= 0 && column < data.columns && row < data.rows;
      return inside ? row * data.columns + column : null;
    },
    dispose() {
      unwatch();
      surface.dispose();
    },
  };
}
