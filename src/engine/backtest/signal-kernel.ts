/**
 * A signal strategy over recorded candles, fast (G19): no event or object a bar, exact money at fills only, in pairs of
 * doubles while it fits them, and between them equity in doubles, to the last digit only where it is asked for or may
 * move the peak or the worst fall.
 */
import type { CandleColumns } from '#domain/candle-columns.ts';
import { decimal, trimDecimal } from '#domain/decimal.ts';
import { bought, buyCost, floorLot, notional, parseRules, type Rules } from '../instrument-rules.ts';
import { valueOf } from '../ledger/grid-ledger.ts';
import { ceilDiv, formatBase, formatQuote, ONE, parseUnits, QUOTE_SCALE, share } from '../ledger/money.ts';
import { createSignals } from '../strategy/create-signals.ts';
import type { SignalMachine, Target } from '../strategy/signals.ts';
import { checkCountable, columnsAt } from './candle-index.ts';
import { BacktestError } from './case.ts';
import type { GridRunOptions } from './grid-core.ts';
import { FillRecorder, Pacer, SampleRecorder } from './grid-core-columns.ts';
import { Drawdown } from './grid-core-drawdown.ts';
import { quoteNumber } from './grid-core-money.ts';
import type { SignalCase } from './signal-case.ts';
import { PairMoney } from './signal-kernel-pairs.ts';
import { MarketPrices } from './signal-kernel-price.ts';
import { PairWorth } from './signal-kernel-worth.ts';
import type { RunTrace } from './trace.ts';

/** Rows between two looks at the hooks, of a strategy of about any length of memory well within a millisecond. */
const PACE = 2048;
/** Doubles of the equity are off by less than this share of what they are made of. */
const DOUBT = 1e-14;
const USED_UP = 'the equity is used up';

/**
 * Runs the strategy over all of `columns`, or until its equity is used up; the same to the digit as the core. Fill prices
 * and the start price are in the data's units: fractions of them where the tick is finer. Throws a `BacktestError` for an
 * instrument that cannot be traded exactly and for a position beyond 2^53 lots, `RunCancelled` where the hooks say so.
 */
export function runSignalKernel(signalCase: SignalCase, columns: CandleColumns, options: GridRunOptions): RunTrace {
  if (columns.length === 0) throw BacktestError.of([{ path: 'candles', message: 'has no rows' }]);
  const { instrument } = signalCase;
  const decimals = Math.max(columns.priceDecimals, trimDecimal(decimal(instrument.tickSize)).scale);
  checkCountable(columns, decimals, 'instrument.tick_size');
  const rules = parseRules(instrument, decimals);
  if (typeof rules === 'string') {
    throw BacktestError.of([{ path: 'instrument', message: `cannot be traded: ${rules}` }]);
  }
  return new KernelRun(signalCase, rules, columns, options).walk();
}

class KernelRun {
  readonly #rules: Rules;
  readonly #prices: MarketPrices;
  /** In the run's price units, and how many of these are one of the data's. */
  readonly #columns: CandleColumns;
  readonly #factor: number;
  readonly #machine: SignalMachine;
  readonly #invested: bigint;
  readonly #allowShort: boolean;
  readonly #closeAt: string | number | boolean | undefined;
  readonly #atClose: boolean;
  /** What amounts are multiples of: a lot, or a whole unit where that is larger. */
  readonly #unit: bigint;
  readonly #unitLots: number;
  readonly #leastLots: number;
  readonly #fills: FillRecorder | null;
  readonly #samples: SampleRecorder;
  readonly #pacer: Pacer | undefined;
  readonly #drawdown: Drawdown;
  /** All money while it fits; then what follows, from there on. */
  #pairs: PairMoney | undefined;
  #quote: bigint;
  /** Below 0: short. With fees in base there may be dust beside what can be sold (G7a). */
  #base = 0n;
  #basis = 0n;
  #realized = 0n;
  #fees = 0n;
  #feesQuote = 0n;
  #feesBase = 0n;
  #trades = 0;
  /** By what is held, dust aside. */
  #side: Target = 'flat';
  readonly #worth: PairWorth;
  /** About the quote, and what a price unit adds to it. */
  #rough = 0;
  #slope = 0;

  constructor(signalCase: SignalCase, rules: Rules, columns: CandleColumns, options: GridRunOptions) {
    const { strategy, params, capital, slippage } = signalCase;
    this.#rules = rules;
    this.#prices = new MarketPrices(rules, slippage);
    this.#columns = columnsAt(columns, rules.priceDecimals);
    this.#factor = 10 ** (rules.priceDecimals - columns.priceDecimals);
    this.#machine = createSignals(strategy, params, rules.priceDecimals, true);
    this.#invested = parseUnits(capital, QUOTE_SCALE) ?? 0n;
    this.#quote = this.#invested;
    this.#allowShort = params['allow_short'] === true;
    this.#atClose = params['execution'] === 'close';
    this.#closeAt = params['close_at'];
    this.#unit = params['whole_units'] === true ? ceilDiv(ONE, rules.lot) * rules.lot : rules.lot;
    this.#unitLots = Number(this.#unit / rules.lot);
    this.#leastLots = Number(ceilDiv(rules.minSize, rules.lot));
    this.#fills = options.figuresOnly === true ? null : new FillRecorder();
    this.#samples = new SampleRecorder(options.samples);
    this.#pacer = options.hooks && new Pacer(options.hooks, columns);
    this.#drawdown = new Drawdown(quoteNumber(this.#invested));
    this.#worth = new PairWorth(rules.priceDecimals);
    this.#worth.set(this.#quote, this.#base);
    this.#pairs = PairMoney.of(rules, this.#invested);
    this.#remember();
  }

