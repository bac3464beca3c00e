/** The form's values, every field as the text that was typed, and the request they make. */
import type { BacktestConfig, DatasetView, SweepConfig } from '#protocol/backtest-shapes.ts';
import type { ParamView, StrategySpecView } from '#protocol/strategy-shapes.ts';
import { INTERVAL_MS, INTERVALS } from '#domain/market-data.ts';
import { paramValues } from '#ui/format/strategy-params.ts';
import { isoDay } from '#ui/format/times.ts';

export const RULES = ['tick_size', 'lot_size', 'min_size', 'min_notional'] as const;
export type Rule = (typeof RULES)[number];

/** Fewer hours are too few bars for the usual averages. */
const HOURS_FOR_HOURLY = 240;

export interface RangeDraft {
  readonly from: string;
  readonly to: string;
  readonly step: string;
}

export interface BacktestDraft {
  readonly strategy: string;
  /** By the parameter's name; booleans as `true` and `false`. */
  readonly params: Readonly<Record<string, string>>;
  readonly dataset: string;
  /** Empty: the data set's own. */
  readonly timeframe: string;
  /** `2024-06-15`, empty: all there is. */
  readonly start_date: string;
  readonly end_date: string;
  readonly initial_capital: string;
  /** In percent. */
  readonly commission: string;
  readonly slippage: string;
  readonly instrument: Readonly<Partial<Record<Rule, string>>>;
  readonly name: string;
  readonly path: 'fast' | 'core';
  readonly sweep: boolean;
  readonly ranges: Readonly<Record<string, RangeDraft>>;
  readonly metric: string;
  /** In percent of the data; 0: none. */
  readonly out_of_sample: string;
  /** 0: none. */
  readonly windows: string;
  /** What a request may say of its data and rules that no field shows. */
  readonly kept: {
    readonly data?: Pick<BacktestConfig['data'], 'symbol' | 'from_row' | 'to_row' | 'rows' | 'session'>;
    readonly instrument?: Pick<NonNullable<BacktestConfig['instrument']>, 'maker_fee' | 'taker_fee' | 'fee_currency'>;
  };
}

export const EMPTY_DRAFT: BacktestDraft = {
  strategy: '',
  params: {},
  dataset: '',
  timeframe: '',
  start_date: '',
  end_date: '',
  initial_capital: '10000',
  commission: '0.05',
  slippage: '0.01',
  instrument: {},
  name: '',
  path: 'fast',
  sweep: false,
  ranges: {},
  metric: 'sharpe_ratio',
  out_of_sample: '30',
  windows: '0',
  kept: {},
};

const DAY_MS = 86_400_000;
/** In each window this share comes first and chooses. */
const WALK_IN_SAMPLE = 0.7;

/** `0.05` % → 0.0005, without the last digits a division of doubles adds. */
function fraction(percent: string): number {
  return Number((Number(percent) / 100).toPrecision(12));
}

function percentText(value: number): string {
  return String(Number((value * 100).toPrecision(12)));
}

export function sweptParams(draft: BacktestDraft, spec: StrategySpecView): readonly ParamView[] {
  return draft.sweep ? spec.params.filter(({ name }) => draft.ranges[name] !== undefined) : [];
}

/** What is sent; fields left empty are left out. Only of a draft that `issuesOf` finds nothing wrong with. */
export function toConfig(draft: BacktestDraft, spec: StrategySpecView): BacktestConfig {
  const swept = new Set(sweptParams(draft, spec).map(({ name }) => name));
  const params = spec.params.filter(({ name }) => !swept.has(name));
  const rules = RULES.flatMap((rule) => {
    const text = (draft.instrument[rule] ?? '').trim();
    return text === '' ? [] : [[rule, text] as const];
  });
  const instrument = { ...draft.kept.instrument, ...Object.fromEntries(rules) };
  const timeframe = INTERVALS.find((each) => each === draft.timeframe);
  return {
    strategy: draft.strategy,
    params: paramValues(params, draft.params),
    data: {
      ...draft.kept.data,
      ...(draft.dataset !== '' && { dataset: draft.dataset }),
      ...(timeframe !== undefined && { timeframe }),
      ...(draft.start_date !== '' && { start_date: draft.start_date }),
      ...(draft.end_date !== '' && { end_date: draft.end_date }),
    },
    config: {
      initial_capital: Number(draft.initial_capital),
      commission: fraction(draft.commission),
      slippage: fraction(draft.slippage),
    },
    ...(Object.keys(instrument).length > 0 && { instrument }),
    ...(draft.name.trim() !== '' && { name: draft.name.trim() }),
    ...(draft.path !== 'fast' && { path: draft.path }),
  };
}

