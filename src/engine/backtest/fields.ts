/** Reads one object of a request by field; what is wrong with it is collected, each with a code that a page can tell. */
import { formatDecimal, parseDecimal, trimDecimal } from '#domain/decimal.ts';
import type { Issue } from '../effects.ts';

export type Raw = Readonly<Record<string, unknown>>;

/** What an instrument may say; all of it has a default or comes from the data. */
export const INSTRUMENT_FIELDS = [
  'tick_size',
  'lot_size',
  'min_size',
  'min_notional',
  'maker_fee',
  'taker_fee',
  'fee_currency',
] as const;
export const CONFIG_FIELDS = ['initial_capital', 'commission', 'slippage'] as const;

export const DEFAULT_COMMISSION = '0.0005';
export const DEFAULT_SLIPPAGE = '0.0001';
export const DEFAULT_LOT = '0.00000001';

/** Numbers may be texts; what is left out or `null` gets its fallback. Bad fields get it, too, so that reading goes on. */
export class Fields {
  readonly #name: string;
  readonly #raw: Raw;
  readonly #issues: Issue[];

  /** Issues name a field as `<name>.<field>`. */
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

  /** `decimals`: at most so many after the point, in all of these. */
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

  /** The first is the fallback. */
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

export function isRecord(value: unknown): value is Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
