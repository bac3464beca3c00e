/** A grid over recorded candles: the live core, fed with bars (G11–G13). */
import { decimal, trimDecimal } from '#domain/decimal.ts';
import { createEngine } from '../create-engine.ts';
import type { Effect, GridState } from '../effects.ts';
import type { Engine } from '../engine.ts';
import { instrumentKey, type InstrumentKey } from '../events.ts';
import { NO_RISK_LIMITS } from '../risk/limits.ts';
import type { GridSnapshot } from '../views.ts';
import { parseRows, priceDecimalsOf, type Bar, type CandleRow } from './candle-rows.ts';
import { BacktestError, parseCase, type GridCase } from './case.ts';

export type ReportedFill = readonly [
  ts: number,
  what: 'buy' | 'sell' | 'close',
  cell: number,
  price: string,
  quantity: string,
];

/** Figures are plain decimal strings without trailing zeros. */
export interface GridBacktestResult {
  readonly state: GridState;
  /** Rows used; a limit ends the run at its row. */
  readonly bars: number;
  readonly quantity: string;
  /** Flat and holding cells at the start. */
  readonly initial_buys: number;
  readonly initial_sells: number;
  readonly line_buys: number;
  /** Sales of the initial base included. */
  readonly line_sells: number;
  readonly cycles: number;
  readonly realized_pnl: string;
  readonly unrealized_pnl: string;
  readonly grid_profit: string;
  readonly fees_quote: string;
  readonly fees_base: string;
  readonly position: string;
  readonly quote: string;
  readonly equity: string;
  /** Fraction of the running peak, which starts at what was invested. */
  readonly max_drawdown: string;
  /** The first 12 line fills and closing sales; a close has cell -1. */
  readonly first_fills: readonly ReportedFill[];
  /** Line fills and a closing sale, without the initial purchase. */
  readonly fills: number;
}

const GRID_ID = 'backtest';
const FIRST_FILLS = 12;
/** The account holds whatever the case wants to invest: its own limits are not what is tested. */
const START_BALANCE = '1e30';

/**
 * Runs `config` over `rows`. Throws a `BacktestError` that names the fields: a bad configuration, bad rows, or a
 * starting quote that does not cover the grid.
 */
export function runGridBacktest(config: GridCase, rows: readonly CandleRow[]): GridBacktestResult {
  const { instrument, params, slippage } = parseCase(config);
  const decimals = priceDecimalsOf(rows, trimDecimal(decimal(instrument.tickSize)).scale);
  const bars = parseRows(rows, decimals);
  const [first] = bars;
  if (!first) throw BacktestError.of([{ path: 'candles', message: 'has no rows' }]);

  const engine = createEngine({ startBalance: START_BALANCE, risk: NO_RISK_LIMITS, slippage, allowLosingGrids: true });
  const key = instrumentKey(instrument);
  const tally = new Tally();
  const listed = engine.process({ type: 'instrument', ts: first.ts, instrument, priceDecimals: decimals });
  const [refusal] = listed.effects;
  if (refusal?.type === 'log') throw BacktestError.of([{ path: 'lot_size', message: refusal.message }]);
  // G5: the start is at the first row's open.
  engine.process({ type: 'print', ts: first.ts, key, price: first.open });
  const started = engine.process({
    type: 'command',
    ts: first.ts,
    command: { action: 'grid.start', grid_id: GRID_ID, params },
  });
  if (started.reply?.ok === false) {
    const { code, message, issues } = started.reply.error;
    throw new BacktestError(code === 'INSUFFICIENT_FUNDS' ? code : 'VALIDATION_ERROR', message, issues);
  }
  tally.take(started.effects);
  const drawdown = new Drawdown(gridOf(engine), decimals);
  const used = walk(engine, key, bars, tally, drawdown);
  return resultOf(gridOf(engine), used, tally, drawdown);
}

