/** Z15: the engine's issues, on the fields they are about; the others in words above the button. */
import type { StrategySpecView } from '#protocol/strategy-shapes.ts';
import type { ProtocolError } from '#protocol/errors.ts';
import { sweptParams, type BacktestDraft } from './draft.ts';
import type { Issues } from './validation.ts';

const FIELDS: ReadonlySet<string> = new Set([
  'strategy',
  'name',
  'path',
  'metric',
  'out_of_sample',
  'walk_forward',
  'walk_forward.windows',
  'ranges',
  'data',
  'data.dataset',
  'data.timeframe',
  'data.start_date',
  'data.end_date',
  'config.initial_capital',
  'config.commission',
  'config.slippage',
  'instrument.tick_size',
  'instrument.lot_size',
  'instrument.min_size',
  'instrument.min_notional',
]);

export function landIssues(
  error: ProtocolError,
  draft: BacktestDraft,
  spec: StrategySpecView | undefined,
): { readonly landed: Issues; readonly rest: string | null } {
  const landed: Record<string, string> = {};
  const rest: string[] = [];
  const swept = spec ? sweptParams(draft, spec) : [];
  const params = new Set(spec?.params.map(({ name }) => name));
  for (const { path, message } of error.fieldIssues) {
    const range = /^ranges\.(\d+)/.exec(path)?.[1];
    const ranged = range === undefined ? undefined : swept[Number(range)]?.name;
    const bare = path.replace(/^params\./, '');
    if (ranged !== undefined) landed[`ranges.${ranged}`] = message;
    else if (swept.some(({ name }) => name === bare)) landed[`ranges.${bare}`] = message;
    else if (params.has(bare)) landed[`params.${bare}`] = message;
    else if (FIELDS.has(path)) landed[path] = message;
    else rest.push(`${path}: ${message}`);
  }
  if (error.fieldIssues.length === 0) return { landed, rest: error.message };
  return { landed, rest: rest.length > 0 ? rest.join(' ') : null };
}