  walk(): RunTrace {
    const { ts, open, high, low, close, length } = this.#columns;
    const samples = this.#samples;
    const machine = this.#machine;
    const bar = { ts: 0, open: 0, high: 0, low: 0, close: 0 };
    let wanted: Target | undefined;
    let barsInPosition = 0;
    let row = 0;
    let trades = 0;
    let usedUp = false;
    for (; row < length && !usedUp; row += 1) {
      const isLast = row === length - 1;
      const last = close[row] ?? 0;
      if (isLast && this.#closeAt === 'last_open') {
        this.#close(row, open[row] ?? 0);
      } else {
        if (wanted !== undefined) this.#trade(row, wanted, open[row] ?? 0);
        wanted = undefined;
        if (isLast && this.#closeAt !== 'none') {
          // A position opened here would be closed here: the last close only closes.
          this.#close(row, last);
        } else {
          bar.ts = ts[row] ?? 0;
          bar.open = open[row] ?? 0;
          bar.high = high[row] ?? 0;
          bar.low = low[row] ?? 0;
          bar.close = last;
          const decision = machine.close(bar);
          if (decision) {
            const target = decision.target === 'short' && !this.#allowShort ? 'flat' : decision.target;
            if (this.#atClose) this.#trade(row, target, last);
            else wanted = target;
          }
          usedUp = this.#isUsedUp(last);
          if (usedUp) this.#close(row, last);
        }
      }
      if (this.#slope !== 0) barsInPosition += 1;
      // Without base the equity is what it was at the last fill.
      if (trades !== this.#trades || this.#slope !== 0) this.#value(row, last);
      trades = this.#trades;
      if (row === samples.next) samples.record(this.#equity(last));
      if (this.#pacer && (row + 1) % PACE === 0) this.#pacer.tell(row + 1, this.#trades, this.#equity(last));
    }
    return this.#trace(row, usedUp, barsInPosition);
  }

  #isUsedUp(mark: number): boolean {
    const quote = this.#rough;
    const base = this.#slope * mark;
    const doubt = (Math.abs(quote) + Math.abs(base)) * DOUBT;
    if (quote + base > doubt) return false;
    return this.#pairs ? this.#pairs.isUsedUp(mark) : this.#worth.exact(mark) <= 0n;
  }

  /** The nearest double. */
  #equity(mark: number): number {
    return this.#pairs ? this.#pairs.at(mark) : this.#worth.at(mark);
  }

  /** Samples the equity for the drawdown, where it can matter. */
  #value(row: number, mark: number): void {
    const quote = this.#rough;
    const base = this.#slope * mark;
    const rough = quote + base;
    const drawdown = this.#drawdown;
    const { peak, worst } = drawdown;
    const doubt = (Math.abs(quote) + Math.abs(base) + peak) * DOUBT;
    if (rough < peak - doubt && rough > peak * (1 - worst) + doubt) return;
    drawdown.sample(row, this.#equity(mark));
  }

  /** Only for a target that is new: a machine tells changes. */
  #trade(row: number, target: Target, around: number): void {
    this.#close(row, around);
    if (target !== 'flat') this.#open(row, target, around);
  }

  #close(row: number, around: number): void {
    if (this.#side === 'flat') return;
    const pairs = this.#pairs;
    const owed = pairs ? pairs.lots < 0 : this.#base < 0n;
    const side = owed ? 'buy' : 'sell';
    const price = this.#prices.at(around, side);
    if (!pairs || !this.#quickFill(row, side, Math.abs(pairs.lots), price, true)) {
      this.#fill(row, side, owed ? -this.#base : floorLot(this.#rules, this.#base), price, true);
    }
    this.#side = 'flat';
  }

  /** With all there is, its fee included; nothing where that is no order. */
  #open(row: number, target: 'long' | 'short', around: number): void {
    const rules = this.#rules;
    const side = target === 'long' ? 'buy' : 'sell';
    const price = this.#prices.at(around, side);
    if (this.#pairs && this.#quickOpen(row, target, side, price)) return;
    if (this.#quote <= 0n) return;
    const amount = (this.#quote / buyCost(rules, this.#unit, price, rules.taker)) * this.#unit;
    if (amount === 0n || amount < rules.minSize || notional(rules, amount, price) < rules.minNotional) return;
    this.#fill(row, side, amount, price, false);
    // A fee in base may leave less than a lot.
    this.#side = this.#base > 0n && floorLot(rules, this.#base) === 0n ? 'flat' : target;
  }

  /** `false`: nothing was done, and from now on there are BigInts. */
  #quickOpen(row: number, target: 'long' | 'short', side: 'buy' | 'sell', price: number): boolean {
    const pairs = this.#pairs;
    if (!pairs || pairs.cash.high <= 0) return pairs !== undefined;
    const lots = pairs.affordable(price, this.#unitLots);
    if (lots === 0 || lots < this.#leastLots) return true;
    const isSmall = pairs.isBelow(lots, price, this.#rules.minNotional);
    if (isSmall === true) return true;
    if (isSmall === undefined || Number.isNaN(lots)) return this.#leavePairs();
    if (!this.#quickFill(row, side, lots, price, false)) return false;
    this.#side = target;
    return true;
  }

  #quickFill(row: number, side: 'buy' | 'sell', lots: number, price: number, closes: boolean): boolean {
    const pairs = this.#pairs;
    const sign = side === 'buy' ? 1 : -1;
    const fills = this.#fills;
    if (pairs?.fill(sign, lots, price, closes, fills !== null) !== true) return this.#leavePairs();
    this.#trades += 1;
    this.#remember();
    fills?.add(row, sign, -1, price / this.#factor, lots, pairs.lastFee, pairs.lastRealized);
    return true;
  }

  #leavePairs(): false {
    const pairs = this.#pairs;
    if (!pairs) return false;
    this.#quote = pairs.unitsOf(pairs.cash);
    this.#base = BigInt(pairs.lots) * this.#rules.lot;
    this.#basis = pairs.unitsOf(pairs.basis);
    this.#realized = pairs.unitsOf(pairs.realized);
    this.#fees = pairs.unitsOf(pairs.fees);
    this.#feesQuote = this.#fees;
    this.#worth.set(this.#quote, this.#base);
    this.#pairs = undefined;
    return false;
  }

  #remember(): void {
    const { quote, slope } = this.#pairs ?? this.#worth;
    this.#rough = quote;
    this.#slope = slope;
  }

  #fill(row: number, side: 'buy' | 'sell', amount: bigint, price: number, closes: boolean): void {
    const rules = this.#rules;
    const lots = amount / rules.lot;
    if (lots > BigInt(Number.MAX_SAFE_INTEGER)) {
      const message = `is too small: a position of ${formatBase(amount)} has more than 2^53 lots`;
      throw BacktestError.of([{ path: 'instrument.lot_size', message, code: 'lot_too_small' }]);
    }
    const value = notional(rules, amount, price);
    const fee = share(value, rules.taker);
    const moved = side === 'buy' ? -buyCost(rules, amount, price, rules.taker) : value - fee;
    const yielded = side === 'buy' ? bought(rules, amount, rules.taker) : -amount;
    this.#quote += moved;
    this.#base += yielded;
    this.#fees += fee;
    if (side === 'buy' && rules.feeInBase) this.#feesBase += amount - yielded;
    else this.#feesQuote += fee;
    let realized = 0n;
    if (closes) {
      realized = moved - this.#basis;
      this.#realized += realized;
      this.#basis = 0n;
    } else {
      this.#basis -= moved;
    }
    this.#trades += 1;
    this.#worth.set(this.#quote, this.#base);
    this.#remember();
    this.#fills?.add(
      row,
      side === 'buy' ? 1 : -1,
      -1,
      price / this.#factor,
      Number(lots),
      quoteNumber(fee),
      quoteNumber(realized),
    );
  }

  #trace(bars: number, usedUp: boolean, barsInPosition: number): RunTrace {
    const { close, length } = this.#columns;
    const mark = close[bars - 1] ?? 0;
    this.#leavePairs();
    const equity = this.#worth.at(mark);
    const first = Math.max(0, this.#machine.warmup - 1);
    const startBar = first < length ? first : -1;
    this.#pacer?.finish(bars, this.#trades, equity);
    return {
      state: usedUp ? 'error' : 'running',
      ...(usedUp && { reason: USED_UP }),
      bars,
      startBar,
      startPrice: startBar < 0 ? 0 : (close[startBar] ?? 0) / this.#factor,
      fills: (this.#fills ?? new FillRecorder()).columns(),
      ...this.#samples.finish(bars - 1, equity),
      peakEquity: this.#drawdown.peak,
      drawdown: this.#drawdown.figures(),
      barsInPosition,
      barsInRange: 0,
      exact: {
        invested: formatQuote(this.#invested),
        quote: formatQuote(this.#quote),
        position: formatBase(this.#base),
        equity: formatQuote(this.#worth.exact(mark)),
        realized_pnl: formatQuote(this.#realized),
        unrealized_pnl: formatQuote(valueOf(this.#base, mark, this.#rules.priceDecimals) - this.#basis),
        fees: formatQuote(this.#fees),
        fees_quote: formatQuote(this.#feesQuote),
        fees_base: formatBase(this.#feesBase),
      },
    };
  }
}
