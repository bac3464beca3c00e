/** The form's values: every field as the text that was typed, under the protocol's own names. */
import type { GridConfig, GridConfigPatch } from '#protocol/shapes.ts';

export interface GridDraft {
  /** `venue:symbol`. */
  readonly pair: string;
  readonly lower_price: string;
  readonly upper_price: string;
  readonly grid_count: string;
  readonly spacing: 'arithmetic' | 'geometric';
  /** Which of the two below counts. */
  readonly sizing: 'investment' | 'order_size';
  readonly investment: string;
  readonly order_size: string;
  readonly trigger_price: string;
  readonly stop_loss: string;
  readonly take_profit: string;
  readonly take_profit_pct: string;
  readonly fill_model: 'touch' | 'through';
  readonly name: string;
}
export type DraftField = keyof GridDraft;

export const EMPTY_DRAFT: GridDraft = {
  pair: '',
  lower_price: '',
  upper_price: '',
  grid_count: '',
  spacing: 'arithmetic',
  sizing: 'investment',
  investment: '1000',
  order_size: '',
  trigger_price: '',
  stop_loss: '',
  take_profit: '',
  take_profit_pct: '',
  fill_model: 'touch',
  name: '',
};
export const DRAFT_FIELDS = Object.keys(EMPTY_DRAFT) as readonly DraftField[];

export const pairKey = ({ venue, symbol }: { readonly venue: string; readonly symbol: string }) => `${venue}:${symbol}`;

export function splitPair(pair: string): { venue: string; symbol: string } {
  const colon = pair.indexOf(':');
  return { venue: pair.slice(0, colon), symbol: pair.slice(colon + 1) };
}

const PLAIN = /^\s*\d*\.?\d+\s*$|^\s*\d+\.\s*$/;

/** Plain decimals only; `undefined`: nothing typed, NaN: no number. */
export function typedNumber(text: string): number | undefined {
  if (text.trim() === '') return undefined;
  return PLAIN.test(text) ? Number(text) : Number.NaN;
}

/** What the protocol is to be asked, not yet validated: fields left empty are left out. */
export function toConfig(draft: GridDraft): Partial<GridConfig> {
  const { venue, symbol } = splitPair(draft.pair);
  const numbers = {
    upper_price: typedNumber(draft.upper_price),
    lower_price: typedNumber(draft.lower_price),
    grid_count: typedNumber(draft.grid_count),
    investment: draft.sizing === 'investment' ? typedNumber(draft.investment) : undefined,
    order_size: draft.sizing === 'order_size' ? typedNumber(draft.order_size) : undefined,
    trigger_price: typedNumber(draft.trigger_price),
    stop_loss: typedNumber(draft.stop_loss),
    take_profit: typedNumber(draft.take_profit),
    take_profit_pct: typedNumber(draft.take_profit_pct),
  };
  const given = Object.fromEntries(Object.entries(numbers).filter(([, value]) => value !== undefined));
  const name = draft.name.trim();
  return {
    pair: symbol,
    venue,
    ...given,
    spacing: draft.spacing,
    ...(draft.fill_model !== 'touch' && { fill_model: draft.fill_model }),
    ...(name !== '' && { name }),
  };
}

/** A number as plain digits: JavaScript writes small ones as `1e-7`, which is no way to type a price. */
export function plain(value: number | undefined): string {
  if (value === undefined) return '';
  const text = String(value);
  return text.includes('e') ? value.toFixed(12).replace(/\.?0+$/, '') : text;
}

/** A running or past grid's parameters, to edit or to start another like it. */
export function fromConfig(config: GridConfig, venue: string): GridDraft {
  return {
    pair: `${config.venue ?? venue}:${config.pair}`,
    lower_price: plain(config.lower_price),
    upper_price: plain(config.upper_price),
    grid_count: plain(config.grid_count),
    spacing: config.spacing ?? 'arithmetic',
    sizing: config.order_size === undefined ? 'investment' : 'order_size',
    investment: plain(config.investment),
    order_size: plain(config.order_size),
    trigger_price: plain(config.trigger_price),
    stop_loss: plain(config.stop_loss),
    take_profit: plain(config.take_profit),
    take_profit_pct: plain(config.take_profit_pct),
    fill_model: config.fill_model ?? 'touch',
    name: config.name ?? '',
  };
}

/** As a link's search: what differs from an empty form. */
export function toSearch(draft: GridDraft): Record<string, string> {
  const other = draft.sizing === 'investment' ? 'order_size' : 'investment';
  const given = DRAFT_FIELDS.filter((field) => field !== other && draft[field] !== EMPTY_DRAFT[field]);
  return Object.fromEntries(given.map((field) => [field, draft[field]]));
}

/** The fields a link names; what it says wrongly is left out. */
export function fromSearch(search: URLSearchParams): Partial<GridDraft> {
  const choices: Partial<Record<DraftField, readonly string[]>> = {
    spacing: ['arithmetic', 'geometric'],
    sizing: ['investment', 'order_size'],
    fill_model: ['touch', 'through'],
  };
  const entries = DRAFT_FIELDS.flatMap((field) => {
    const value = search.get(field);
    if (value === null || value.length > 80) return [];
    const allowed = choices[field];
    return allowed && !allowed.includes(value) ? [] : [[field, value] as const];
  });
  return Object.fromEntries(entries);
}

/** Changing any of these lays the grid anew (G15). */
const REGRID = ['upper_price', 'lower_price', 'grid_count', 'spacing', 'order_size', 'investment'] as const;

/** What differs between the grid and the form; `null` takes an optional parameter away. */
export function toPatch(before: GridConfig, after: GridConfig): GridConfigPatch {
  const defaults = { spacing: 'arithmetic', fill_model: 'touch', name: '', take_profit_pct: 0 } as const;
  const known = { ...defaults, ...before };
  const wanted = { ...defaults, ...after };
  const fields = [
    ...REGRID,
    'trigger_price',
    'stop_loss',
    'take_profit',
    'take_profit_pct',
    'fill_model',
    'name',
  ] as const;
  const changed = fields.filter((field) => known[field] !== wanted[field]);
  return Object.fromEntries(changed.map((field) => [field, wanted[field] ?? null]));
}

export function regrids(patch: GridConfigPatch): boolean {
  return REGRID.some((field) => field in patch);
}