/** Feeds the bars until the grid ends; returns how many were used. */
function walk(engine: Engine, key: InstrumentKey, bars: readonly Bar[], tally: Tally, drawdown: Drawdown): number {
  for (const [index, { ts, open, high, low, close }] of bars.entries()) {
    const { quiet, effects } = engine.process({ type: 'bar', ts, key, open, high, low, close });
    if (!quiet) {
      tally.take(effects);
      drawdown.holdings(gridOf(engine));
    }
    drawdown.sample(close);
    if (tally.ended) return index + 1;
  }
  return bars.length;
}

function gridOf(engine: Engine): GridSnapshot {
  const grid = engine.grid(GRID_ID);
  if (!grid) throw new RangeError('the backtest lost its grid');
  return grid;
}

function resultOf(grid: GridSnapshot, bars: number, tally: Tally, drawdown: Drawdown): GridBacktestResult {
  const { figures } = grid;
  return {
    state: grid.state,
    bars,
    quantity: grid.quantity,
    initial_buys: tally.initialBuys,
    initial_sells: tally.initialSells,
    line_buys: tally.lineBuys,
    line_sells: tally.lineSells,
    cycles: grid.cycles,
    realized_pnl: figures.realized_pnl,
    unrealized_pnl: figures.unrealized_pnl,
    grid_profit: figures.grid_profit,
    fees_quote: figures.fees_quote,
    fees_base: figures.fees_base,
    position: figures.position,
    quote: figures.quote,
    equity: figures.equity,
    max_drawdown: drawdown.worst(),
    first_fills: tally.firstFills,
    fills: tally.fills,
  };
}

/** Counts what the effects say. */
class Tally {
  initialBuys = 0;
  initialSells = 0;
  lineBuys = 0;
  lineSells = 0;
  fills = 0;
  ended = false;
  readonly firstFills: ReportedFill[] = [];
  #started = false;

  take(effects: readonly Effect[]): void {
    const starts = !this.#started && effects.some(({ type }) => type === 'order');
    for (const effect of effects) {
      if (effect.type === 'trade') this.#fill(effect);
      else if (effect.type === 'order' && starts) this.#initial(effect);
      else if (effect.type === 'lifecycle') this.ended ||= effect.event === 'stopped' || effect.event === 'error';
    }
    this.#started ||= starts;
  }

  /** A start places one order a cell, before anything can fill. */
  #initial({ event, level, side }: Extract<Effect, { type: 'order' }>): void {
    if (event === 'filled' && level >= 0) this.#started = true;
    if (event !== 'placed' || level < 0 || this.#started) return;
    if (side === 'buy') this.initialBuys += 1;
    else this.initialSells += 1;
  }

  #fill({ ts, side, level, price, amount }: Extract<Effect, { type: 'trade' }>): void {
    if (level < 0 && side === 'buy') return;
    this.fills += 1;
    if (level >= 0 && side === 'buy') this.lineBuys += 1;
    if (level >= 0 && side === 'sell') this.lineSells += 1;
    if (this.firstFills.length < FIRST_FILLS)
      this.firstFills.push([ts, level < 0 ? 'close' : side, level, price, amount]);
  }
}

/** The largest fall from the running peak; a ratio for people, so doubles do. */
class Drawdown {
  readonly #unit: number;
  #invested = '';
  #peak = 0;
  #quote = 0;
  #position = 0;
  #worst = 0;

  constructor(grid: GridSnapshot, decimals: number) {
    this.#unit = 10 ** decimals;
    this.holdings(grid);
  }

  /** A grid that waited may need another amount at the price it starts at (G6): the peak begins there. */
  holdings({ figures }: GridSnapshot): void {
    if (figures.invested !== this.#invested) this.#peak = Number(figures.invested);
    this.#invested = figures.invested;
    this.#quote = Number(figures.quote);
    this.#position = Number(figures.position);
  }

  sample(close: number): void {
    const equity = this.#quote + this.#position * (close / this.#unit);
    if (equity > this.#peak) this.#peak = equity;
    else this.#worst = Math.max(this.#worst, (this.#peak - equity) / this.#peak);
  }

  worst(): string {
    return this.#worst < 5e-13 ? '0' : this.#worst.toFixed(12).replace(/\.?0+$/, '');
  }
}
