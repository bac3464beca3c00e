/** Where a new form begins: with what the address says, with what was typed in this tab, or empty. */
import * as z from 'zod/mini';
import { backtestConfig, sweepConfig } from '#protocol/backtest-shapes.ts';
import { readConfigSearch } from '#ui/routing/config-search.ts';
import { EMPTY_DRAFT, fromConfig, type BacktestDraft } from './draft.ts';

const KEY = 'griddesk.backtest-draft';

/** A sweep that is still being typed has no ranges yet. */
const linked = z.extend(
  backtestConfig,
  z.partial(z.pick(sweepConfig, { ranges: true, metric: true, out_of_sample: true, walk_forward: true })).shape,
);

const text = z.string();
const stored = z.object({
  strategy: text,
  params: z.record(text, text),
  dataset: text,
  timeframe: text,
  start_date: text,
  end_date: text,
  initial_capital: text,
  commission: text,
  slippage: text,
  instrument: z.record(text, text),
  name: text,
  path: z.enum(['fast', 'core']),
  sweep: z.boolean(),
  ranges: z.record(text, z.object({ from: text, to: text, step: text })),
  metric: text,
  out_of_sample: text,
  windows: text,
});

export interface Beginning {
  readonly draft: BacktestDraft;
  /** The address held something that is no request. */
  readonly badLink: boolean;
}

export function beginning(search: URLSearchParams): Beginning {
  const config = search.get('config');
  if (config !== null) {
    const read = linked.safeParse(readConfigSearch(config));
    return read.success ? { draft: fromConfig(read.data), badLink: false } : { draft: EMPTY_DRAFT, badLink: true };
  }
  const dataset = search.get('dataset');
  const typed = loadDraft() ?? EMPTY_DRAFT;
  if (dataset === null) return { draft: typed, badLink: false };
  // Another data set: the prices and dates that were typed mean nothing for it.
  const isSame = typed.dataset === dataset;
  return { draft: isSame ? typed : { ...EMPTY_DRAFT, strategy: typed.strategy, dataset }, badLink: false };
}

function loadDraft(): BacktestDraft | undefined {
  try {
    const read = stored.safeParse(JSON.parse(sessionStorage.getItem(KEY) ?? 'null'));
    return read.success ? { ...read.data, kept: {} } : undefined;
  } catch {
    return undefined;
  }
}

export function saveDraft(draft: BacktestDraft): void {
  sessionStorage.setItem(KEY, JSON.stringify(draft));
}

export function clearDraft(): void {
  sessionStorage.removeItem(KEY);
}
