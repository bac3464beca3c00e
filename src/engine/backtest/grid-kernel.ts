/**
 * A grid over recorded candles, fast: cells by columns, money in pairs of doubles, and no look at rows, nor at whole
 * blocks of them, whose prices reach no order and whose closes move neither the peak nor the worst fall. One class, long
 * as it is: the walk keeps in locals what waiting, starting and valuing change.
 */
import type { CandleColumns } from '#domain/candle-columns.ts';
import { decimal, trimDecimal } from '#domain/decimal.ts';
import { planGrid, type Plan } from '../grid/plan.ts';
import { parseSpec, type GridSpec } from '../grid/spec.ts';
import { parseRules, type Rules } from '../instrument-rules.ts';
import { BASE_SCALE, formatQuote, ONE, parseUnits } from '../ledger/money.ts';
import { candleIndex, checkCountable, COARSE, columnsAt, FINE } from './candle-index.ts';
import type { ParsedCase } from './case.ts';
import { runGridCore, type GridRunOptions } from './grid-core.ts';
import { FillRecorder, Pacer, SampleRecorder } from './grid-core-columns.ts';
import { Drawdown } from './grid-core-drawdown.ts';
import { decimalsOf, moneyDecimals, quoteNumber } from './grid-core-money.ts';
import { GridCells } from './grid-kernel-cells.ts';
import { figuresOf, waitingFigures } from './grid-kernel-figures.ts';
import { countWithin, isCalm } from './grid-kernel-rows.ts';
import { fitsKernel, GridTerms, type Scales } from './grid-kernel-terms.ts';
import type { RunProgress, RunTrace } from './trace.ts';

/** Work between two looks at the hooks: rows looked at, blocks passed over, and fills as many rows. */
const PACE = 16_384;
const FILL_ROWS = 8;
/** Doubles of the equity are off by less than this share of it: closes nearer to a threshold are valued exactly. */
const DOUBT = 1e-13;

/**
 * As `runGridCore`, and equal to it fill for fill and digit for digit, errors too. Runs the core itself where the
 * configuration is refused, where a grid cannot start at its trigger, and where money needs more than two doubles
 * (an instrument of some thirty decimals).
 */
export function runGridKernel(parsed: ParsedCase, columns: CandleColumns, options: GridRunOptions): RunTrace {
  const decimals = decimalsOf(parsed, columns);
  const rules = parseRules(parsed.instrument, decimals);
  const slippage = parseUnits(parsed.slippage, BASE_SCALE);
  if (columns.length > 0) checkCountable(columns, decimals, 'tick_size');
  if (columns.length === 0 || typeof rules === 'string' || slippage === undefined || slippage < 0n || slippage >= ONE)
    return runGridCore(parsed, columns, options);
  const spec = parseSpec(parsed.params, rules);
  if (!spec.ok) return runGridCore(parsed, columns, options);
  const run = new KernelRun(parsed, rules, spec.spec, slippage, columnsAt(columns, decimals), columns, options);
  const trace = run.trace();
  if (trace) return trace;
  const { hooks } = options;
  if (!hooks) return runGridCore(parsed, columns, options);
  const onProgress = (progress: RunProgress): void => {
    // Progress never falls, though the run begins anew.
    if (progress.done >= run.told) hooks.onProgress?.(progress);
  };
  return runGridCore(parsed, columns, { ...options, hooks: { ...hooks, onProgress } });
}

class KernelRun {
  readonly #rules: Rules;
  readonly #spec: GridSpec;
  readonly #slippage: bigint;
  /** In the run's price units. */
  readonly #columns: CandleColumns;
  readonly #factor: number;
  readonly #scales: Scales;
  readonly #fills: FillRecorder | null;
  readonly #samples: SampleRecorder;
  readonly #pacer: Pacer | undefined;
  readonly #drawdown = new Drawdown(0);
  readonly #range: { readonly lower: number; readonly upper: number };
  #cells: GridCells | null = null;
  #startBar = -1;
  #startPrice = 0;
  /** Share of the rows that progress was last told of. */
  told = 0;
  #work = 0;
  #barsInPosition = 0;
  #barsInRange = 0;
  /** Closes strictly between these are neither a new peak nor a new worst fall, nor a recovery. */
  #calmLow = -Infinity;
  #calmHigh = Infinity;

