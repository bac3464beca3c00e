/** A signal strategy's backtest as it was asked for → its parameters, instrument and costs. */
import { formatDecimal, parseDecimal, trimDecimal } from '#domain/decimal.ts';
import type { Instrument } from '#domain/instrument.ts';
import type { Issue } from '../effects.ts';
import { BASE_SCALE, QUOTE_SCALE } from '../ledger/money.ts';
import { findStrategy } from '../strategy/catalog.ts';
import { parseParams } from '../strategy/parse-params.ts';
import type { StrategyParams } from '../strategy/spec.ts';
import { BacktestError } from './case.ts';
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

/**
 * Takes `strategy`, `params`, `config` and `instrument` of a request; numbers may be texts. The tick is the data's last
 * decimal where the instrument has none; the commission is that of `config`, else the instrument's taker fee. Throws a
 * `BacktestError` naming every field that is missing, unknown or impossible.
 */
export function parseSignalCase(request: Raw, priceDecimals = 0): SignalCase {
  const issues: Issue[] = [];
  const config = new Fields('config', request['config'], CONFIG_FIELDS, issues);
  const given = new Fields('instrument', request['instrument'], INSTRUMENT_FIELDS, issues);
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
