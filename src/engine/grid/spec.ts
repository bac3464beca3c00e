/** A grid's parameters as a trader gave them → integers, or every bad field at once. */
import { compareDecimals, formatDecimal, parseDecimal, unitsAt, type Decimal } from '#domain/decimal.ts';
import type { Issue } from '../effects.ts';
import type { GridParams } from '../events.ts';
import type { Rules } from '../instrument-rules.ts';
import { BASE_SCALE, QUOTE_SCALE } from '../ledger/money.ts';
import type { Range, Spacing } from './lines.ts';

export const DEFAULT_INVESTMENT = '1000';
const COUNT_MIN = 2;
const COUNT_MAX = 1000;
const TAKE_PROFIT_PCT_MAX: Decimal = { units: 1000n, scale: 0 };

export interface GridSpec {
  readonly range: Range;
  readonly sizing:
    { readonly kind: 'order_size'; readonly amount: bigint } | { readonly kind: 'investment'; readonly quote: bigint };
  readonly initialQuote: bigint | null;
  /** 0: sells rest one line higher (G4). */
  readonly takeProfitRate: bigint;
  /** Prices in the market's units. */
  readonly trigger: number | null;
  readonly stopLoss: number | null;
  readonly takeProfit: number | null;
  readonly through: boolean;
  readonly riskEnabled: boolean;
}

export type SpecResult =
  | { readonly ok: true; readonly spec: GridSpec; readonly params: GridParams }
  | {
      readonly ok: false;
      readonly issues: readonly Issue[];
      /** The lines, where they at least could be read: more may be wrong with them. */
      readonly cells?: Pick<GridSpec, 'range' | 'takeProfitRate'>;
    };

type DecimalField = {
  [K in keyof GridParams]-?: Exclude<GridParams[K], undefined> extends string ? K : never;
}[keyof GridParams];

/** `params` come back with their defaults filled in and their numbers in canonical notation. */
export function parseSpec(params: GridParams, rules: Rules): SpecResult {
  const fields = new Fields(params, rules);
  const upper = fields.price('upper_price');
  const lower = fields.price('lower_price');
  if (upper !== undefined && lower !== undefined && upper <= lower) {
    fields.issue('upper_price', 'must be above the lower price', 'above_lower');
  }
  const count = fields.count();
  const spacing = fields.oneOf<Spacing>('spacing', ['arithmetic', 'geometric']);
  const fillModel = fields.oneOf('fill_model', ['touch', 'through']);
  if (params.mode !== undefined && params.mode !== 'paper')
    fields.issue('mode', 'this engine trades on paper only', 'paper_only');

  const orderSize = fields.amount('order_size', BASE_SCALE, { size: rules.instrument.lotSize, units: rules.lot });
  const investment = fields.amount('investment', QUOTE_SCALE);
  if (params.order_size !== undefined && params.investment !== undefined) {
    fields.issue('order_size', 'give either an order size or an investment, not both', 'one_size');
  }
  const initialQuote = fields.amount('initial_quote', QUOTE_SCALE);
  const takeProfitRate = fields.takeProfitPct();
  const trigger = fields.optionalPrice('trigger_price');
  const stopLoss = fields.optionalPrice('stop_loss');
  const takeProfit = fields.optionalPrice('take_profit');
  if (stopLoss && lower !== undefined && stopLoss >= lower) {
    const values = { price: params.lower_price };
    fields.issue('stop_loss', `must be below the lower price ${params.lower_price}`, 'below_range', values);
  }
  if (takeProfit && upper !== undefined && takeProfit <= upper) {
    const values = { price: params.upper_price };
    fields.issue('take_profit', `must be above the upper price ${params.upper_price}`, 'above_range', values);
  }

  if (upper === undefined || lower === undefined || upper <= lower || count === undefined) {
    return { ok: false, issues: fields.issues };
  }
  const range: Range = { lower: lower / rules.tick, upper: upper / rules.tick, count, spacing };
  if (fields.issues.length > 0) return { ok: false, issues: fields.issues, cells: { range, takeProfitRate } };
  const defaultInvestment = fields.units(DEFAULT_INVESTMENT, QUOTE_SCALE);
  return {
    ok: true,
    spec: {
      range,
      sizing:
        orderSize !== null
          ? { kind: 'order_size', amount: orderSize }
          : { kind: 'investment', quote: investment ?? defaultInvestment },
      initialQuote,
      takeProfitRate,
      trigger,
      stopLoss,
      takeProfit,
      through: fillModel === 'through',
      riskEnabled: params.risk_enabled ?? true,
    },
    params: {
      ...params,
      ...fields.canonical,
      ...(params.order_size === undefined && params.investment === undefined
        ? { investment: DEFAULT_INVESTMENT }
        : undefined),
      spacing,
      fill_model: fillModel,
      risk_enabled: params.risk_enabled ?? true,
      mode: 'paper',
    },
  };
}