  constructor(
    parsed: ParsedCase,
    rules: Rules,
    spec: GridSpec,
    slippage: bigint,
    columns: CandleColumns,
    given: CandleColumns,
    options: GridRunOptions,
  ) {
    this.#rules = rules;
    this.#spec = spec;
    this.#slippage = slippage;
    this.#range = { lower: spec.range.lower * rules.tick, upper: spec.range.upper * rules.tick };
    this.#columns = columns;
    this.#factor = 10 ** (columns.priceDecimals - given.priceDecimals);
    const places = (text: string) => trimDecimal(decimal(text)).scale;
    const { lotSize, makerFee, takerFee } = parsed.instrument;
    const fees = rules.feeInBase ? Math.max(places(makerFee), places(takerFee)) : 0;
    this.#scales = { quote: moneyDecimals(parsed, rules.priceDecimals), base: places(lotSize) + fees };
    this.#fills = options.figuresOnly === true ? null : new FillRecorder();
    this.#samples = new SampleRecorder(options.samples);
    this.#pacer = options.hooks && new Pacer(options.hooks, columns);
  }

  /** `undefined`: the core must tell. */
  trace(): RunTrace | undefined {
    const { trigger } = this.#spec;
    const open = this.#columns.open[0] ?? 0;
    const planned = this.#plan(trigger ?? open);
    if (!planned) return undefined;
    this.#drawdown.restart(quoteNumber(planned.invested));
    let row = 0;
    if (trigger === null || trigger === open) this.#start(planned, open, 0);
    else row = this.#wait(trigger, quoteNumber(planned.invested));
    if (row < 0) return undefined;
    const bars = this.#cells ? this.#walk(this.#cells, row) : this.#columns.length;
    return this.#result(planned, bars);
  }

