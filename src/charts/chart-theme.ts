/** The design tokens as colours a canvas understands, and word when they change (theme, palette). */
export interface ChartTheme {
  readonly background: string;
  readonly line: string;
  readonly text: string;
  readonly dim: string;
  readonly faint: string;
  readonly accent: string;
  readonly up: string;
  readonly down: string;
  readonly warn: string;
  readonly font: string;
}

export function readTheme(): ChartTheme {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string) => style.getPropertyValue(name).trim() || '#888888';
  return {
    background: token('--bg1'),
    line: token('--line'),
    text: token('--text'),
    dim: token('--dim'),
    faint: token('--faint'),
    accent: token('--accent'),
    up: token('--up'),
    down: token('--down'),
    warn: token('--warn'),
    font: getComputedStyle(document.body).fontFamily || 'sans-serif',
  };
}

/** Calls back with the new colours whenever the document's theme changes; returns how to stop. */
export function watchTheme(listener: (theme: ChartTheme) => void): () => void {
  const observer = new MutationObserver(() => listener(readTheme()));
  observer.observe(document.documentElement, {
    attributes: true,
    attributeFilter: ['data-theme', 'data-palette', 'class', 'style'],
  });
  return () => observer.disconnect();
}

/** `#rrggbb` with an opacity; anything else a token may hold stays as it is. */
export function translucent(color: string, opacity: number): string {
  if (!/^#[0-9a-f]{6}$/i.test(color)) return color;
  const channel = (at: number) => parseInt(color.slice(at, at + 2), 16);
  return `rgba(${channel(1)}, ${channel(3)}, ${channel(5)}, ${opacity})`;
}
