/** What a sweep keeps from choosing: the data's end, or in each of several windows the rest after its first part. */
import type { CellFigures } from './sweep.ts';

/** Rows `from` to `split` choose, `split` to `to` (exclusive) show what the choice was worth. */
export interface WalkRows {
  readonly from: number;
  readonly split: number;
  readonly to: number;
}

/** The first row that is kept; both parts have at least one where there are two. */
export function outOfSampleRow(length: number, share: number): number {
  return split(0, length, 1 - share);
}

/** Windows side by side that cover all rows; none for fewer than two rows a window. */
export function walkWindows(
  length: number,
  { windows, in_sample }: { readonly windows: number; readonly in_sample: number },
): WalkRows[] {
  if (length < 2 * windows) return [];
  return Array.from({ length: windows }, (_, index) => {
    const from = Math.floor((index * length) / windows);
    const to = Math.floor(((index + 1) * length) / windows);
    return { from, split: split(from, to, in_sample), to };
  });
}

/**
 * The out-of-sample parts one after the other, by names of the metrics: returns compound, trades and fees add up, the
 * drawdown is the largest of any part. `walk_forward_efficiency` is the mean return a row out of sample over that in
 * sample. `null` where no window could choose.
 */
export function stitched(
  windows: readonly (WalkRows & {
    readonly in_sample: CellFigures['metrics'];
    readonly out_of_sample: CellFigures['metrics'];
  })[],
): Readonly<Record<string, number | null>> | null {
  const chosen = windows.filter((window) => window.out_of_sample !== null);
  if (chosen.length === 0) return null;
  const figures = (name: string) => chosen.map(({ out_of_sample }) => out_of_sample?.[name] ?? null);
  const total = compounded(figures('total_return'));
  const hold = compounded(figures('buy_hold_return'));
  const trades = sum(figures('total_trades'));
  const winning = sum(figures('winning_trades'));
  const outside = chosen.reduce((rows, window) => rows + window.to - window.split, 0);
  const inside = chosen.reduce((rows, window) => rows + window.split - window.from, 0);
  const before = compounded(chosen.map(({ in_sample }) => in_sample?.total_return ?? null));
  const efficiency = total === null || before === null ? null : rate(total, outside) / rate(before, inside);
  return {
    total_return: total,
    buy_hold_return: hold,
    alpha: total === null || hold === null ? null : total - hold,
    max_drawdown: Math.max(...figures('max_drawdown').map((value) => value ?? 0)),
    total_trades: trades,
    winning_trades: winning,
    losing_trades: sum(figures('losing_trades')),
    win_rate: trades === 0 ? null : winning / trades,
    total_commission: sum(figures('total_commission')),
    walk_forward_efficiency:
      before !== null && before > 0 && efficiency !== null && Number.isFinite(efficiency) ? efficiency : null,
  };
}

function split(from: number, to: number, share: number): number {
  const at = from + Math.round((to - from) * share);
  return Math.max(from + 1, Math.min(at, to - 1));
}

/** The return a row that compounds to `total` over so many. */
function rate(total: number, rows: number): number {
  return total <= -1 ? -1 : Math.expm1(Math.log1p(total) / rows);
}

function compounded(returns: readonly (number | null)[]): number | null {
  let factor = 1;
  for (const value of returns) {
    if (value === null) return null;
    factor *= 1 + value;
  }
  return factor - 1;
}

function sum(values: readonly (number | null)[]): number {
  return values.reduce<number>((total, value) => total + (value ?? 0), 0);
}
