/** A backtest's configuration as it stands in a file → the core's options, instrument and parameters. */
import { formatDecimal, parseDecimal } from '#domain/decimal.ts';
import type { Instrument } from '#domain/instrument.ts';
import type { Issue } from '../effects.ts';
import type { GridParams } from '../events.ts';

/** One JSON object: a grid's fields (snake case, numbers or strings), the instrument's rules and the costs. */
export type GridCase = Readonly<Record<string, unknown>>;

/** What is wrong with a configuration or its candles, by field; `candles.<row>` for a row of the data. */
export class BacktestError extends Error {
  override readonly name = 'BacktestError';
  readonly code: 'VALIDATION_ERROR' | 'INSUFFICIENT_FUNDS';
  readonly issues: readonly Issue[];

  constructor(code: BacktestError['code'], message: string, issues: readonly Issue[] = []) {
    super(message);
    this.code = code;
    this.issues = issues;
  }

  static of(issues: readonly Issue[]): BacktestError {
    return new BacktestError(
      'VALIDATION_ERROR',
      issues.map(({ path, message }) => `${path} ${message}`).join('; '),
      issues,
    );
  }
}

export interface ParsedCase {
  readonly instrument: Instrument;
  readonly params: GridParams;
  readonly slippage: string;
}

const VENUE = 'backtest';
const GRID_DECIMALS = [
  'order_size',
  'investment',
  'initial_quote',
  'take_profit_pct',
  'trigger_price',
  'stop_loss',
  'take_profit',
] as const;
const KNOWN = new Set<string>([
  ...GRID_DECIMALS,
  'upper_price',
  'lower_price',
  'grid_count',
  'spacing',
  'fill_model',
  'pair',
  'name',
  'tick_size',
  'lot_size',
  'min_size',
  'min_notional',
  'maker_fee',
  'taker_fee',
  'slippage',
  'fee_currency',
]);

/** Throws a `BacktestError` naming every field that is missing, unknown or malformed. */
export function parseCase(config: GridCase): ParsedCase {
  const issues: Issue[] = [];
  const issue = (path: string, message: string) => issues.push({ path, message });
  for (const field of Object.keys(config)) if (!KNOWN.has(field)) issue(field, 'is not a known field');

  const decimal = (field: string, fallback?: string): string | undefined => {
    const value = config[field] ?? fallback;
    if (value === undefined) issue(field, 'is required');
    const parsed = typeof value === 'string' || typeof value === 'number' ? parseDecimal(value) : undefined;
    if (value !== undefined && !parsed) issue(field, 'must be a number');
    return parsed && formatDecimal(parsed);
  };
  const rate = (field: string, fallback?: string): string => {
    const text = decimal(field, fallback) ?? '0';
    if (!(Number(text) >= 0 && Number(text) < 1)) issue(field, 'must be a fraction from 0 to below 1');
    return text;
  };
  const positive = (field: string): string => {
    const text = decimal(field) ?? '1';
    if (!(Number(text) > 0)) issue(field, 'must be positive');
    return text;
  };
  const text = (field: string): string | undefined => {
    const value = config[field];
    if (value === undefined || typeof value === 'string') return value;
    issue(field, 'must be a text');
    return undefined;
  };
  const choice = <T extends string>(field: string, allowed: readonly [T, ...T[]]): T => {
    const value = config[field] ?? allowed[0];
    const found = allowed.find((item) => item === value);
    if (found === undefined) issue(field, `must be ${allowed.join(' or ')}`);
    return found ?? allowed[0];
  };

  const pair = text('pair') ?? 'BASE-QUOTE';
  const [base = 'BASE', quote = 'QUOTE'] = pair.split('-');
  const lotSize = positive('lot_size');
  const instrument: Instrument = {
    venue: VENUE,
    symbol: pair,
    base,
    quote,
    tickSize: positive('tick_size'),
    lotSize,
    minSize: decimal('min_size', lotSize) ?? lotSize,
    minNotional: decimal('min_notional', '0') ?? '0',
    makerFee: rate('maker_fee'),
    takerFee: rate('taker_fee'),
    feeCurrency: choice('fee_currency', ['quote', 'received']),
  };
  const optional: Partial<Record<(typeof GRID_DECIMALS)[number], string>> = {};
  for (const field of GRID_DECIMALS) {
    if (config[field] === undefined || config[field] === null) continue;
    const value = decimal(field);
    if (value !== undefined) optional[field] = value;
  }
  const count = config.grid_count;
  const params: GridParams = {
    ...optional,
    pair,
    venue: VENUE,
    upper_price: decimal('upper_price') ?? '',
    lower_price: decimal('lower_price') ?? '',
    grid_count:
      typeof count === 'string' && count.trim() !== '' ? Number(count) : typeof count === 'number' ? count : NaN,
    spacing: choice('spacing', ['arithmetic', 'geometric']),
    fill_model: choice('fill_model', ['touch', 'through']),
    risk_enabled: false,
  };
  const slippage = rate('slippage', '0');
  if (issues.length > 0) throw BacktestError.of(issues);
  return { instrument, params, slippage };
}
