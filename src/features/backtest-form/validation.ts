/** What is wrong with the form before the engine sees it: a text by the path the engine would name (Z15). */
import type { DatasetView } from '#protocol/backtest-shapes.ts';
import type { StrategySpecView } from '#protocol/strategy-shapes.ts';
import { isNumber, paramIssues } from '#ui/format/strategy-params.ts';
import type { Translate } from '#ui/i18n/i18n.ts';
import { isoDay } from '#ui/format/times.ts';
import { lastDay, RULES, sweptParams, type BacktestDraft } from './draft.ts';
import { cellCount, rangeCount } from './sweep-count.ts';

export type Issues = Readonly<Record<string, string>>;

/** More take longer than anybody waits, and the engine refuses them. */
export const MOST_CELLS = 10_000;
const MOST_RANGES = 4;

export function issuesOf(
  draft: BacktestDraft,
  spec: StrategySpecView,
  dataset: DatasetView | undefined,
  t: Translate,
): Issues {
  const issues: Record<string, string> = {};
  const add = (path: string, text: string | undefined) => {
    if (text !== undefined) issues[path] ??= text;
  };
  const swept = new Set(sweptParams(draft, spec).map(({ name }) => name));
  const fixed = spec.params.filter(({ name }) => !swept.has(name));
  for (const [name, issue] of Object.entries(paramIssues(fixed, draft.params, t))) add(`params.${name}`, issue);

  const { kept, start_date: start, end_date: end } = draft;
  const named = kept.data?.symbol ?? kept.data?.rows ?? kept.data?.session;
  if (draft.dataset === '' && named === undefined) add('data.dataset', t('backtests.issue_dataset'));
  if (start !== '' && end !== '' && end < start) add('data.end_date', t('backtests.issue_dates'));
  if (dataset && start !== '' && start > lastDay(dataset)) add('data.start_date', t('backtests.issue_outside'));
  if (dataset && end !== '' && end < isoDay(dataset.from)) add('data.end_date', t('backtests.issue_outside'));

  if (!isNumber(draft.initial_capital)) add('config.initial_capital', t('backtests.issue_number'));
  else if (!(Number(draft.initial_capital) > 0)) add('config.initial_capital', t('backtests.issue_positive'));
  for (const cost of ['commission', 'slippage'] as const) {
    const value = isNumber(draft[cost]) ? Number(draft[cost]) : Number.NaN;
    if (!(value >= 0 && value < 100)) add(`config.${cost}`, t('backtests.issue_rate'));
  }
  for (const rule of RULES) {
    const text = draft.instrument[rule] ?? '';
    if (text !== '' && !isNumber(text)) add(`instrument.${rule}`, t('backtests.issue_number'));
  }
  if (draft.sweep) sweepIssues(draft, spec, t, add);
  return issues;
}

function sweepIssues(
  draft: BacktestDraft,
  spec: StrategySpecView,
  t: Translate,
  add: (path: string, text: string) => void,
): void {
  const swept = sweptParams(draft, spec);
  const ranges = swept.map(({ name }) => draft.ranges[name] ?? { from: '', to: '', step: '' });
  if (swept.length < 1 || swept.length > MOST_RANGES) add('ranges', t('backtests.issue_sweep_none'));
  swept.forEach(({ name }, index) => {
    const range = ranges[index];
    if (range && rangeCount(range) === null) add(`ranges.${name}`, t('backtests.issue_sweep_range'));
  });
  const cells = cellCount(ranges);
  if (cells !== null && cells > MOST_CELLS)
    add('ranges', t('backtests.issue_sweep_many', { n: cells, max: MOST_CELLS }));
  const share = Number(draft.out_of_sample);
  if (!(share >= 0 && share <= 80)) add('out_of_sample', t('backtests.issue_max', { max: 80 }));
  const windows = Number(draft.windows);
  if (!Number.isInteger(windows) || windows < 0 || windows > 24)
    add('walk_forward', t('backtests.issue_max', { max: 24 }));
}
