/** A small line of recent values, coloured by its direction. */
import { readTheme, translucent, watchTheme } from './chart-theme.ts';
import { createCanvasSurface } from './canvas-surface.ts';
import { paced } from '#stores/paced.ts';

/** A day on so few pixels looks no different a moment later. */
const DRAW_EVERY_MS = 1_000;

export interface Sparkline {
  setValues(values: readonly number[]): void;
  dispose(): void;
}

export function createSparkline(container: HTMLElement): Sparkline {
  let theme = readTheme();
  let values: readonly number[] = [];

  const surface = createCanvasSurface(container, (context, width, height) => {
    if (values.length < 2) return;
    let low = Infinity;
    let high = -Infinity;
    for (const value of values) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
    const span = high - low || 1;
    const x = (i: number) => 1 + (i / (values.length - 1)) * (width - 2);
    const y = (value: number) => height - 2 - ((value - low) / span) * (height - 4);
    const rising = (values.at(-1) ?? 0) >= (values[0] ?? 0);
    context.beginPath();
    values.forEach((value, i) => context.lineTo(x(i), y(value)));
    context.strokeStyle = rising ? theme.up : theme.down;
    context.lineWidth = 1.2;
    context.lineJoin = 'round';
    context.stroke();
    context.lineTo(width - 1, height);
    context.lineTo(1, height);
    context.fillStyle = translucent(rising ? theme.up : theme.down, 0.1);
    context.fill();
  });
  const drawing = paced(DRAW_EVERY_MS, surface.invalidate);
  const unwatch = watchTheme((next) => {
    theme = next;
    surface.invalidate();
  });

  return {
    setValues(next) {
      const isFirst = values.length === 0;
      values = next;
      if (isFirst) surface.invalidate();
      else drawing.run();
    },
    dispose() {
      unwatch();
      drawing.stop();
      surface.dispose();
    },
  };
}
