/** A strategy's parameters as a form has them: each as the text that was typed; booleans as `true` and `false`. */
import type { Translate } from '../i18n/i18n.ts';

interface ParamBase {
  readonly name: string;
  readonly label: string;
  readonly description: string;
}

/** As the catalog's schema says (G19). */
export type ShownParam =
  | (ParamBase & {
      readonly type: 'integer' | 'decimal';
      /** `null`: may be left out. */
      readonly default: number | null;
      readonly min?: number | undefined;
      readonly max?: number | undefined;
      readonly unit?: string | undefined;
      readonly required?: boolean | undefined;
    })
  | (ParamBase & { readonly type: 'boolean'; readonly default: boolean })
  | (ParamBase & { readonly type: 'choice'; readonly choices: readonly string[]; readonly default: string });

export type ParamTexts = Readonly<Record<string, string>>;

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

export function isNumber(text: string): boolean {
  return NUMBER.test(text.trim());
}

export function defaultParams(params: readonly ShownParam[]): Record<string, string> {
  return Object.fromEntries(params.map(({ name, default: value }) => [name, value === null ? '' : String(value)]));
}

/** What is sent; those left empty are left out. Only of texts that `paramIssues` finds nothing wrong with. */
export function paramValues(
  params: readonly ShownParam[],
  texts: ParamTexts,
): Record<string, number | string | boolean> {
  const given = params.flatMap((param) => {
    const text = (texts[param.name] ?? '').trim();
    return text === '' ? [] : [[param.name, paramValue(param, text)] as const];
  });
  return Object.fromEntries(given);
}

function paramValue(param: ShownParam, text: string): number | string | boolean {
  if (param.type === 'boolean') return text === 'true';
  return param.type === 'choice' ? text : Number(text);
}

/** What is wrong before the engine sees it, by the parameter's name. */
export function paramIssues(params: readonly ShownParam[], texts: ParamTexts, t: Translate): Record<string, string> {
  const issues: Record<string, string> = {};
  for (const param of params) {
    const issue = paramIssue(param, texts[param.name] ?? '', t);
    if (issue !== undefined) issues[param.name] = issue;
  }
  const number = (name: string) => {
    const text = texts[name] ?? '';
    return params.some((param) => param.name === name) && isNumber(text) ? Number(text) : Number.NaN;
  };
  if (number('fast_period') >= number('slow_period')) issues['fast_period'] ??= t('backtests.issue_order');
  if (number('upper_price') <= number('lower_price')) issues['upper_price'] ??= t('backtests.issue_range');
  return issues;
}

function paramIssue(param: ShownParam, text: string, t: Translate): string | undefined {
  if (param.type !== 'integer' && param.type !== 'decimal') return undefined;
  if (text.trim() === '') {
    return param.required === true || param.default !== null ? t('backtests.issue_required') : undefined;
  }
  if (!isNumber(text)) return t('backtests.issue_number');
  const value = Number(text);
  if (param.type === 'integer' && !Number.isInteger(value)) return t('backtests.issue_integer');
  if (param.min !== undefined && value < param.min) return t('backtests.issue_min', { min: param.min });
  if (param.max !== undefined && value > param.max) return t('backtests.issue_max', { max: param.max });
  return undefined;
}
