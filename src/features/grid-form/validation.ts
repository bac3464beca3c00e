/** What the form can say before the engine does, in the reader's language. */
import { zodResolver } from '@hookform/resolvers/zod';
import type { FieldError, Resolver } from 'react-hook-form';
import { gridConfig } from '#protocol/shapes.ts';
import type { ListedInstrument } from '#queries/instruments.ts';
import type { Translate } from '#ui/i18n/i18n.ts';
import { type DraftField, type GridDraft, toConfig, typedNumber } from './draft.ts';

const REQUIRED: readonly DraftField[] = ['pair', 'lower_price', 'upper_price', 'grid_count'];

/** The protocol's own schema, its issues in words for the reader, then what needs the instrument. */
export function draftResolver(t: Translate, instrument: ListedInstrument | undefined): Resolver<GridDraft> {
  const bySchema = zodResolver(gridConfig);
  return async (draft, context, options) => {
    // The schema sees what the engine will see.
    const result = await bySchema(toConfig(draft) as Parameters<typeof bySchema>[0], context, options as never);
    const schemaErrors: Partial<Record<string, unknown>> = result.errors;
    const errors: Partial<Record<DraftField, FieldError>> = {};
    const say = (field: DraftField, message: string) => {
      errors[field] ??= { type: 'validate', message };
    };
    for (const field of Object.keys(draft) as DraftField[]) {
      if (schemaErrors[field] !== undefined) say(field, explain(t, field, draft));
    }
    if (draft.sizing === 'order_size' && draft.order_size.trim() === '') say('order_size', t('grids.error_required'));
    if (instrument) {
      for (const [field, message] of instrumentIssues(t, draft, instrument)) say(field, message);
    }
    return Object.keys(errors).length > 0 ? { values: {}, errors } : { values: draft, errors: {} };
  };
}

function explain(t: Translate, field: DraftField, draft: GridDraft): string {
  const text = draft[field];
  if (text.trim() === '' && REQUIRED.includes(field)) return t('grids.error_required');
  if (field === 'name') return t('grids.error_name');
  if (field === 'grid_count') return t('grids.error_count');
  if (Number.isNaN(typedNumber(text))) return t('grids.error_number');
  if (field === 'take_profit_pct') return t('grids.error_pct');
  const above = Number(draft.upper_price) > Number(draft.lower_price);
  if (field === 'upper_price' && Number(text) > 0 && !above) return t('grids.error_upper_above_lower');
  return t('grids.error_positive');
}

/** G3: prices of the range lie on ticks. G12: the stop below the range, the target above. */
function instrumentIssues(t: Translate, draft: GridDraft, { tickSize }: ListedInstrument): [DraftField, string][] {
  const issues: [DraftField, string][] = [];
  for (const field of ['lower_price', 'upper_price'] as const) {
    const ticks = (typedNumber(draft[field]) ?? Number.NaN) / Number(tickSize);
    if (Math.abs(ticks - Math.round(ticks)) > 1e-6) issues.push([field, t('grids.error_tick', { tick: tickSize })]);
  }
  const [lower, upper] = [typedNumber(draft.lower_price), typedNumber(draft.upper_price)];
  const [stop, target] = [typedNumber(draft.stop_loss), typedNumber(draft.take_profit)];
  if (stop !== undefined && lower !== undefined && stop >= lower) {
    issues.push(['stop_loss', t('grids.error_stop_loss', { price: draft.lower_price })]);
  }
  if (target !== undefined && upper !== undefined && target <= upper) {
    issues.push(['take_profit', t('grids.error_take_profit', { price: draft.upper_price })]);
  }
  return issues;
}
