/** A grid over recorded candles through the core that trades live (G11–G13): the slower, plainer of two paths. */
import type { CandleColumns } from '#domain/candle-columns.ts';
import { decimal, unitsAt } from '#domain/decimal.ts';
import { createEngine } from '../create-engine.ts';
import type { Effect } from '../effects.ts';
import type { Engine } from '../engine.ts';
import { instrumentKey, type InstrumentKey } from '../events.ts';
import { gridLines } from '../grid/lines.ts';
import { parseSpec } from '../grid/spec.ts';
import { parseRules, type Rules } from '../instrument-rules.ts';
import { BASE_SCALE, parseUnits } from '../ledger/money.ts';
import { NO_RISK_LIMITS } from '../risk/limits.ts';
import type { GridSnapshot } from '../views.ts';
import { checkCountable } from './candle-index.ts';
import { BacktestError, type ParsedCase } from './case.ts';
import { FillRecorder, Pacer, SampleRecorder } from './grid-core-columns.ts';
import { Drawdown } from './grid-core-drawdown.ts';
import { decimalsOf, moneyDecimals, quoteNumber, Worth } from './grid-core-money.ts';
import type { RunHooks, RunState, RunTrace } from './trace.ts';

export interface GridRunOptions {
  /** Rows, increasing, whose equity is recorded; that of the last row used always is. */
  readonly samples: Int32Array;
  readonly hooks?: RunHooks;
  /** Totals, drawdown and samples, but no fills: sweeps. */
  readonly figuresOnly?: boolean;
}

const GRID_ID = 'backtest';
/** The account holds whatever the case wants to invest: its own limits are not what is tested. */
const START_BALANCE = '1e30';
/** Rows between two looks at the hooks; a row with fills costs as much as many without. */
const PACE = 4096;
const FILL_ROWS = 128;
const MOST_KNOWN = 1024;

/**
 * Runs the grid over all of `columns` or until a limit ends it. Fill prices, lines and the start price are in the
 * data's units: fractions of them where the tick is finer. Throws a `BacktestError` that names the fields for a bad
 * configuration, no rows, or a starting quote that does not cover the grid; `RunCancelled` where the hooks say so.
 */
export function runGridCore(parsed: ParsedCase, columns: CandleColumns, options: GridRunOptions): RunTrace {
  if (columns.length === 0) throw BacktestError.of([{ path: 'candles', message: 'has no rows' }]);
  const { instrument, params, slippage } = parsed;
  const decimals = decimalsOf(parsed, columns);
  checkCountable(columns, decimals, 'tick_size');
  const engine = createEngine({ startBalance: START_BALANCE, risk: NO_RISK_LIMITS, slippage, allowLosingGrids: true });
  const key = instrumentKey(instrument);
  const ts = columns.ts[0] ?? 0;
  engine.process({ type: 'instrument', ts, instrument, priceDecimals: decimals });
  const rules = parseRules(instrument, decimals);
  if (typeof rules === 'string') {
    const message = `${key} cannot be traded: ${rules}`;
    throw BacktestError.of([{ path: 'lot_size', message }]);
  }
  const run = new CoreRun(engine, key, parsed, rules, columns, options);
  // G5: the start is at the first row's open.
  engine.process({ type: 'print', ts, key, price: run.open(0) });
  const started = engine.process({ type: 'command', ts, command: { action: 'grid.start', grid_id: GRID_ID, params } });
  if (started.reply?.ok === false) {
    const { code, message, issues } = started.reply.error;
    throw new BacktestError(code === 'INSUFFICIENT_FUNDS' ? code : 'VALIDATION_ERROR', message, issues);
  }
  run.begin(started.effects);
  return run.walk();
}

