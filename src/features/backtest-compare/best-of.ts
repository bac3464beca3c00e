/** Which of several runs has the best of a figure. */

/** Indices of the best; none where fewer than two have the figure, all have the same, or neither way is better. */
export function bestOf(
  values: readonly (number | null | undefined)[],
  better: 'high' | 'low' | null,
): ReadonlySet<number> {
  const known = values.filter((value) => value !== null && value !== undefined);
  if (better === null || known.length < 2 || new Set(known).size < 2) return new Set();
  const best = better === 'high' ? Math.max(...known) : Math.min(...known);
  return new Set(values.flatMap((value, i) => (value === best ? [i] : [])));
}

/** Gains in percent since the first point; nothing before it to lose is none. */
export function percentGains(equity: readonly number[], invested: number): number[] {
  return equity.map((value) => (invested > 0 ? (value / invested - 1) * 100 : 0));
}
