/** A signal strategy over recorded candles through the core that trades live (G19): the slower, plainer of two paths. */
import type { CandleColumns } from '#domain/candle-columns.ts';
import { decimal, trimDecimal, unitsAt } from '#domain/decimal.ts';
import { INTERVAL_MS } from '#domain/market-data.ts';
import { createEngine } from '../create-engine.ts';
import type { Effect, Outcome } from '../effects.ts';
import type { Engine } from '../engine.ts';
import { instrumentKey, type EngineCommand, type InstrumentKey } from '../events.ts';
import { notional, parseRules, type Rules } from '../instrument-rules.ts';
import { valueOf } from '../ledger/grid-ledger.ts';
import { BASE_SCALE, formatQuote, parseUnits, QUOTE_SCALE, share } from '../ledger/money.ts';
import { NO_RISK_LIMITS } from '../risk/limits.ts';
import { parseSetup } from '../strategy/machine/setup.ts';
import type { StrategySetup } from '../strategy/machine/state.ts';
import type { StrategySnapshot } from '../views.ts';
import { checkCountable } from './candle-index.ts';
import { BacktestError } from './case.ts';
import type { GridRunOptions } from './grid-core.ts';
import { FillRecorder, Pacer, SampleRecorder } from './grid-core-columns.ts';
import { Drawdown } from './grid-core-drawdown.ts';
import { MOST_DECIMALS, quoteNumber, Worth } from './grid-core-money.ts';
import type { SignalCase } from './signal-case.ts';
import type { RunTrace } from './trace.ts';

const STRATEGY_ID = 'backtest';
/** The account holds whatever the case wants to trade with: its own limits are not what is tested. */
const START_BALANCE = '1e30';
/** Rows between two looks at the hooks. */
const PACE = 512;

/**
 * Runs the strategy over all of `columns`, or until its equity is used up. Fill prices and the start price are in the
 * data's units. Throws a `BacktestError` that names the fields for what cannot run; `RunCancelled` where the hooks say so.
 */
export function runSignalCore(signalCase: SignalCase, columns: CandleColumns, options: GridRunOptions): RunTrace {
  if (columns.length === 0) throw BacktestError.of([{ path: 'candles', message: 'has no rows' }]);
  const { instrument, slippage } = signalCase;
  const decimals = Math.max(columns.priceDecimals, trimDecimal(decimal(instrument.tickSize)).scale);
  checkCountable(columns, decimals, 'instrument.tick_size');
  const engine = createEngine({
    startBalance: START_BALANCE,
    risk: NO_RISK_LIMITS,
    slippage,
    backtestStrategies: true,
  });
  const key = instrumentKey(instrument);
  engine.process({ type: 'instrument', ts: 0, instrument, priceDecimals: decimals });
  const rules = parseRules(instrument, decimals);
  if (typeof rules === 'string') {
    throw BacktestError.of([{ path: 'instrument', message: `cannot be traded: ${rules}` }]);
  }
  const setup: StrategySetup = {
    strategy: signalCase.strategy,
    symbol: instrument.symbol,
    venue: instrument.venue,
    timeframe: '1m',
    capital: signalCase.capital,
    params: signalCase.params,
  };
  const run = new CoreRun(engine, key, setup, rules, columns, options);
  const { reply } = run.command({ action: 'strategy.start', strategy_id: STRATEGY_ID, setup, warmup: [] }, 0);
  if (reply?.ok === false) throw new BacktestError('VALIDATION_ERROR', reply.error.message, reply.error.issues);
  return run.walk();
}

/** Follows one strategy by what the engine says of it. */
class CoreRun {
  readonly #engine: Engine;
  readonly #key: InstrumentKey;
  readonly #rules: Rules;
  readonly #columns: CandleColumns;
  readonly #options: GridRunOptions;
  readonly #factor: number;
  readonly #closeAt: 'last_close' | 'last_open' | 'none';
  readonly #startBar: number;
  readonly #fills = new FillRecorder();
  readonly #samples: SampleRecorder;
  readonly #worth: Worth;
  readonly #drawdown: Drawdown;
  #quote: bigint;
  #base = 0n;
  #trades = 0;
  #ended = false;
  #reason: string | undefined;