  #plan(price: number): Plan | undefined {
    const result = planGrid(this.#spec, this.#rules, price, { slippage: this.#slippage, allowLosing: true });
    return result.ok && fitsKernel(result.plan, this.#rules, this.#scales) ? result.plan : undefined;
  }

  #start(plan: Plan, price: number, row: number): GridCells {
    const terms = new GridTerms(plan, this.#rules, this.#scales, this.#fills !== null);
    const cells = new GridCells(terms, this.#spec, this.#slippage, row, this.#factor, this.#fills);
    this.#cells = cells;
    this.#startBar = row;
    this.#startPrice = price;
    cells.updateWindow();
    this.#calm(cells);
    return cells;
  }

  /**
   * G13: passes over the rows before the trigger, whose equity is what is reserved; the first to be walked as usual
   * is returned, that of the trigger done. -1: it cannot start here.
   */
  #wait(trigger: number, reserved: number): number {
    const { open, high, low, close, length } = this.#columns;
    const { coarse } = candleIndex(this.#columns);
    const above = trigger > (open[0] ?? 0);
    const touches = (price: number) => (above ? price >= trigger : price <= trigger);
    const samples = this.#samples;
    for (let row = 0; row < length;) {
      const block = row / COARSE;
      const quiet = row % COARSE === 0 && !touches((above ? coarse.high[block] : coarse.low[block]) ?? 0);
      const end = quiet ? Math.min(length, row + COARSE) : row + 1;
      const [first = 0, most = 0, least = 0, last = 0] = [open[row], high[row], low[row], close[row]];
      if (!quiet && (touches(first) || touches(most) || touches(least) || touches(last))) {
        return this.#trigger(trigger, touches, row, [first, most, least, last], reserved) ? row + 1 : -1;
      }
      while (samples.next < end) samples.record(reserved);
      row = end;
      this.#work += 1;
      if (this.#work >= PACE) this.#pace(row, reserved);
    }
    return length;
  }

  #trigger(
    trigger: number,
    touches: (price: number) => boolean,
    row: number,
    [open, high, low, close]: readonly [number, number, number, number],
    reserved: number,
  ): boolean {
    // The order of the legs as in `GridCells.within`; the open is a gap's end, where it starts if that passed it.
    const points = high - open < open - low ? [high, low, close] : [low, high, close];
    let cells: GridCells | undefined;
    let from = open;
    if (touches(open)) {
      const plan = this.#plan(open);
      if (!plan) return false;
      cells = this.#begin(plan, open, row, reserved);
    }
    for (const to of points) {
      if (!cells && touches(to)) {
        const plan = this.#plan(trigger);
        if (!plan) return false;
        cells = this.#begin(plan, trigger, row, reserved);
        from = trigger;
      }
      cells?.leg(row, from, to, false);
      from = to;
    }
    if (!cells) return false;
    this.#close(cells, row, close);
    return true;
  }

  #begin(plan: Plan, price: number, row: number, reserved: number): GridCells {
    const invested = quoteNumber(plan.invested);
    if (invested !== reserved) this.#drawdown.restart(invested);
    return this.#start(plan, price, row);
  }

  /** From `row` on; returns how many rows were used in all. */
  #walk(cells: GridCells, row: number): number {
    const { open, high, low, close, length } = this.#columns;
    const { fine, coarse } = candleIndex(this.#columns);
    const { lower, upper } = this.#range;
    const samples = this.#samples;
    const watched = this.#pacer !== undefined;
    let work = this.#work;
    let { windowLow, windowHigh } = cells;
    let calmLow = this.#calmLow;
    let calmHigh = this.#calmHigh;
    let holds = cells.holding > 0;
    let nextSample = samples.next;
    let inPosition = 0;
    let inRange = 0;
    let ended = cells.ended !== null;
    while (row < length && !ended) {
      if (row % FINE === 0) {
        work += 1;
        if (watched && work >= PACE) {
          this.#pace(row, row > 0 ? cells.worthAt(close[row - 1] ?? 0) : this.#drawdown.peak);
          work = 0;
        }
        // The larger block first: most of the time nothing happens for long.
        const size =
          row % COARSE === 0 && isCalm(coarse, row / COARSE, windowLow, windowHigh, calmLow, calmHigh)
            ? COARSE
            : isCalm(fine, row / FINE, windowLow, windowHigh, calmLow, calmHigh)
              ? FINE
              : 0;
        if (size > 0) {
          const end = Math.min(length, row + size);
          if (holds) inPosition += end - row;
          const { lowClose, highClose } = size === COARSE ? coarse : fine;
          const least = lowClose[row / size] ?? 0;
          const most = highClose[row / size] ?? 0;
          if (least >= lower && most <= upper) inRange += end - row;
          else if (most >= lower && least <= upper) inRange += countWithin(close, row, end, lower, upper);
          while (samples.next < end) samples.record(cells.worthAt(close[samples.next] ?? 0));
          nextSample = samples.next;
          row = end;
          continue;
        }
      }
      const first = open[row] ?? 0;
      const most = high[row] ?? 0;
      const least = low[row] ?? 0;
      const last = close[row] ?? 0;
      work += 1;
      if (
        least > windowLow &&
        most < windowHigh &&
        first > windowLow &&
        first < windowHigh &&
        last > windowLow &&
        last < windowHigh
      ) {
        if (last <= calmLow || last >= calmHigh) {
          this.#value(cells, row, last);
          calmLow = this.#calmLow;
          calmHigh = this.#calmHigh;
        }
        if (holds) inPosition += 1;
        if (last >= lower && last <= upper) inRange += 1;
        if (row === nextSample) {
          samples.record(cells.worthAt(last));
          nextSample = samples.next;
        }
        row += 1;
        continue;
      }
      const trades = cells.trades;
      cells.bar(row, row > 0 ? (close[row - 1] ?? 0) : first, first, most, least, last);
      work += (cells.trades - trades) * FILL_ROWS;
      this.#close(cells, row, last);
      windowLow = cells.windowLow;
      windowHigh = cells.windowHigh;
      calmLow = this.#calmLow;
      calmHigh = this.#calmHigh;
      holds = cells.holding > 0;
      nextSample = samples.next;
      ended = cells.ended !== null;
      row += 1;
    }
    this.#barsInPosition += inPosition;
    this.#barsInRange += inRange;
    return row;
  }

  /** The end of a row that may have changed what is held. */
  #close(cells: GridCells, row: number, close: number): void {
    const { lower, upper } = this.#range;
    cells.updateWindow();
    this.#calm(cells);
    if (cells.ended !== null || close <= this.#calmLow || close >= this.#calmHigh) this.#value(cells, row, close);
    if (cells.holding > 0) this.#barsInPosition += 1;
    if (cells.ended === null && close >= lower && close <= upper) this.#barsInRange += 1;
    if (row === this.#samples.next) this.#samples.record(cells.worthAt(close));
  }

  #value(cells: GridCells, row: number, close: number): void {
    this.#drawdown.sample(row, cells.worthAt(close));
    this.#calm(cells);
    // The equity rises and falls with the close: what this one did not change, none in between does.
    if (cells.base === 0) {
      this.#calmLow = -Infinity;
      this.#calmHigh = Infinity;
    } else {
      this.#calmLow = Math.min(this.#calmLow, close - 1);
      this.#calmHigh = Math.max(this.#calmHigh, close + 1);
    }
  }

  /** The closes that must be valued, from doubles on the safe side. */
  #calm(cells: GridCells): void {
    const slope = cells.roughSlope();
    if (slope === 0) {
      // The same at any close: valued once.
      this.#calmLow = Infinity;
      this.#calmHigh = Infinity;
      return;
    }
    const quote = cells.roughQuote();
    const { peak, worst } = this.#drawdown;
    const each = 1 / slope;
    const doubt = (peak + quote) * DOUBT * each;
    this.#calmHigh = (peak - quote) * each - doubt;
    this.#calmLow = (peak * (1 - worst) - quote) * each + doubt;
  }

