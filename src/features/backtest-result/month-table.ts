/** Monthly returns as a table of years by months, each year compounded. */

export interface YearRow {
  readonly year: string;
  /** January to December, fractions; `null`: not in the run. */
  readonly months: readonly (number | null)[];
  readonly total: number;
}

export interface MonthlyReturn {
  /** `2024-06` */
  readonly month: string;
  readonly return: number;
}

/** Oldest year first. */
export function yearRows(months: readonly MonthlyReturn[]): YearRow[] {
  const years = new Map<string, (number | null)[]>();
  for (const { month, return: value } of months) {
    const year = month.slice(0, 4);
    const row = years.get(year) ?? Array.from({ length: 12 }, () => null);
    row[Number(month.slice(5, 7)) - 1] = value;
    years.set(year, row);
  }
  return [...years]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([year, row]) => ({ year, months: row, total: compounded(row) }));
}

export function compounded(returns: readonly (number | null)[]): number {
  return returns.reduce<number>((grown, value) => grown * (1 + (value ?? 0)), 1) - 1;
}

/** How strongly a cell is coloured, 0 to 1: full from a tenth on. */
export function heat(value: number): number {
  return Math.min(1, Math.abs(value) / 0.1);
}
