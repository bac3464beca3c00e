/** The form's model, shared by the form, the chart beside it and the order book: one draft, one preview. */
import { useEffect, useMemo, useRef } from 'react';
import { useForm, type UseFormReturn, useWatch } from 'react-hook-form';
import { useStore } from 'zustand';
import type { GridLine } from '#charts/grid-lines.ts';
import type { PriceRange } from '#charts/range-lines.ts';
import type { ProtocolError } from '#protocol/errors.ts';
import { gridConfig, type GridPreview } from '#protocol/shapes.ts';
import { useCommandQuery } from '#queries/commands.ts';
import { findInstrument, type ListedInstrument, useInstruments } from '#queries/instruments.ts';
import { useInstance } from '#stores/environment.tsx';
import { tickerKey } from '#stores/market-tickers-feed.ts';
import { tickersStore } from '#stores/tickers.ts';
import { decimalsOf, formatPrice } from '#ui/format/numbers.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { type DraftField, type GridDraft, pairKey, splitPair, toConfig, typedNumber } from './draft.ts';
import { useThrottled } from './use-throttled.ts';
import { draftResolver } from './validation.ts';

export interface GridFormModel {
  readonly form: UseFormReturn<GridDraft>;
  readonly draft: GridDraft;
  readonly instruments: readonly ListedInstrument[];
  readonly instrument: ListedInstrument | undefined;
  /** The last price of the instrument, plain decimal text. */
  readonly price: string | undefined;
  readonly preview: GridPreview | undefined;
  readonly previewError: ProtocolError | null;
  /** A preview of what is now in the form is on its way. */
  readonly previewing: boolean;
  readonly range: PriceRange | null;
  readonly setRange: (range: PriceRange) => void;
  /** The preview's lines, for the chart. */
  readonly lines: readonly GridLine[];
  /** Puts a price chosen elsewhere into the price field that had the focus last, else into the nearer end of the range. */
  readonly pickPrice: (price: string) => void;
  readonly setFocused: (field: DraftField) => void;
  /** Sets several fields and validates. */
  readonly fill: (values: Partial<GridDraft>) => void;
}

const PREVIEW_EVERY_MS = 120;
/** The price moves on though the form does not. */
const PREVIEW_REFRESH_MS = 5_000;
const PRICE_FIELDS: ReadonlySet<DraftField> = new Set([
  'lower_price',
  'upper_price',
  'trigger_price',
  'stop_loss',
  'take_profit',
]);
const NO_INSTRUMENTS: readonly ListedInstrument[] = [];

export function useGridForm(initial: GridDraft, enabled = true): GridFormModel {
  const t = useT();
  const instruments = useInstruments().data?.instruments ?? NO_INSTRUMENTS;
  const resolver = useRef(draftResolver(t, undefined));
  const form = useForm<GridDraft>({
    defaultValues: initial,
    mode: 'onChange',
    resolver: (draft, context, options) => resolver.current(draft, context, options),
  });
  const draft = { ...initial, ...useWatch({ control: form.control }) } as GridDraft;
  const { venue, symbol } = splitPair(draft.pair);
  const instrument = findInstrument(instruments, venue === '' ? undefined : venue, symbol);
  const key = instrument ? tickerKey(instrument.venue, instrument.symbol) : '';
  const price = useStore(useInstance(tickersStore), (tickers) => tickers.get(key)?.last ?? undefined);
  useEffect(() => {
    resolver.current = draftResolver(t, instrument);
    // Texts of another language, or of another instrument's rules.
    if (form.formState.isDirty) void form.trigger();
  }, [t, instrument, form]);

  const config = JSON.stringify(toConfig(draft));
  const asked = useThrottled(config, PREVIEW_EVERY_MS);
  const valid = useMemo(() => gridConfig.safeParse(JSON.parse(asked)), [asked]);
  const preview = useCommandQuery(
    'grid.preview',
    valid.data ?? { pair: '', upper_price: 0, lower_price: 0, grid_count: 0 },
    {
      enabled: enabled && valid.success && instrument !== undefined,
      keepPrevious: true,
      refetchInterval: PREVIEW_REFRESH_MS,
    },
  );
  const shown = valid.success && preview.data?.pair === symbol ? preview.data : undefined;

  const [lower, upper] = [typedNumber(draft.lower_price), typedNumber(draft.upper_price)];
  const range = useMemo(
    () => (lower !== undefined && upper !== undefined && lower > 0 && upper > lower ? { lower, upper } : null),
    [lower, upper],
  );
  const lines = useMemo(() => previewLines(shown, instrument), [shown, instrument]);

  const focused = useRef<DraftField | null>(null);
  const fill = (values: Partial<GridDraft>) => {
    for (const [field, value] of Object.entries(values) as [DraftField, string][]) {
      form.setValue(field, value, { shouldDirty: true });
    }
    void form.trigger();
  };
  return {
    form,
    draft,
    instruments,
    instrument,
    price,
    preview: shown,
    previewError: valid.success ? preview.error : null,
    previewing: valid.success && (preview.isFetching || asked !== config),
    range,
    lines,
    fill,
    setFocused: (field) => {
      focused.current = PRICE_FIELDS.has(field) ? field : null;
    },
    setRange: (next) => {
      const tick = Number(instrument?.tickSize ?? 0);
      const decimals = decimalsOf(instrument?.tickSize ?? '1');
      const text = (value: number) => (Math.round(value / tick) * tick).toFixed(decimals);
      // Only the end that moved: what was typed into the other stays as typed.
      fill({
        ...(next.lower !== range?.lower && { lower_price: text(next.lower) }),
        ...(next.upper !== range?.upper && { upper_price: text(next.upper) }),
      });
    },
    pickPrice: (picked) => {
      const nearer = Number(picked) < Number(price) ? 'lower_price' : 'upper_price';
      fill({ [focused.current ?? nearer]: picked });
    },
  };
}

function previewLines(preview: GridPreview | undefined, instrument: ListedInstrument | undefined): readonly GridLine[] {
  if (!preview || !instrument) return [];
  const last = preview.lines.length - 1;
  return preview.lines.map((price, i) => ({
    price,
    // G5: a cell at or above the price starts holding and sells one line higher.
    side: price < preview.price ? 'buy' : i > 0 && (preview.lines[i - 1] ?? 0) >= preview.price ? 'sell' : null,
    edge: i === 0 || i === last,
    label: formatPrice(price, instrument.tickSize),
  }));
}

/** The pair a new form begins with: the one asked for, else the first listed. */
export function firstPair(instruments: readonly ListedInstrument[]): string {
  const [first] = instruments;
  return first ? pairKey(first) : '';
}
