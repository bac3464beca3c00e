/** Which labels fit under each other without touching. */
export interface PlacedLabel {
  /** Vertical position, px. */
  readonly y: number;
  /** Edges of a range are kept first. */
  readonly edge: boolean;
}

/**
 * Leaves every k-th label, k the smallest that gives each `height` px, so that the kept ones are regular; edges stay, and
 * nothing comes within `height` of `reserved`.
 */
export function thinLabels<T extends PlacedLabel>(labels: readonly T[], height: number, reserved: number | null): T[] {
  const sorted = [...labels].sort((a, b) => a.y - b.y);
  const kept: T[] = [];
  const free = (y: number) =>
    (reserved === null || Math.abs(reserved - y) >= height) && kept.every((other) => Math.abs(other.y - y) >= height);
  for (const label of sorted) if (label.edge && free(label.y)) kept.push(label);
  const extent = (sorted.at(-1)?.y ?? 0) - (sorted[0]?.y ?? 0);
  const gap = sorted.length > 1 ? extent / (sorted.length - 1) : height;
  const stride = Math.max(1, Math.ceil(height / Math.max(gap, 0.001)));
  sorted.forEach((label, i) => {
    if (i % stride === 0 && free(label.y)) kept.push(label);
  });
  return kept.sort((a, b) => a.y - b.y);
}
