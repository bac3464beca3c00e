/**
 * A recorded live session once more, through a fresh core that holds nothing but this grid or strategy: the same events
 * in, so the same orders, fills and PnL out. What the rest of the account did to it is told to it from outside: commands,
 * and a kill switch that the account's daily loss threw.
 */
import { decimal, trimDecimal, unitsAt } from '#domain/decimal.ts';
import { createEngine, restoreEngine } from '../create-engine.ts';
import type { Effect, EngineError } from '../effects.ts';
import type { Engine, EngineOptions } from '../engine.ts';
import { instrumentKey, type EngineEvent, type InstrumentKey } from '../events.ts';
import { gridLines } from '../grid/lines.ts';
import { parseSpec } from '../grid/spec.ts';
import { parseRules, type Rules } from '../instrument-rules.ts';
import { BASE_SCALE, parseUnits } from '../ledger/money.ts';
import type { GridFigures, GridSnapshot, StrategyFigures, StrategySnapshot } from '../views.ts';
import { curveRows } from './curve-rows.ts';
import { FillRecorder } from './grid-core-columns.ts';
import { Drawdown } from './grid-core-drawdown.ts';
import { quoteNumber } from './grid-core-money.ts';
import { reportOf, type BacktestReport } from './report.ts';
import { SessionRows, type RowFigures } from './session-rows.ts';
import type { RunState, RunTrace } from './trace.ts';
import type { LotSize } from './trades.ts';

export interface SessionStart {
  readonly id: string;
  readonly options: EngineOptions;
  /** Its market as it was: the instrument, then the newest price, quote and gap, in their order. */
  readonly before: readonly EngineEvent[];
  readonly start: Extract<EngineEvent, { type: 'command' }>;
}

/** One effect of the session's own, in order. */
export type SessionEffect = Extract<Effect, { type: 'order' | 'trade' | 'signal' | 'strategy_trade' }>;

export interface SessionOutcome {
  readonly effects: readonly SessionEffect[];
  /** Plain decimals, at the last event. */
  readonly figures: Readonly<Record<string, string>>;
  readonly report: BacktestReport;
}

/** The start was refused, which the recorded one was not. */
export class SessionRefused extends Error {
  override readonly name = 'SessionRefused';
}

const TOUCH_FREE = { fillsAtClose: false, free: false };

/** Options without the account-wide limit: its switch comes as an event. */
function withoutDailyLoss(options: EngineOptions): EngineOptions {
  return { ...options, risk: { ...options.risk, maxDailyLoss: null } };
}

export class Session {
  readonly key: InstrumentKey;
  readonly #id: string;
  readonly #rules: Rules;
  readonly #rows: SessionRows;
  readonly #fills = new FillRecorder();
  readonly #drawdown: Drawdown;
  readonly #effects: SessionEffect[] = [];
  #engine: Engine;
  #inputDecimals: number;
  #trades: boolean;
  #invested: number;
  #startBar = -1;
  #startPrice = 0;
  #isRegridded = false;
  readonly #placed = { buys: 0, sells: 0 };
  readonly #lineFills = { buys: 0, sells: 0 };