  constructor(
    engine: Engine,
    key: InstrumentKey,
    setup: StrategySetup,
    rules: Rules,
    columns: CandleColumns,
    options: GridRunOptions,
  ) {
    const parsed = parseSetup(setup, 'backtest');
    if (!parsed.ok) throw BacktestError.of(parsed.issues);
    this.#engine = engine;
    this.#key = key;
    this.#rules = rules;
    this.#columns = columns;
    this.#options = options;
    this.#factor = 10 ** (rules.priceDecimals - columns.priceDecimals);
    this.#closeAt = closeAtOf(parsed.setup.params['close_at']);
    const startBar = Math.max(0, parsed.terms.warmup - 1);
    this.#startBar = startBar < columns.length ? startBar : -1;
    this.#samples = new SampleRecorder(options.samples);
    const scale = (text: string) => trimDecimal(decimal(text)).scale;
    const { lotSize, takerFee } = rules.instrument;
    const moneyDecimals = Math.max(rules.priceDecimals + scale(lotSize) + scale(takerFee), scale(setup.capital));
    this.#worth = new Worth(rules.priceDecimals, Math.min(moneyDecimals, MOST_DECIMALS));
    this.#drawdown = new Drawdown(Number(setup.capital));
    this.#quote = parsed.terms.capital;
    this.#worth.set(this.#quote, this.#base);
  }

  command(command: EngineCommand, ts: number): Outcome {
    return this.#engine.process({ type: 'command', ts, command });
  }

