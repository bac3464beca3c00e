/**
 * The grid rules once more, written for the tests from the rules alone (arithmetic lines, fee in quote, touch): what
 * a replay's bars must have filled, and what figures follow from a list of fills.
 */
import type { Bar } from './candles.ts';
import { type Exact, exact, times } from './exact.ts';

export interface Fill {
  readonly level: number;
  readonly side: 'buy' | 'sell';
  readonly price: string;
  readonly amount: string;
  readonly fee: string;
}

export interface Figures {
  readonly position: Exact;
  readonly realized: Exact;
  readonly unrealized: Exact;
  readonly gridProfit: Exact;
  readonly fees: Exact;
  readonly equity: Exact;
  readonly cycles: number;
}

const sum = (values: Iterable<Exact>): Exact => [...values].reduce((total, value) => total + value, 0n);

/** G8, from the fills in the order they happened. Level −1 is the market: the initial purchase, a close. */
export function figuresOf(fills: readonly Fill[], invested: Exact, mark: Exact): Figures {
  /** What the base of a cell has cost; `line`: bought by the cell's own order. */
  const held = new Map<number, { amount: Exact; basis: Exact; line: boolean }>();
  /** Bought at the start for cells whose sells say later which they are. */
  let initial = { amount: 0n, basis: 0n };
  let quote = invested;
  let realized = 0n;
  let gridProfit = 0n;
  let fees = 0n;
  let cycles = 0;

  for (const fill of fills) {
    const amount = exact(fill.amount);
    const fee = exact(fill.fee);
    const value = times(exact(fill.price), amount);
    fees += fee;
    if (fill.side === 'buy') {
      quote -= value + fee;
      if (fill.level < 0) initial = { amount: initial.amount + amount, basis: initial.basis + value + fee };
      else held.set(fill.level, { amount, basis: value + fee, line: true });
      continue;
    }
    quote += value - fee;
    const cell = fill.level < 0 ? undefined : held.get(fill.level);
    if (fill.level < 0) {
      realized += value - fee - initial.basis - sum([...held.values()].map(({ basis }) => basis));
      initial = { amount: 0n, basis: 0n };
      held.clear();
    } else if (cell === undefined) {
      // Cells of the same size share the initial purchase evenly.
      const basis = (initial.basis * amount) / initial.amount;
      initial = { amount: initial.amount - amount, basis: initial.basis - basis };
      realized += value - fee - basis;
    } else {
      realized += value - fee - cell.basis;
      gridProfit += value - fee - cell.basis;
      cycles += 1;
      held.delete(fill.level);
    }
  }

  const cells = [initial, ...held.values()];
  const position = sum(cells.map(({ amount }) => amount));
  const basis = sum(cells.map((cell) => cell.basis));
  const equity = quote + times(position, mark);
  return { position, realized, unrealized: times(position, mark) - basis, gridProfit, fees, equity, cycles };
}

export interface GridShape {
  readonly lower: number;
  readonly upper: number;
  readonly count: number;
  readonly tick: number;
}

/** G3 with a guard against binary fractions: ticks are whole numbers. */
export function linesOf({ lower, upper, count, tick }: GridShape): number[] {
  const [from, to] = [Math.round(lower / tick), Math.round(upper / tick)];
  return Array.from({ length: count + 1 }, (_, i) => Math.floor((from * (count - i) + to * i) / count));
}

/** `buy 3`, `sell 4`: the cells in the order their orders fill, walking the bars after `start` by G11. */
export function fillsOnBars(shape: GridShape, bars: readonly Bar[], start: number): string[] {
  const ticks = (price: number) => Math.round(price / shape.tick);
  const lines = linesOf(shape);
  const first = bars[start];
  if (first === undefined) return [];
  let price = ticks(first.close);
  // G5: at or above the price a cell holds.
  const holding = lines.slice(0, -1).map((line) => line >= price);
  const done: string[] = [];

  const leg = (to: number) => {
    const cells = [...holding.keys()];
    if (to < price) {
      for (const cell of cells.filter((i) => !holding[i] && Number(lines[i]) >= to).reverse()) {
        holding[cell] = true;
        done.push(`buy ${cell}`);
      }
    } else {
      for (const cell of cells.filter((i) => holding[i] && Number(lines[i + 1]) <= to)) {
        holding[cell] = false;
        done.push(`sell ${cell}`);
      }
    }
    price = to;
  };

  for (const bar of bars.slice(start + 1)) {
    const highFirst = ticks(bar.high) - ticks(bar.open) < ticks(bar.open) - ticks(bar.low);
    const path = highFirst ? [bar.open, bar.high, bar.low, bar.close] : [bar.open, bar.low, bar.high, bar.close];
    for (const point of path) leg(ticks(point));
  }
  return done;
}