  /** Throws `SessionRefused` where the core refuses the start, `RangeError` where `before` does not list the instrument. */
  constructor({ id, options, before, start }: SessionStart) {
    this.#id = id;
    this.#engine = createEngine(withoutDailyLoss(options));
    const listing = before.find((event) => event.type === 'instrument');
    if (!listing) throw new RangeError('a session needs its instrument');
    const rules = parseRules(listing.instrument, listing.priceDecimals);
    if (typeof rules === 'string') throw new RangeError(`the instrument cannot be traded: ${rules}`);
    this.#rules = rules;
    this.#inputDecimals = listing.priceDecimals;
    this.key = instrumentKey(listing.instrument);
    for (const event of before) this.#engine.process(event);
    this.#trades = before.some(({ type }) => type === 'print' || type === 'bar');
    const { reply, effects } = this.#engine.process(start);
    if (!reply || !reply.ok) throw new SessionRefused(reply ? refusal(reply.error) : 'the core did not answer');
    const { figures } = this.#snapshot();
    this.#rows = new SessionRows(start.ts, this.#units(figures.current_price), rules.priceDecimals, (close) =>
      this.#rowFigures(close),
    );
    this.#invested = Number(figures.invested);
    this.#drawdown = new Drawdown(this.#invested);
    this.#take(effects);
  }

  /** The minute it has come to, from 0. */
  get row(): number {
    return this.#rows.row;
  }

  get trades(): number {
    return this.#fills.length;
  }

  get equity(): number {
    return Number(this.#snapshot().figures.equity);
  }

  /** Nothing more can happen to it. */
  get ended(): boolean {
    return this.#snapshot().ended_at !== null;
  }

  /** From here on the core runs with these. */
  changeOptions(options: EngineOptions): void {
    this.#engine = restoreEngine(this.#engine.snapshot(), withoutDailyLoss(options));
  }

  /** An event of this market, or a command that concerns the session. */
  process(event: EngineEvent): void {
    // A bar's close is known at its end, but its row is that of its open.
    if (event.type !== 'candle') this.#rows.advance(event.ts);
    this.#price(event);
    if (event.type === 'instrument') this.#inputDecimals = event.priceDecimals;
    if (event.type === 'command' && event.command.action === 'grid.update_params') this.#isRegridded = true;
    this.#take(this.#engine.process(event).effects);
  }

  finish(): SessionOutcome {
    const { columns, equity } = this.#rows.finish();
    const samples = curveRows(columns);
    const last = columns.length - 1;
    const rows = samples.at(-1) === last ? samples : Int32Array.of(...samples, last);
    const trace = this.#trace(rows, equity);
    const grid = this.#engine.grid(this.#id);
    const report = reportOf(trace, columns, {
      lot: this.#lotSize(),
      traits: { ...TOUCH_FREE, touch: grid !== undefined && grid.params.fill_model !== 'through' },
      ...(grid && { grid: this.#counts(grid) }),
    });
    const warnings = this.#isRegridded
      ? [...report.warnings, 'The grid’s parameters were changed while it ran: lists by cell show the last ones.']
      : report.warnings;
    return { effects: this.#effects, figures: trace.exact, report: { ...report, warnings } };
  }

  #price(event: EngineEvent): void {
    const factor = 10 ** (this.#rules.priceDecimals - this.#inputDecimals);
    const take = (price: number) => this.#rows.take(Math.round(price * factor));
    if (event.type === 'print') {
      this.#trades = true;
      if (event.price > 0) take(event.price);
    } else if (event.type === 'bar') {
      this.#trades = true;
      for (const price of [event.open, event.high, event.low, event.close]) take(price);
    } else if (event.type === 'quote' && !this.#trades && event.bid > 0 && event.ask >= event.bid) {
      take(Math.floor((event.bid + event.ask) / 2));
    }
  }

  #take(effects: readonly Effect[]): void {
    let starts = false;
    for (const effect of effects) {
      switch (effect.type) {
        case 'order':
          this.#effects.push(effect);
          if (starts && effect.event === 'placed' && effect.level >= 0) {
            this.#placed[effect.side === 'buy' ? 'buys' : 'sells'] += 1;
          }
          break;
        case 'trade':
          this.#effects.push(effect);
          if (effect.level >= 0) {
            starts = false;
            this.#lineFills[effect.side === 'buy' ? 'buys' : 'sells'] += 1;
          }
          this.#fill(effect, effect.level);
          break;
        case 'strategy_trade':
          this.#effects.push(effect);
          this.#fill(effect, -1);
          break;
        case 'signal':
          this.#effects.push(effect);
          break;
        case 'lifecycle':
        case 'strategy_lifecycle':
          if (effect.state !== 'running' || this.#startBar >= 0) break;
          starts = true;
          this.#startBar = this.#rows.row;
          this.#startPrice = this.#rows.price;
          break;
        case 'risk':
        case 'strategy_risk':
        case 'kill_switch':
        case 'log':
          break;
      }
    }
    if (effects.length > 0) this.#followInvested();
  }

  /** Money that is added or taken away is neither gain nor fall. */
  #followInvested(): void {
    const invested = Number(this.#snapshot().figures.invested);
    this.#drawdown.peak += invested - this.#invested;
    this.#invested = invested;
  }

  #fill(
    { side, price, amount, fee, realized_pnl }: Extract<Effect, { type: 'trade' | 'strategy_trade' }>,
    level: number,
  ): void {
    const { lot, feeInBase, toQuote } = this.#rules;
    const at = this.#units(price);
    const paid =
      feeInBase && side === 'buy'
        ? quoteNumber((parseUnits(fee, BASE_SCALE) ?? 0n) * BigInt(at) * toQuote)
        : Number(fee);
    const lots = Number((parseUnits(amount, BASE_SCALE) ?? 0n) / lot);
    this.#fills.add(this.#rows.row, side === 'buy' ? 1 : -1, level, at, lots, paid, Number(realized_pnl));
  }

  #rowFigures(close: number): RowFigures {
    const grid = this.#engine.grid(this.#id);
    const { figures } = this.#snapshot();
    const equity = Number(figures.equity);
    this.#drawdown.sample(this.#rows.row, equity);
    const inRange =
      grid?.state === 'running' &&
      close >= this.#units(grid.params.lower_price) &&
      close <= this.#units(grid.params.upper_price);
    const inPosition = grid ? grid.active_sell_orders > 0 : Number(figures.position) !== 0;
    return { equity, inPosition, inRange };
  }

  #trace(samples: Int32Array, equity: Float64Array): RunTrace {
    const snapshot = this.#snapshot();
    const grid = this.#engine.grid(this.#id);
    const { reason } = snapshot;
    return {
      state: stateOf(snapshot.state),
      ...(reason !== undefined && { reason }),
      bars: equity.length,
      startBar: this.#startBar,
      startPrice: this.#startPrice,
      fills: this.#fills.columns(),
      samples,
      equity: Float64Array.from(samples, (row) => equity[row] ?? 0),
      peakEquity: this.#drawdown.peak,
      drawdown: this.#drawdown.figures(),
      barsInPosition: this.#rows.barsInPosition,
      barsInRange: this.#rows.barsInRange,
      exact: exactOf(snapshot.figures, grid),
      ...(grid && {
        grid: {
          initialBuys: this.#placed.buys,
          initialSells: this.#placed.sells,
          lineBuys: this.#lineFills.buys,
          lineSells: this.#lineFills.sells,
          cycles: grid.cycles,
          lines: this.#lines(grid),
        },
      }),
    };
  }

  #counts(grid: GridSnapshot): Readonly<Record<string, number>> {
    return {
      quantity: Number(grid.quantity),
      initial_buys: this.#placed.buys,
      initial_sells: this.#placed.sells,
      line_buys: this.#lineFills.buys,
      line_sells: this.#lineFills.sells,
      cycles: grid.cycles,
      fills: this.#fills.length,
    };
  }

  #lotSize(): LotSize {
    const { units, scale } = trimDecimal(decimal(this.#rules.instrument.lotSize));
    return { units: Number(units), scale };
  }

  #lines({ params }: GridSnapshot): number[] {
    const spec = parseSpec(params, this.#rules);
    return spec.ok ? gridLines(spec.spec.range).map((line) => line * this.#rules.tick) : [];
  }

  #snapshot(): GridSnapshot | StrategySnapshot {
    const found = this.#engine.grid(this.#id) ?? this.#engine.strategy(this.#id);
    if (!found) throw new RangeError(`${this.#id} is not in the core`);
    return found;
  }

  /** A price's text in the rows' units. */
  #units(text: string): number {
    return Number(unitsAt(decimal(text), this.#rules.priceDecimals) ?? NaN);
  }
}

function refusal({ code, message }: EngineError): string {
  return `${code}: ${message}`;
}

function exactOf(figures: GridFigures | StrategyFigures, grid: GridSnapshot | undefined): Record<string, string> {
  const { current_price: _, ...money } = figures;
  return { ...money, ...(grid && { quantity: grid.quantity }) };
}

function stateOf(state: GridSnapshot['state'] | StrategySnapshot['state']): RunState {
  switch (state) {
    case 'waiting':
    case 'stop_loss':
    case 'take_profit':
    case 'stopped':
    case 'error':
      return state;
    default:
      return 'running';
  }
}
