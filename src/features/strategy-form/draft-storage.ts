/** Where a new form begins: with what the address says, with what was typed in this tab, or empty. */
import * as z from 'zod/mini';
import { strategyConfig } from '#protocol/strategy-shapes.ts';
import { INTERVALS } from '#domain/market-data.ts';
import { readConfigSearch } from '#ui/routing/config-search.ts';
import { differsLive, EMPTY_DRAFT, fromConfig, type StrategyDraft } from './draft.ts';

const KEY = 'griddesk.strategy-draft';

const stored = z.object({
  strategy: z.string(),
  pair: z.string(),
  timeframe: z.enum(INTERVALS),
  capital: z.string(),
  params: z.record(z.string(), z.string()),
  name: z.string(),
});

export interface Beginning {
  readonly draft: StrategyDraft;
  /** The address held something that is no request. */
  readonly badLink: boolean;
  /** Its parameters are a backtest's, and live they cannot all be. */
  readonly differs: boolean;
}

export function beginning(search: URLSearchParams): Beginning {
  const config = search.get('config');
  if (config !== null) {
    const read = strategyConfig.safeParse(readConfigSearch(config));
    return read.success
      ? { draft: fromConfig(read.data), badLink: false, differs: differsLive(read.data.params) }
      : { draft: EMPTY_DRAFT, badLink: true, differs: false };
  }
  const strategy = search.get('strategy');
  const typed = loadDraft() ?? EMPTY_DRAFT;
  // Another strategy's parameters mean nothing for this one.
  const isOther = strategy !== null && strategy !== typed.strategy;
  return { draft: isOther ? { ...typed, strategy, params: {} } : typed, badLink: false, differs: false };
}

function loadDraft(): StrategyDraft | undefined {
  try {
    const read = stored.safeParse(JSON.parse(sessionStorage.getItem(KEY) ?? 'null'));
    return read.success ? read.data : undefined;
  } catch {
    return undefined;
  }
}

export function saveDraft(draft: StrategyDraft): void {
  sessionStorage.setItem(KEY, JSON.stringify(draft));
}

export function clearDraft(): void {
  sessionStorage.removeItem(KEY);
}