  walk(): RunTrace {
    const columns = this.#columns;
    const { hooks } = this.#options;
    const pacer = hooks && new Pacer(hooks, columns);
    let inPosition = 0;
    let equity = 0;
    let row = 0;
    for (; row < columns.length && !this.#ended; row += 1) {
      this.#row(row);
      equity = this.#equity((columns.close[row] ?? 0) * this.#factor);
      this.#drawdown.sample(row, equity);
      if (row === this.#samples.next) this.#samples.record(equity);
      if (this.#base !== 0n) inPosition += 1;
      if (pacer && (row + 1) % PACE === 0) pacer.tell(row + 1, this.#trades, equity);
    }
    pacer?.finish(row, this.#trades, equity);
    return this.#trace(row, equity, inPosition);
  }

  #row(row: number): void {
    const { open, high, low, close } = this.#columns;
    const factor = this.#factor;
    const ts = timeOf(row);
    const bar = {
      ts,
      key: this.#key,
      open: (open[row] ?? 0) * factor,
      high: (high[row] ?? 0) * factor,
      low: (low[row] ?? 0) * factor,
      close: (close[row] ?? 0) * factor,
    };
    const isLast = row === this.#columns.length - 1;
    if (isLast && this.#closeAt === 'last_open') {
      // What was decided before it is not opened any more.
      this.#take(this.command({ action: 'strategy.pause', id: STRATEGY_ID }, ts).effects, row);
      this.#engine.process({ type: 'print', ts, key: this.#key, price: bar.open });
      this.#close(row);
    }
    this.#take(this.#engine.process({ type: 'bar', ...bar }).effects, row);
    if (isLast && this.#closeAt === 'last_close') this.#close(row);
    this.#take(this.#engine.process({ type: 'candle', interval: '1m', ...bar }).effects, row);
  }

  /** At market around the last price: a stop, after which nothing is decided any more. */
  #close(row: number): void {
    const command = { action: 'strategy.stop', id: STRATEGY_ID, close_position: true } as const;
    this.#take(this.command(command, timeOf(row)).effects, row);
  }

  #take(effects: readonly Effect[], row: number): void {
    let traded = false;
    for (const effect of effects) {
      if (effect.type === 'strategy_trade') {
        this.#fill(effect, row);
        traded = true;
      } else if (effect.type === 'strategy_lifecycle' && effect.state === 'error') {
        this.#ended = true;
        this.#reason = effect.reason;
      }
    }
    if (!traded) return;
    const { figures } = this.#strategy();
    this.#quote = parseUnits(figures.quote, QUOTE_SCALE) ?? 0n;
    this.#base = parseUnits(figures.position, BASE_SCALE) ?? 0n;
    this.#worth.set(this.#quote, this.#base);
  }

  #fill({ side, price, amount, realized_pnl }: Extract<Effect, { type: 'strategy_trade' }>, row: number): void {
    const rules = this.#rules;
    this.#trades += 1;
    const size = parseUnits(amount, BASE_SCALE) ?? 0n;
    const lots = Number(size / rules.lot);
    if (lots > Number.MAX_SAFE_INTEGER) {
      const message = `is too small: a position of ${amount} has more than 2^53 lots`;
      throw BacktestError.of([{ path: 'instrument.lot_size', message, code: 'lot_too_small' }]);
    }
    if (this.#options.figuresOnly === true) return;
    const at = Number(unitsAt(decimal(price), rules.priceDecimals) ?? NaN);
    // A fee in base, too, is told in quote.
    const fee = quoteNumber(share(notional(rules, size, at), rules.taker));
    this.#fills.add(row, side === 'buy' ? 1 : -1, -1, at / this.#factor, lots, fee, Number(realized_pnl));
  }

  #equity(mark: number): number {
    // The quick way adds what is not negative only.
    if (this.#base >= 0n && this.#quote >= 0n) return this.#worth.at(mark);
    return quoteNumber(this.#quote + valueOf(this.#base, mark, this.#rules.priceDecimals));
  }

  #strategy(): StrategySnapshot {
    const strategy = this.#engine.strategy(STRATEGY_ID);
    if (!strategy) throw new RangeError('the backtest lost its strategy');
    return strategy;
  }

  #trace(bars: number, equity: number, barsInPosition: number): RunTrace {
    const { figures } = this.#strategy();
    // Dust of a strategy that was stopped before the last close is worth what that says (G13).
    const mark = (this.#columns.close[bars - 1] ?? 0) * this.#factor;
    const worth = this.#quote + valueOf(this.#base, mark, this.#rules.priceDecimals);
    const gain = worth - (parseUnits(figures.invested, QUOTE_SCALE) ?? 0n);
    return {
      state: this.#ended ? 'error' : 'running',
      ...(this.#reason !== undefined && { reason: this.#reason }),
      bars,
      startBar: this.#startBar,
      startPrice: this.#startBar < 0 ? 0 : (this.#columns.close[this.#startBar] ?? 0),
      fills: this.#fills.columns(),
      ...this.#samples.finish(bars - 1, equity),
      peakEquity: this.#drawdown.peak,
      drawdown: this.#drawdown.figures(),
      barsInPosition,
      barsInRange: 0,
      exact: {
        invested: figures.invested,
        quote: figures.quote,
        position: figures.position,
        equity: formatQuote(worth),
        realized_pnl: figures.realized_pnl,
        unrealized_pnl: formatQuote(gain - (parseUnits(figures.realized_pnl, QUOTE_SCALE) ?? 0n)),
        fees: figures.fees,
        fees_quote: figures.fees_quote,
        fees_base: figures.fees_base,
      },
    };
  }
}

/** The core is told of rows as of minutes, however close together or far apart they are: no decision depends on times. */
function timeOf(row: number): number {
  return row * INTERVAL_MS['1m'];
}

function closeAtOf(value: unknown): 'last_close' | 'last_open' | 'none' {
  return value === 'last_open' || value === 'none' ? value : 'last_close';
}
