/** A signal strategy's backtest as it was asked for → its parameters, instrument and costs. */
import { formatDecimal, parseDecimal, trimDecimal } from '#domain/decimal.ts';
import type { Instrument } from '#domain/instrument.ts';
import type { Issue } from '../effects.ts';
import { BASE_SCALE, QUOTE_SCALE } from '../ledger/money.ts';
import { findStrategy } from '../strategy/catalog.ts';
import { parseParams } from '../strategy/parse-params.ts';
import type { StrategyParams } from '../strategy/spec.ts';
import { BacktestError } from './case.ts';

export interface SignalCase {
  readonly strategy: string;
  /** With their defaults, common ones too. */
  readonly params: StrategyParams;
  /** Its taker fee is the commission on each fill. */
  readonly instrument: Instrument;
  /** Quote, and a rate: plain decimals. */
  readonly capital: string;
  readonly slippage: string;
}

const DEFAULT_CAPITAL = '10000';
const DEFAULT_COMMISSION = '0.0005';
const DEFAULT_SLIPPAGE = '0.0001';
const DEFAULT_LOT = '0.00000001';
const CONFIG = ['initial_capital', 'commission', 'slippage'] as const;
const INSTRUMENT = [
  'tick_size',
  'lot_size',
  'min_size',
  'min_notional',
  'maker_fee',
  'taker_fee',
  'fee_currency',
] as const;

type Raw = Readonly<Record<string, unknown>>;

/**
 * Takes `strategy`, `params`, `config` and `instrument` of a request; numbers may be texts. The tick is the data's last
 * decimal where the instrument has none; the commission is that of `config`, else the instrument's taker fee. Throws a
 * `BacktestError` naming every field that is missing, unknown or impossible.
 */
export function parseSignalCase(request: Raw, priceDecimals = 0): SignalCase {
  const issues: Issue[] = [];
  const config = new Part('config', request['config'], CONFIG, issues);
  const given = new Part('instrument', request['instrument'], INSTRUMENT, issues);
  const { strategy, params } = chosen(request, issues);
  const capital = config.positive('initial_capital', DEFAULT_CAPITAL, QUOTE_SCALE);
  const slippage = config.rate('slippage', DEFAULT_SLIPPAGE, BASE_SCALE);
  const lotSize = given.positive('lot_size', DEFAULT_LOT, BASE_SCALE);
  // A fee of a lot must be whole (G2): the two share their decimals.
  const feeDecimals = BASE_SCALE - trimDecimal(parseDecimal(lotSize) ?? ZERO).scale;
  const takerFee = config.has('commission')
    ? config.rate('commission', DEFAULT_COMMISSION, feeDecimals)
    : given.rate('taker_fee', DEFAULT_COMMISSION, feeDecimals);
  if (config.has('commission')) given.rate('taker_fee', takerFee, feeDecimals);
  const feeCurrency = given.choice('fee_currency', ['quote', 'received']);
  if (feeCurrency === 'received' && params['allow_short'] === true) {
    const message = 'needs fees in quote: base that is owed cannot pay a fee';
    issues.push({ path: 'params.allow_short', message, code: 'short_fee' });
  }
  const instrument: Instrument = {
    venue: 'backtest',
    symbol: 'BASE-QUOTE',
    base: 'BASE',
    quote: 'QUOTE',
    tickSize: given.positive('tick_size', formatDecimal({ units: 1n, scale: priceDecimals }), MAX_PRICE_DECIMALS),
    lotSize,
    minSize: given.amount('min_size', BASE_SCALE),
    minNotional: given.amount('min_notional', QUOTE_SCALE),
    makerFee: given.rate('maker_fee', takerFee, feeDecimals),
    takerFee,
    feeCurrency,
  };
  if (issues.length > 0) throw BacktestError.of(issues);
  return { strategy, params, instrument, capital, slippage };
}

const ZERO = { units: 0n, scale: 0 };
/** As many as prices in a core have at most. */
const MAX_PRICE_DECIMALS = 15;

function chosen(request: Raw, issues: Issue[]): { readonly strategy: string; readonly params: StrategyParams } {
  const nothing = { strategy: '', params: {} };
  const { strategy, params: raw = {} } = request;
  if (typeof strategy !== 'string') {
    issues.push({ path: 'strategy', message: 'is required', code: 'required' });
    return nothing;
  }
  const spec = findStrategy(strategy);
  if (spec?.kind !== 'signal') {
    const message = spec ? `${strategy} decides by no signals` : `${strategy} is not in the catalog`;
    issues.push({ path: 'strategy', message, code: 'unknown_strategy', values: { strategy } });
    return nothing;
  }
  if (!isRecord(raw)) {
    issues.push({ path: 'params', message: 'must be an object', code: 'object' });
    return nothing;
  }
  const parsed = parseParams(spec, raw);
  if (!parsed.ok) issues.push(...parsed.issues);
  return { strategy, params: parsed.ok ? parsed.params : {} };
}

/** One object of a request: reads its fields and collects what is wrong with them. */
class Part {
  readonly #name: string;
  readonly #raw: Raw;
  readonly #issues: Issue[];

  constructor(name: string, raw: unknown, known: readonly string[], issues: Issue[]) {
    this.#name = name;
    this.#issues = issues;
    this.#raw = isRecord(raw) ? raw : {};
    if (raw !== undefined && raw !== null && !isRecord(raw)) {
      issues.push({ path: name, message: 'must be an object', code: 'object' });
    }
    for (const field of Object.keys(this.#raw)) {
      if (!known.includes(field)) this.#issue(field, 'is not a known field', 'unknown');
    }
  }

  has(field: string): boolean {
    return this.#raw[field] !== undefined && this.#raw[field] !== null;
  }

  positive(field: string, fallback: string, decimals: number): string {
    const text = this.#decimal(field, fallback, decimals);
    if (!(Number(text) > 0)) this.#issue(field, 'must be positive', 'positive');
    return Number(text) > 0 ? text : fallback;
  }

  amount(field: string, decimals: number): string {
    const text = this.#decimal(field, '0', decimals);
    if (!(Number(text) >= 0)) this.#issue(field, 'must not be negative', 'negative');
    return text;
  }

  rate(field: string, fallback: string, decimals: number): string {
    const text = this.#decimal(field, fallback, decimals);
    if (Number(text) >= 0 && Number(text) < 1) return text;
    this.#issue(field, 'must be a fraction from 0 to below 1', 'fraction');
    return '0';
  }

  choice<T extends string>(field: string, allowed: readonly [T, ...T[]]): T {
    const found = this.has(field) ? allowed.find((item) => item === this.#raw[field]) : allowed[0];
    if (found === undefined) {
      this.#issue(field, `must be ${allowed.join(' or ')}`, 'one_of', { allowed: allowed.join(', ') });
    }
    return found ?? allowed[0];
  }

  #decimal(field: string, fallback: string, decimals: number): string {
    if (!this.has(field)) return fallback;
    const value = this.#raw[field];
    const parsed = typeof value === 'string' || typeof value === 'number' ? parseDecimal(value) : undefined;
    if (!parsed) {
      this.#issue(field, 'must be a number', 'number');
      return fallback;
    }
    const trimmed = trimDecimal(parsed);
    if (trimmed.scale <= decimals) return formatDecimal(trimmed);
    this.#issue(field, `has more than ${decimals} decimals`, 'decimals', { decimals: String(decimals) });
    return fallback;
  }

  #issue(field: string, message: string, code: string, values?: Issue['values']): void {
    this.#issues.push({ path: `${this.#name}.${field}`, message, code, ...(values && { values }) });
  }
}

function isRecord(value: unknown): value is Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