/** Follows one grid by what the engine says of it. */
class CoreRun {
  readonly #engine: Engine;
  readonly #key: InstrumentKey;
  readonly #parsed: ParsedCase;
  readonly #rules: Rules;
  readonly #columns: CandleColumns;
  readonly #options: GridRunOptions;
  readonly #factor: number;
  readonly #fills = new FillRecorder();
  readonly #samples: SampleRecorder;
  readonly #worth: Worth;
  readonly #drawdown = new Drawdown(0);
  /** A grid's lines and amounts come again and again. */
  readonly #prices = new Known((text) => this.#price(text));
  readonly #lots = new Known((text) => Number((parseUnits(text, BASE_SCALE) ?? 0n) / this.#rules.lot));
  readonly #range: { readonly lower: number; readonly upper: number };
  #invested: bigint | undefined;
  #inPosition = false;
  #running = false;
  #ended = false;
  #startBar = -1;
  #startPrice = 0;
  #initialBuys = 0;
  #initialSells = 0;
  #lineBuys = 0;
  #lineSells = 0;
  #trades = 0;

  constructor(
    engine: Engine,
    key: InstrumentKey,
    parsed: ParsedCase,
    rules: Rules,
    columns: CandleColumns,
    options: GridRunOptions,
  ) {
    this.#engine = engine;
    this.#key = key;
    this.#parsed = parsed;
    this.#rules = rules;
    this.#columns = columns;
    this.#options = options;
    this.#factor = 10 ** (rules.priceDecimals - columns.priceDecimals);
    this.#samples = new SampleRecorder(options.samples);
    this.#worth = new Worth(rules.priceDecimals, moneyDecimals(parsed, rules.priceDecimals));
    const { lower_price, upper_price } = parsed.params;
    this.#range = { lower: this.#price(lower_price), upper: this.#price(upper_price) };
  }