  #pace(rows: number, equity: number): void {
    this.#work = 0;
    this.told = rows / this.#columns.length;
    this.#pacer?.tell(rows, this.#cells?.trades ?? 0, equity);
  }

  #result(planned: Plan, bars: number): RunTrace {
    const cells = this.#cells;
    const mark = this.#columns.close[bars - 1] ?? 0;
    const figures = cells ? figuresOf(cells, mark) : undefined;
    const equity = cells ? cells.worthAt(mark) : quoteNumber(planned.invested);
    const { plan } = cells?.terms ?? { plan: undefined };
    this.#pacer?.finish(bars, cells?.trades ?? 0, equity);
    return {
      state: cells ? (cells.ended ?? 'running') : 'waiting',
      bars,
      startBar: this.#startBar,
      startPrice: this.#startPrice / this.#factor,
      fills: (this.#fills ?? new FillRecorder()).columns(),
      ...this.#samples.finish(bars - 1, equity),
      peakEquity: this.#drawdown.peak,
      drawdown: this.#drawdown.figures(),
      barsInPosition: this.#barsInPosition,
      barsInRange: this.#barsInRange,
      exact: figures?.exact ?? waitingFigures(formatQuote(planned.invested)),
      grid: {
        initialBuys: plan?.firstHolding ?? 0,
        initialSells: plan ? plan.sells.length - plan.firstHolding : 0,
        lineBuys: figures?.lineBuys ?? 0,
        lineSells: figures?.lineSells ?? 0,
        cycles: figures?.cycles ?? 0,
        lines: planned.lines.map((line) => line / this.#factor),
      },
    };
  }
}
