import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const css = readFileSync(new URL('tokens.css', import.meta.url), 'utf8');

/** The variables of the rule with exactly this selector. */
function rule(selector: string): Record<string, string> {
  const block = css.split(`\n${selector} {`)[1]?.split('\n}')[0] ?? '';
  return Object.fromEntries(
    [...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, value]) => [name, value]),
  );
}

function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].toSorted((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

const dark = rule(':root');
const light = { ...dark, ...rule(":root[data-theme='light']") };
const themes = {
  dark,
  light,
  'dark, colour-blind': { ...dark, ...rule(":root[data-palette='colour-blind']") },
  'light, colour-blind': { ...light, ...rule(":root[data-theme='light'][data-palette='colour-blind']") },
};

describe.each(Object.entries(themes))('tokens, %s', (_name, theme) => {
  const backgrounds = ['bg0', 'bg1', 'bg2', 'bg3'];
  const texts = ['text', 'dim', 'faint', 'accent', 'up', 'down', 'warn'];

  it.each(texts.flatMap((text) => backgrounds.map((background) => [text, background])))(
    '%s can be read on %s',
    (text, background) => {
      expect(contrast(theme[text] ?? '', theme[background] ?? '')).toBeGreaterThanOrEqual(4.5);
    },
  );

  it('the main button can be read', () => {
    expect(contrast(theme['on-accent'] ?? '', theme['accent'] ?? '')).toBeGreaterThanOrEqual(4.5);
  });
});