  /** The first price of a row, in the run's units. */
  open(row: number): number {
    return (this.#columns.open[row] ?? 0) * this.#factor;
  }

  /** What the start itself did. */
  begin(effects: readonly Effect[]): void {
    this.#take(effects, 0);
  }

  walk(): RunTrace {
    const engine = this.#engine;
    const key = this.#key;
    const columns = this.#columns;
    const factor = this.#factor;
    const worth = this.#worth;
    const drawdown = this.#drawdown;
    const samples = this.#samples;
    const { lower, upper } = this.#range;
    const { hooks } = this.#options;
    const pacer = hooks && new Pacer(hooks, columns);
    let work = 0;
    let inPosition = 0;
    let inRange = 0;
    let row = 0;
    let equity = 0;
    for (; row < columns.length && !this.#ended; row += 1) {
      const close = (columns.close[row] ?? 0) * factor;
      const { quiet, effects } = engine.process({
        type: 'bar',
        ts: columns.ts[row] ?? 0,
        key,
        open: (columns.open[row] ?? 0) * factor,
        high: (columns.high[row] ?? 0) * factor,
        low: (columns.low[row] ?? 0) * factor,
        close,
      });
      work += 1;
      if (!quiet) {
        this.#take(effects, row);
        work += FILL_ROWS;
      }
      equity = worth.at(close);
      drawdown.sample(row, equity);
      if (row === samples.next) samples.record(equity);
      if (this.#inPosition) inPosition += 1;
      if (this.#running && close >= lower && close <= upper) inRange += 1;
      if (pacer && work >= PACE) {
        work = 0;
        pacer.tell(row + 1, this.#trades, equity);
      }
    }
    pacer?.finish(row, this.#trades, equity);
    return this.#trace(row, equity, inPosition, inRange);
  }

  #trace(bars: number, equity: number, barsInPosition: number, barsInRange: number): RunTrace {
    const grid = this.#grid();
    const { figures } = grid;
    return {
      state: stateOf(grid),
      ...(grid.state === 'error' && grid.reason !== undefined && { reason: grid.reason }),
      bars,
      startBar: this.#startBar,
      startPrice: this.#startPrice / this.#factor,
      fills: this.#fills.columns(),
      ...this.#samples.finish(bars - 1, equity),
      peakEquity: this.#drawdown.peak,
      drawdown: this.#drawdown.figures(),
      barsInPosition,
      barsInRange,
      exact: {
        invested: figures.invested,
        quote: figures.quote,
        position: figures.position,
        equity: figures.equity,
        realized_pnl: figures.realized_pnl,
        unrealized_pnl: figures.unrealized_pnl,
        fees: figures.fees,
        fees_quote: figures.fees_quote,
        fees_base: figures.fees_base,
        grid_profit: figures.grid_profit,
        quantity: grid.quantity,
      },
      grid: {
        initialBuys: this.#initialBuys,
        initialSells: this.#initialSells,
        lineBuys: this.#lineBuys,
        lineSells: this.#lineSells,
        cycles: grid.cycles,
        lines: this.#lines(),
      },
    };
  }

  #take(effects: readonly Effect[], row: number): void {
    let starts = false;
    for (const effect of effects) {
      if (effect.type === 'trade') {
        this.#fill(effect, row);
        if (effect.level >= 0) starts = false;
      } else if (effect.type === 'order') {
        if (starts && effect.event === 'placed' && effect.level >= 0) this.#placed(effect.side);
      } else if (effect.type === 'lifecycle') {
        this.#ended ||= effect.event === 'stopped' || effect.event === 'error';
        // A start places one order a cell, before anything can fill.
        if (effect.state === 'running' && this.#startBar < 0) {
          starts = true;
          this.#startBar = row;
          this.#startPrice = effect.event === 'triggered' ? this.#triggeredAt(row) : this.open(0);
        }
      }
    }
    this.#holdings();
  }

  #placed(side: 'buy' | 'sell'): void {
    if (side === 'buy') this.#initialBuys += 1;
    else this.#initialSells += 1;
  }

  #fill({ side, level, price, amount, fee, realized_pnl }: Extract<Effect, { type: 'trade' }>, row: number): void {
    this.#trades += 1;
    if (level >= 0 && side === 'buy') this.#lineBuys += 1;
    if (level >= 0 && side === 'sell') this.#lineSells += 1;
    if (this.#options.figuresOnly === true) return;
    const { feeInBase, toQuote } = this.#rules;
    const at = this.#prices.of(price);
    const paid =
      feeInBase && side === 'buy'
        ? quoteNumber((parseUnits(fee, BASE_SCALE) ?? 0n) * BigInt(at) * toQuote)
        : Number(fee);
    const lots = this.#lots.of(amount);
    this.#fills.add(row, side === 'buy' ? 1 : -1, level, at / this.#factor, lots, paid, Number(realized_pnl));
  }

  /** G13: at the trigger, or at the open where a gap passed it. */
  #triggeredAt(row: number): number {
    const trigger = this.#price(this.#parsed.params.trigger_price ?? '0');
    const open = this.open(row);
    const passed = trigger > this.open(0) ? open >= trigger : open <= trigger;
    return passed ? open : trigger;
  }

  #holdings(): void {
    const { state, invested, quote, base, sells } = this.#engine.holdings(GRID_ID) ?? lost();
    this.#worth.set(quote, base);
    if (invested !== this.#invested) this.#drawdown.restart(quoteNumber(invested));
    this.#invested = invested;
    this.#running = state === 'running';
    // Dust that no cell can sell is no position (G7a).
    this.#inPosition = sells;
  }

  #grid(): GridSnapshot {
    return this.#engine.grid(GRID_ID) ?? lost();
  }

  #lines(): number[] {
    const spec = parseSpec(this.#parsed.params, this.#rules);
    return spec.ok ? gridLines(spec.spec.range).map((line) => (line * this.#rules.tick) / this.#factor) : [];
  }

  /** A price's text in the run's units. */
  #price(text: string): number {
    return Number(unitsAt(decimal(text), this.#rules.priceDecimals) ?? NaN);
  }
}

/** Remembers what texts mean, a thousand of them. */
class Known {
  readonly #read: (text: string) => number;
  readonly #known = new Map<string, number>();

  constructor(read: (text: string) => number) {
    this.#read = read;
  }

  of(text: string): number {
    const found = this.#known.get(text);
    if (found !== undefined) return found;
    const value = this.#read(text);
    if (this.#known.size >= MOST_KNOWN) this.#known.clear();
    this.#known.set(text, value);
    return value;
  }
}

function lost(): never {
  throw new RangeError('the backtest lost its grid');
}

function stateOf({ state }: GridSnapshot): RunState {
  switch (state) {
    case 'waiting':
    case 'stop_loss':
    case 'take_profit':
    case 'error':
      return state;
    default:
      return 'running';
  }
}