export function toSweep(draft: BacktestDraft, spec: StrategySpecView): SweepConfig {
  const windows = Number(draft.windows);
  const share = fraction(draft.out_of_sample);
  return {
    ...toConfig(draft, spec),
    ranges: sweptParams(draft, spec).map(({ name }) => {
      const { from = '', to = '', step = '' } = draft.ranges[name] ?? {};
      return { param: name, from: Number(from), to: Number(to), step: Number(step) };
    }),
    metric: draft.metric,
    ...(share > 0 && { out_of_sample: share }),
    ...(windows >= 2 && { walk_forward: { windows, in_sample: WALK_IN_SAMPLE } }),
  };
}

type Linked = BacktestConfig & {
  readonly [K in 'ranges' | 'metric' | 'out_of_sample' | 'walk_forward']?: SweepConfig[K] | undefined;
};

/** The form of a request: of a link, or of a run that is repeated. */
export function fromConfig(config: Linked): BacktestDraft {
  const { data, instrument = {}, ranges, walk_forward, out_of_sample } = config;
  const { dataset, timeframe, start_date, end_date, ...keptData } = data;
  const { tick_size, lot_size, min_size, min_notional, ...keptRules } = instrument;
  const given = { tick_size, lot_size, min_size, min_notional };
  const costs = config.config ?? {};
  return {
    ...EMPTY_DRAFT,
    strategy: config.strategy,
    params: Object.fromEntries(Object.entries(config.params).map(([name, value]) => [name, String(value)])),
    dataset: dataset ?? '',
    timeframe: timeframe ?? '',
    start_date: dayText(start_date),
    end_date: dayText(end_date),
    ...(costs.initial_capital !== undefined && { initial_capital: String(costs.initial_capital) }),
    ...(costs.commission !== undefined && { commission: percentText(costs.commission) }),
    ...(costs.slippage !== undefined && { slippage: percentText(costs.slippage) }),
    instrument: Object.fromEntries(
      Object.entries(given).flatMap(([rule, value]) => (value === undefined ? [] : [[rule, String(value)]])),
    ),
    name: config.name ?? '',
    path: config.path ?? 'fast',
    sweep: ranges !== undefined,
    ranges: Object.fromEntries(
      (ranges ?? []).map(({ param, from, to, step }) => [
        param,
        { from: numberText(from), to: numberText(to), step: numberText(step) },
      ]),
    ),
    metric: config.metric ?? EMPTY_DRAFT.metric,
    out_of_sample: ranges === undefined ? EMPTY_DRAFT.out_of_sample : percentText(out_of_sample ?? 0),
    windows: String(walk_forward?.windows ?? 0),
    kept: {
      ...(Object.keys(keptData).length > 0 && { data: keptData }),
      ...(Object.keys(keptRules).length > 0 && { instrument: keptRules }),
    },
  };
}

function numberText(value: number | undefined): string {
  return value === undefined ? '' : String(value);
}

function dayText(date: string | number | undefined): string {
  if (date === undefined) return '';
  const ts = typeof date === 'number' ? date : Date.parse(date);
  return Number.isFinite(ts) ? isoDay(ts) : '';
}

/** From when to when candles are used, ms, the last day to its end. */
export function periodOf(
  { start_date: start, end_date: end }: Pick<BacktestDraft, 'start_date' | 'end_date'>,
  { from, to }: Pick<DatasetView, 'from' | 'to'>,
): readonly [from: number, to: number] {
  return [
    start === '' ? from : Math.max(from, Date.parse(start)),
    end === '' ? to : Math.min(to, Date.parse(end) + DAY_MS - 1),
  ];
}

/** The last day that has rows. */
export function lastDay(dataset: Pick<DatasetView, 'to'>): string {
  return isoDay(dataset.to);
}

/**
 * The bars that are offered; empty: the data's own. A strategy of signals over minutes trades its capital away in fees,
 * which is true but no beginning.
 */
export function offeredTimeframe(
  spec: Pick<StrategySpecView, 'kind'> | undefined,
  dataset: Pick<DatasetView, 'timeframe' | 'from' | 'to'> | undefined,
): string {
  if (spec?.kind !== 'signal' || dataset === undefined) return '';
  const hour = INTERVAL_MS['1h'];
  const isLong = dataset.to - dataset.from >= HOURS_FOR_HOURLY * hour;
  return INTERVAL_MS[dataset.timeframe] < hour && isLong ? '1h' : '';
}
