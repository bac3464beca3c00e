/** The form's values, every field as the text that was typed, and the request they make. */
import type { ParamView, StrategyConfig, StrategySpecView } from '#protocol/strategy-shapes.ts';
import { type Interval, INTERVALS } from '#domain/market-data.ts';
import { isNumber, paramIssues, paramValues, type ParamTexts } from '#ui/format/strategy-params.ts';
import type { Translate } from '#ui/i18n/i18n.ts';

export interface StrategyDraft {
  readonly strategy: string;
  /** `venue:symbol`; empty: the first listed. */
  readonly pair: string;
  readonly timeframe: Interval;
  readonly capital: string;
  readonly params: ParamTexts;
  readonly name: string;
}

export const EMPTY_DRAFT: StrategyDraft = {
  strategy: '',
  pair: '',
  timeframe: '15m',
  capital: '1000',
  params: {},
  name: '',
};

/** What only a backtest can do: short, fill at a close that is past, end. */
const BACKTEST_ONLY: ReadonlySet<string> = new Set(['allow_short', 'execution', 'close_at']);

export function liveParams(spec: StrategySpecView): readonly ParamView[] {
  return spec.params.filter(({ name }) => !BACKTEST_ONLY.has(name));
}

/** A backtest did what a live strategy cannot: it will trade otherwise. */
export function differsLive(params: StrategyConfig['params']): boolean {
  return params['allow_short'] === true || params['execution'] === 'close';
}

export function pairKey({ venue, symbol }: { readonly venue: string; readonly symbol: string }): string {
  return `${venue}:${symbol}`;
}

/** A link may not say on which venue: `:symbol`. */
export function splitPair(key: string): { readonly venue: string | undefined; readonly symbol: string } {
  const colon = key.indexOf(':');
  return { venue: colon > 0 ? key.slice(0, colon) : undefined, symbol: key.slice(colon + 1) };
}

/** What is sent. Only of a draft that `issuesOf` finds nothing wrong with. */
export function toConfig(draft: StrategyDraft, spec: StrategySpecView): StrategyConfig {
  const { venue, symbol } = splitPair(draft.pair);
  const name = draft.name.trim();
  return {
    strategy: draft.strategy,
    symbol,
    timeframe: draft.timeframe,
    params: paramValues(liveParams(spec), draft.params),
    ...(venue !== undefined && { venue }),
    ...(isNumber(draft.capital) && { capital: Number(draft.capital) }),
    ...(name !== '' && { name }),
  };
}

/** The form of a request: of a link, or of a strategy that is repeated. */
export function fromConfig(config: StrategyConfig): StrategyDraft {
  return {
    strategy: config.strategy,
    pair: config.venue === undefined ? `:${config.symbol}` : pairKey({ venue: config.venue, symbol: config.symbol }),
    timeframe: config.timeframe,
    capital: config.capital === undefined ? EMPTY_DRAFT.capital : String(config.capital),
    params: paramTexts(config.params),
    name: config.name ?? '',
  };
}

export function paramTexts(params: StrategyConfig['params']): ParamTexts {
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, String(value)]));
}

/** What is wrong before the engine sees it: a text by the path the engine would name (Z15). */
export type Issues = Readonly<Record<string, string>>;

export function issuesOf(draft: StrategyDraft, spec: StrategySpecView, t: Translate): Issues {
  const params = Object.entries(paramIssues(liveParams(spec), draft.params, t));
  const issues: Record<string, string> = Object.fromEntries(params.map(([name, text]) => [`params.${name}`, text]));
  if (draft.pair === '') issues['symbol'] = t('backtests.issue_required');
  if (!isNumber(draft.capital)) issues['capital'] = t('backtests.issue_number');
  else if (!(Number(draft.capital) > 0)) issues['capital'] = t('backtests.issue_positive');
  return issues;
}

export function isTimeframe(text: string): text is Interval {
  return (INTERVALS as readonly string[]).includes(text);
}
