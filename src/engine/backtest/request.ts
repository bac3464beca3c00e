/** What is to be run, as it stands in a file or on the wire → checked by field. */
import type { CandleColumns } from '#domain/candle-columns.ts';
import type { Issue } from '../effects.ts';
import { BASE_SCALE, QUOTE_SCALE } from '../ledger/money.ts';
import { findStrategy } from '../strategy/catalog.ts';
import { parseParams } from '../strategy/parse-params.ts';
import { BacktestError, parseCase, type GridCase, type ParsedCase } from './case.ts';
import {
  CONFIG_FIELDS,
  DEFAULT_COMMISSION,
  DEFAULT_LOT,
  DEFAULT_SLIPPAGE,
  Fields,
  INSTRUMENT_FIELDS,
  isRecord,
  type Raw,
} from './fields.ts';
import { parseSignalCase } from './signal-case.ts';

/** Plain data: it may travel to another thread. */
interface RunConfig {
  /** Plain decimals; capital `undefined`: not told, the strategy's own default. */
  readonly initial_capital?: string;
  /** Rates, fractions of a fill's value. */
  readonly commission: string;
  readonly slippage: string;
}

export interface GridRequest {
  readonly kind: 'grid';
  readonly strategy: 'grid';
  /** One flat object; a nested request without a tick gets the data's. */
  readonly case: GridCase;
  /** Fields are named as they were given: `params.lower_price` or `lower_price`. */
  readonly nested: boolean;
}

const INSTRUMENT = new Set<string>(INSTRUMENT_FIELDS);
/** What only a live grid has. */
const LIVE_FIELDS = new Set(['mode', 'risk_enabled', 'venue']);
const NAMING_FIELDS = new Set(['pair', 'name']);
const SIZES = ['investment', 'order_size', 'initial_quote'] as const;

/** The fields beside the strategy's own, of a run and of a sweep. */
const REQUEST_FIELDS = new Set([
  'strategy',
  'params',
  'config',
  'instrument',
  'data',
  'name',
  'path',
  'ranges',
  'metric',
  'out_of_sample',
  'walk_forward',
]);

export interface SignalRequest {
  readonly kind: 'signal';
  readonly strategy: string;
  /** `strategy`, `params`, `config` and `instrument`, as `parseSignalCase` takes them. */
  readonly case: Raw;
}

export type BacktestRequest = GridRequest | SignalRequest;

/** `{strategy, params, config?, instrument?}` of a strategy that decides by signals. */
export function parseSignalRequest(raw: Raw): SignalRequest {
  const { strategy, params, config, instrument } = raw;
  const given = { strategy, params: params ?? {}, config: config ?? {}, instrument: instrument ?? {} };
  const issues: Issue[] = [];
  unknownFields(raw, issues);
  try {
    const parsed = parseSignalCase(given);
    if (issues.length === 0) return { kind: 'signal', strategy: parsed.strategy, case: given };
  } catch (error) {
    if (!(error instanceof BacktestError)) throw error;
    issues.push(...error.issues);
  }
  throw BacktestError.of(issues);
}

function unknownFields(raw: Raw, issues: Issue[]): void {
  for (const field of Object.keys(raw)) {
    if (!REQUEST_FIELDS.has(field)) issues.push({ path: field, message: 'is not a known field', code: 'unknown' });
  }
}

/** Capital and costs; what is wrong is added to `issues`. */
function configOf(raw: unknown, issues: Issue[]): RunConfig {
  const config = new Fields('config', raw, CONFIG_FIELDS, issues);
  return {
    ...(config.has('initial_capital') && { initial_capital: config.positive('initial_capital', '1', QUOTE_SCALE) }),
    commission: config.rate('commission', DEFAULT_COMMISSION, BASE_SCALE),
    slippage: config.rate('slippage', DEFAULT_SLIPPAGE, BASE_SCALE),
  };
}

/** An object of a nested request; what is wrong is added to `issues`. */
function objectOf(raw: Raw, field: string, issues: Issue[]): Raw {
  const value = raw[field] ?? {};
  if (isRecord(value)) return value;
  issues.push({ path: field, message: 'must be an object', code: 'object' });
  return {};
}

