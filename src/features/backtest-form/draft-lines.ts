/** What the form's chart shows of a grid while it is typed: its range, and its lines as nearly as a picture needs them. */
import type { GridLine } from '#charts/grid-lines.ts';
import type { PriceRange } from '#charts/range-lines.ts';
import { isNumber } from '#ui/format/strategy-params.ts';
import type { BacktestDraft } from './draft.ts';

/** More lines than this would hide the candles: then the range's ends alone. */
const MOST_LINES = 200;

type Typed = Pick<BacktestDraft, 'params' | 'ranges' | 'sweep'>;

/** `null`: an end is missing, swept, or not above the other. */
export function draftRange(draft: Typed): PriceRange | null {
  const [lower, upper] = [priceOf(draft, 'lower_price'), priceOf(draft, 'upper_price')];
  return lower !== null && upper !== null && lower < upper ? { lower, upper } : null;
}

/** G3's lines in doubles, and the limits; none without a range. */
export function draftLines(
  draft: Typed,
  texts: { readonly price: (price: number) => string; readonly stopLoss: string; readonly takeProfit: string },
): readonly GridLine[] {
  const range = draftRange(draft);
  if (!range) return [];
  const { lower, upper } = range;
  const count = draft.sweep && draft.ranges['grid_count'] ? 0 : Number(draft.params['grid_count']);
  const drawn = Number.isInteger(count) && count >= 2 && count < MOST_LINES ? count : 1;
  const at = (line: number) =>
    draft.params['spacing'] === 'geometric'
      ? lower * (upper / lower) ** (line / drawn)
      : lower + (line * (upper - lower)) / drawn;
  const lines: GridLine[] = Array.from({ length: drawn + 1 }, (_, line) => ({
    price: at(line),
    side: null,
    edge: line === 0 || line === drawn,
    label: texts.price(at(line)),
  }));
  for (const [name, word] of [['stop_loss', texts.stopLoss] as const, ['take_profit', texts.takeProfit] as const]) {
    const price = priceOf(draft, name);
    if (price !== null) lines.push({ price, side: null, edge: true, label: `${word} ${texts.price(price)}` });
  }
  return lines;
}

function priceOf({ params, ranges, sweep }: Typed, name: string): number | null {
  const text = params[name] ?? '';
  if ((sweep && ranges[name] !== undefined) || !isNumber(text)) return null;
  return Number(text) > 0 ? Number(text) : null;
}
