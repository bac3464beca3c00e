/** A strategy's parameters as somebody gave them → values with their defaults, or every bad field at once. */
import { compareDecimals, decimal, formatDecimal, parseDecimal, toNumber, type Decimal } from '#domain/decimal.ts';
import type { Issue } from '../effects.ts';
import type { ParamSpec, ParamValue, StrategyParams, StrategySpec } from './spec.ts';

export type ParamsResult =
  { readonly ok: true; readonly params: StrategyParams } | { readonly ok: false; readonly issues: readonly Issue[] };

type Words = Omit<Issue, 'path'>;
type Read = { readonly value: ParamValue | undefined } | { readonly wrong: Words };

/**
 * Issues name fields as `params.<name>`. Numbers may come as texts; a decimal that did, of money or of a grid, stays the
 * text it was, in canonical notation, for it may have more digits than a double. What is left out or `null` gets its
 * default, or is left out.
 */
export function parseParams(spec: StrategySpec, raw: Readonly<Record<string, unknown>>): ParamsResult {
  const issues: Issue[] = [];
  const issue = (name: string, words: Words): void => {
    issues.push({ path: `params.${name}`, ...words });
  };
  const known = new Set(spec.params.map(({ name }) => name));
  for (const name of Object.keys(raw)) {
    if (known.has(name)) continue;
    issue(name, { message: `is not a parameter of ${spec.id}`, code: 'unknown', values: { strategy: spec.id } });
  }
  const params: Record<string, ParamValue> = {};
  for (const param of spec.params) {
    const read = readParam(param, Object.hasOwn(raw, param.name) ? raw[param.name] : undefined, spec.kind === 'grid');
    if ('wrong' in read) issue(param.name, read.wrong);
    else if (read.value !== undefined) params[param.name] = read.value;
  }
  for (const { path, ...words } of crossIssues(spec, params)) issue(path, words);
  return issues.length > 0 ? { ok: false, issues } : { ok: true, params };
}

function readParam(param: ParamSpec, raw: unknown, exact: boolean): Read {
  switch (param.type) {
    case 'boolean':
      return readBoolean(param.default, raw);
    case 'choice':
      return readChoice(param, raw);
    case 'integer':
    case 'decimal':
      return readNumber(param, raw, exact);
  }
}

function readBoolean(fallback: boolean, raw: unknown): Read {
  if (raw === undefined || raw === null) return { value: fallback };
  if (raw === true || raw === 'true') return { value: true };
  if (raw === false || raw === 'false') return { value: false };
  return { wrong: { message: 'must be true or false', code: 'boolean' } };
}

function readChoice({ choices, default: fallback }: Extract<ParamSpec, { type: 'choice' }>, raw: unknown): Read {
  if (raw === undefined || raw === null) return { value: fallback };
  const found = choices.find((choice) => choice === raw);
  if (found !== undefined) return { value: found };
  const values = { allowed: choices.join(', ') };
  return { wrong: { message: `must be ${choices.join(' or ')}`, code: 'one_of', values } };
}

type NumberSpec = Extract<ParamSpec, { type: 'integer' | 'decimal' }>;

function readNumber(param: NumberSpec, raw: unknown, exact: boolean): Read {
  if (raw === undefined || raw === null) {
    if (param.default !== null) return { value: param.default };
    return param.required ? { wrong: { message: 'is required', code: 'required' } } : { value: undefined };
  }
  const value = typeof raw === 'number' || typeof raw === 'string' ? parseDecimal(raw) : undefined;
  if (!value) return { wrong: { message: 'must be a number', code: 'number' } };
  const wrong = outside(param, value);
  if (wrong) return { wrong };
  const keepsText = exact && typeof raw === 'string' && param.type === 'decimal';
  return { value: keepsText ? formatDecimal(value) : toNumber(value) };
}

function outside({ type, min, max, unit }: NumberSpec, value: Decimal): Words | undefined {
  const whole = formatDecimal(value).includes('.') === false;
  const low = min !== undefined && compareDecimals(value, decimal(min)) < 0;
  const high = max !== undefined && compareDecimals(value, decimal(max)) > 0;
  if (unit === 'price' || unit === 'quote' || unit === 'base') {
    return value.units > 0n ? undefined : { message: 'must be a positive number', code: 'positive' };
  }
  if (!low && !high && (type === 'decimal' || whole)) return undefined;
  const values = { least: String(min ?? ''), most: String(max ?? '') };
  return type === 'integer'
    ? { message: `must be a whole number from ${values.least} to ${values.most}`, code: 'whole_number', values }
    : { message: `must be a number from ${values.least} to ${values.most}`, code: 'between', values };
}

/** What must be above what, where both could be read; the second field is the one that is told. */
const ORDER: Readonly<Record<string, readonly (readonly [lower: string, upper: string, equalToo?: 'or equal'])[]>> = {
  grid: [
    ['lower_price', 'upper_price'],
    ['stop_loss', 'lower_price'],
    ['upper_price', 'take_profit'],
  ],
  dual_ma: [['fast_period', 'slow_period']],
  rsi_mean_reversion: [
    ['oversold', 'exit_level'],
    ['exit_level', 'overbought'],
  ],
  macd: [['fast_period', 'slow_period']],
  donchian_breakout: [['exit_period', 'entry_period', 'or equal']],
};

function crossIssues({ id, params: specs }: StrategySpec, params: StrategyParams): readonly Issue[] {
  const label = (name: string): string => specs.find((spec) => spec.name === name)?.label.toLowerCase() ?? name;
  const issues: Issue[] = [];
  for (const [lower, upper, equalToo] of ORDER[id] ?? []) {
    const [least, most] = [asDecimal(params[lower]), asDecimal(params[upper])];
    if (!least || !most) continue;
    const order = compareDecimals(least, most);
    if (order < 0 || (order === 0 && equalToo)) continue;
    // A limit is wrong where it is not beyond the range, not the range.
    const told = lower === 'stop_loss' ? lower : upper;
    const [other, bound] = told === lower ? [upper, most] : [lower, least];
    const side = told === lower ? 'below' : 'above';
    const figure = formatDecimal(bound);
    issues.push({
      path: told,
      message: `must be ${equalToo ? 'at or ' : ''}${side} the ${label(other)} ${figure}`,
      code: equalToo ? `at_or_${side}` : side,
      values: { field: other, value: figure },
    });
  }
  if (params['order_size'] !== undefined && params['investment'] !== undefined) {
    const message = 'give either an order size or an investment, not both';
    issues.push({ path: 'order_size', message, code: 'one_size' });
  }
  return issues;
}

function asDecimal(value: ParamValue | undefined): Decimal | undefined {
  return typeof value === 'number' || typeof value === 'string' ? parseDecimal(value) : undefined;
}
