import { expect, it } from 'vitest';
import { heatColor } from './heat-map.ts';

const lightness = ([red, green, blue]: readonly [number, number, number]) =>
  0.2126 * red + 0.7152 * green + 0.0722 * blue;

it('G22: grows lighter all the way, so that the order is seen without colours', () => {
  const steps = Array.from({ length: 101 }, (_, index) => lightness(heatColor(index / 100)));
  steps.slice(1).forEach((value, index) => expect(value).toBeGreaterThanOrEqual(steps[index] ?? 0));
  expect((steps.at(-1) ?? 0) - (steps[0] ?? 0)).toBeGreaterThan(150);
});

it('keeps to its ends', () => {
  expect(heatColor(-1)).toEqual(heatColor(0));
  expect(heatColor(2)).toEqual(heatColor(1));
});