/** Reads the fields and collects what is wrong with them. */
class Fields {
  readonly issues: Issue[] = [];
  readonly canonical: Partial<Record<DecimalField, string>> = {};
  readonly #params: GridParams;
  readonly #rules: Rules;

  constructor(params: GridParams, rules: Rules) {
    this.#params = params;
    this.#rules = rules;
  }

  issue(path: keyof GridParams, message: string, code: string, values?: Issue['values']): void {
    this.issues.push({ path, message, code, ...(values && { values }) });
  }

  units(text: string, scale: number): bigint {
    const value = parseDecimal(text);
    return (value && unitsAt(value, scale)) ?? 0n;
  }

  count(): number | undefined {
    const count = this.#params.grid_count;
    if (Number.isInteger(count) && count >= COUNT_MIN && count <= COUNT_MAX) return count;
    const values = { least: String(COUNT_MIN), most: String(COUNT_MAX) };
    this.issue('grid_count', `must be a whole number from ${COUNT_MIN} to ${COUNT_MAX}`, 'whole_number', values);
    return undefined;
  }

  oneOf<T extends string>(path: 'spacing' | 'fill_model', allowed: readonly [T, ...T[]]): T {
    const value: string | undefined = this.#params[path];
    const found = allowed.find((item) => item === value);
    if (value !== undefined && found === undefined) {
      this.issue(path, `must be ${allowed.join(' or ')}`, 'one_of', { allowed: allowed.join(', ') });
    }
    return found ?? allowed[0];
  }

  /** A price on the tick, in the market's units. */
  price(path: DecimalField): number | undefined {
    const value = this.#positive(path);
    if (!value) return undefined;
    const { priceDecimals, tick, instrument } = this.#rules;
    const units = unitsAt(value, priceDecimals);
    if (units === undefined || units % BigInt(tick) !== 0n) {
      const values = { tick: instrument.tickSize };
      this.issue(path, `must be a multiple of the tick size ${instrument.tickSize}`, 'tick', values);
      return undefined;
    }
    // Room for sell prices above the range, and for slippage, within exact doubles.
    if (units > BigInt(Number.MAX_SAFE_INTEGER) / 100n) {
      this.issue(path, 'is too large', 'too_large');
      return undefined;
    }
    return Number(units);
  }

  optionalPrice(path: DecimalField): number | null {
    return this.#params[path] === undefined ? null : (this.price(path) ?? null);
  }

  /** A positive amount in units of `10^-scale`; a multiple of `lot` where given. */
  amount(path: DecimalField, scale: number, lot?: { readonly size: string; readonly units: bigint }): bigint | null {
    if (this.#params[path] === undefined) return null;
    const value = this.#positive(path);
    if (!value) return null;
    const units = unitsAt(value, scale);
    if (lot && (units === undefined || units % lot.units !== 0n)) {
      this.issue(path, `must be a multiple of the lot size ${lot.size}`, 'lot', { lot: lot.size });
      return null;
    }
    if (units !== undefined) return units;
    this.#tooFine(path, scale);
    return null;
  }

  takeProfitPct(): bigint {
    const text = this.#params.take_profit_pct;
    if (text === undefined) return 0n;
    const value = parseDecimal(text);
    if (!value || value.units < 0n || compareDecimals(value, TAKE_PROFIT_PCT_MAX) > 0) {
      this.issue('take_profit_pct', 'must be a number from 0 to 1000', 'percent');
      return 0n;
    }
    const rate = unitsAt(value, BASE_SCALE - 2);
    if (rate === undefined) this.#tooFine('take_profit_pct', BASE_SCALE - 2);
    this.canonical.take_profit_pct = formatDecimal(value);
    return rate ?? 0n;
  }

  #positive(path: DecimalField): Decimal | undefined {
    const value = parseDecimal(this.#params[path] ?? '');
    if (!value || value.units <= 0n) {
      this.issue(path, 'must be a positive number', 'positive');
      return undefined;
    }
    this.canonical[path] = formatDecimal(value);
    return value;
  }

  #tooFine(path: DecimalField, decimals: number): void {
    this.issue(path, `has more than ${decimals} decimals`, 'decimals', { decimals: String(decimals) });
  }
}