/** Either one flat object, as vectors and files have it, or `{params, config, instrument}`. */
export function parseGridRequest(raw: Raw): GridRequest {
  const issues: Issue[] = [];
  const request = raw.params === undefined ? flatRequest(raw) : nestedRequest(raw, issues);
  try {
    parseCase(withTick(request, '1'));
  } catch (error) {
    if (!(error instanceof BacktestError)) throw error;
    // What has been told with its code is not told again.
    const told = new Set(issues.map(({ path }) => path));
    issues.push(...named(error.issues, request).filter(({ path }) => !told.has(path)));
  }
  if (issues.length > 0) throw BacktestError.of(issues);
  return request;
}

/** The case with the data's tick where the request has none. Throws a `BacktestError` with the request's own names. */
export function gridCase(request: GridRequest, { priceDecimals }: CandleColumns): ParsedCase {
  const tick = priceDecimals === 0 ? '1' : `0.${'1'.padStart(priceDecimals, '0')}`;
  return inItsNames(request, () => parseCase(withTick(request, tick)));
}

/** Runs `work`; its errors name the fields as the request has them. */
export function inItsNames<T>(request: GridRequest, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof BacktestError) || !request.nested || error.issues.length === 0) throw error;
    const issues = named(error.issues, request);
    throw error.code === 'VALIDATION_ERROR'
      ? BacktestError.of(issues)
      : new BacktestError(error.code, error.message, issues);
  }
}

function flatRequest(raw: Raw): GridRequest {
  const flat = Object.fromEntries(Object.entries(raw).filter(([field]) => field !== 'strategy'));
  return { kind: 'grid', strategy: 'grid', case: flat, nested: false };
}

function nestedRequest(raw: Raw, issues: Issue[]): GridRequest {
  unknownFields(raw, issues);
  const params = objectOf(raw, 'params', issues);
  const instrument = objectOf(raw, 'instrument', issues);
  for (const field of Object.keys(instrument)) {
    if (INSTRUMENT.has(field)) continue;
    issues.push({ path: `instrument.${field}`, message: 'is not a known field', code: 'unknown' });
  }
  const config = configOf(raw.config, issues);
  const own = Object.entries(params).filter(([field]) => !LIVE_FIELDS.has(field) && !INSTRUMENT.has(field));
  const spec = findStrategy('grid');
  const checked = Object.entries(params).filter(([field]) => !LIVE_FIELDS.has(field) && !NAMING_FIELDS.has(field));
  const parsed = spec && parseParams(spec, Object.fromEntries(checked));
  if (parsed?.ok === false) issues.push(...parsed.issues);
  const sized = SIZES.some((field) => params[field] !== undefined && params[field] !== null);
  return {
    kind: 'grid',
    strategy: 'grid',
    nested: true,
    case: {
      ...Object.fromEntries(own),
      // The grid's own sizes decide; capital that was named is invested where there are none.
      ...(!sized && config.initial_capital !== undefined && { investment: config.initial_capital }),
      lot_size: DEFAULT_LOT,
      maker_fee: config.commission,
      taker_fee: config.commission,
      ...known(instrument),
      slippage: config.slippage,
    },
  };
}

function known(instrument: Raw): Raw {
  return Object.fromEntries(Object.entries(instrument).filter(([field]) => INSTRUMENT.has(field)));
}

/** A flat object has all that it needs: what it names is compared with other engines to the digit. */
function withTick({ case: given, nested }: GridRequest, tick: string): GridCase {
  return nested && given.tick_size === undefined ? { ...given, tick_size: tick } : given;
}

function named(issues: readonly Issue[], { nested }: GridRequest): Issue[] {
  return issues.map((issue) => ({ ...issue, path: nested ? nestedName(issue.path) : issue.path }));
}

function nestedName(field: string): string {
  if (field.startsWith('candles')) return field;
  if (field === 'slippage') return 'config.slippage';
  return `${INSTRUMENT.has(field) ? 'instrument' : 'params'}.${field}`;
}
