/** The state of the form: what is typed, what there is to choose from, what is wrong. */
import { useCallback, useEffect, useEffectEvent, useMemo, useState } from 'react';
import type { DatasetView } from '#protocol/backtest-shapes.ts';
import type { StrategySpecView } from '#protocol/strategy-shapes.ts';
import type { PriceRange } from '#charts/range-lines.ts';
import type { ProtocolError } from '#protocol/errors.ts';
import { useClient } from '#queries/client-context.tsx';
import { useCommandQuery } from '#queries/commands.ts';
import { INTERVAL_MS } from '#domain/market-data.ts';
import { defaultParams } from '#ui/format/strategy-params.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { configSearch } from '#ui/routing/config-search.ts';
import { paths } from '#ui/routing/routes.ts';
import { useNavigate } from '#ui/routing/use-search-state.ts';
import { EMPTY_DRAFT, offeredTimeframe, periodOf, toConfig, toSweep, type BacktestDraft } from './draft.ts';
import { beginning, clearDraft, saveDraft } from './draft-storage.ts';
import { firstPart, suggestRange } from './suggest-range.ts';
import { issuesOf, type Issues } from './validation.ts';

export interface BacktestFormModel {
  readonly draft: BacktestDraft;
  readonly specs: readonly StrategySpecView[] | undefined;
  readonly spec: StrategySpecView | undefined;
  readonly datasets: readonly DatasetView[] | undefined;
  readonly dataset: DatasetView | undefined;
  readonly loadError: ProtocolError | null;
  readonly retry: () => void;
  readonly badLink: boolean;
  /** The form's own words of what is wrong, and the engine's about what was sent; by path. */
  readonly issues: Issues;
  readonly shown: Issues;
  readonly set: (change: Partial<BacktestDraft>) => void;
  readonly setParam: (name: string, value: string) => void;
  readonly chooseStrategy: (id: string) => void;
  readonly chooseDataset: (id: string) => void;
  /** Shows what is wrong everywhere, not only where something was typed. */
  readonly showAll: () => void;
  readonly setServerIssues: (issues: Issues) => void;
  /** A grid's range, as it was dragged. */
  readonly setRange: (range: PriceRange) => void;
  readonly suggest: () => Promise<boolean>;
  readonly reset: () => void;
}

const ADDRESS_DELAY_MS = 400;
const SUGGESTED_FROM_BARS = 1000;

export function useBacktestForm(): BacktestFormModel {
  const t = useT();
  const client = useClient();
  const navigate = useNavigate();
  const [begun] = useState(() => beginning(new URLSearchParams(location.search)));
  const [draft, setDraft] = useState(begun.draft);
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const [all, setAll] = useState(false);
  const [server, setServer] = useState<Issues>({});
  const catalog = useCommandQuery('strategy.catalog', {}, { staleTime: Infinity });
  const data = useCommandQuery('data.list', {});
  const specs = catalog.data?.strategies;
  const datasets = data.data?.datasets;
  const spec = specs?.find(({ id }) => id === draft.strategy);
  const dataset = datasets?.find(({ id, name }) => id === draft.dataset || name === draft.dataset);

  const set = useCallback((change: Partial<BacktestDraft>) => {
    setDraft((before) => ({ ...before, ...change }));
    // What the engine said was about what it got.
    setServer({});
    setTouched((before) => new Set([...before, ...Object.keys(change)]));
  }, []);
  const setParam = (name: string, value: string) => {
    setDraft((before) => ({ ...before, params: { ...before.params, [name]: value } }));
    setServer({});
    setTouched((before) => new Set([...before, name]));
  };
  const setRange = ({ lower, upper }: PriceRange) => {
    const decimals = dataset?.price_decimals ?? 2;
    // A hand on the line means no more than a thousandth of the range or so.
    const step = 10 ** Math.max(Math.floor(Math.log10(upper - lower)) - 3, -decimals);
    const text = (price: number) => (Math.round(price / step) * step).toFixed(decimals);
    setDraft((before) => ({
      ...before,
      params: { ...before.params, lower_price: text(lower), upper_price: text(upper) },
    }));
    setServer({});
  };
  const chooseStrategy = (id: string) => {
    const next = specs?.find((each) => each.id === id);
    if (next) {
      set({ strategy: id, params: defaultParams(next.params), ranges: {} });
      if (!touched.has('timeframe')) setDraft((before) => ({ ...before, timeframe: offeredTimeframe(next, dataset) }));
    }
    setAll(false);
  };
  const chooseDataset = (id: string) => {
    const chosen = datasets?.find((each) => each.id === id);
    const dates = { start_date: '', end_date: '', instrument: {} };
    // A grid's prices are of the data they were typed for.
    const prices = spec?.kind === 'grid' ? { params: defaultParams(spec.params) } : {};
    set({ dataset: id, ...dates, ...prices, kept: {} });
    setDraft((before) => ({ ...before, timeframe: offeredTimeframe(spec, chosen) }));
  };
  /** `offered`: without being asked; then what was typed meanwhile stays. */
  const suggest = async (offered = false): Promise<boolean> => {
    if (!dataset || spec?.kind !== 'grid') return false;
    const { id, timeframe, price_decimals: decimals } = dataset;
    const [from, to] = periodOf(draft, dataset);
    const until = firstPart(from, to);
    const hourly = INTERVAL_MS[timeframe] >= INTERVAL_MS['1h'] ? timeframe : '1h';
    // A short period shows how it moves in its own bars only.
    const interval = (until - from) / INTERVAL_MS[hourly] < 48 ? timeframe : hourly;
    try {
      const asked = { id, timeframe: interval, from, to: until, limit: SUGGESTED_FROM_BARS };
      const { candles } = await client.command('data.candles', asked);
      const bars = candles.map(({ ts, open, high, low }) => ({
        ts,
        open: Number(open),
        high: Number(high),
        low: Number(low),
      }));
      const range = suggestRange(bars, to - from, Number(draft.commission) / 100 || 0, decimals);
      if (range) {
        setDraft((before) => {
          const typed = before.params['lower_price'] || before.params['upper_price'];
          return offered && typed ? before : { ...before, params: { ...before.params, ...range } };
        });
      }
      return range !== undefined;
    } catch {
      return false;
    }
  };

  // A form that is opened offers what runs: a strategy, data, and for a grid a range.
  const offer = useEffectEvent(() => {
    const first = spec ?? specs?.[0];
    const chosen =
      draft.dataset === '' ? datasets?.find(({ state, rows }) => state === 'ready' && rows > 1) : undefined;
    setDraft((before) => ({
      ...before,
      ...(first && { strategy: first.id, params: { ...defaultParams(first.params), ...before.params } }),
      ...(chosen && before.kept.data === undefined && { dataset: chosen.id }),
    }));
  });
  const loaded = specs !== undefined && datasets !== undefined;
  useEffect(() => {
    if (!loaded) return undefined;
    const timer = setTimeout(() => offer());
    return () => clearTimeout(timer);
  }, [loaded]);
  const wantsRange =
    spec?.kind === 'grid' &&
    dataset !== undefined &&
    !draft.params['lower_price'] &&
    !draft.params['upper_price'] &&
    !draft.ranges['lower_price'];
  const offerRange = useEffectEvent(() => void suggest(true));
  const rangeOf = `${draft.strategy} ${draft.dataset}`;
  // What empties the fields may come in one drawing with the range that was asked for before: each emptying asks anew.
  const empty = wantsRange ? draft.params : null;
  useEffect(() => {
    if (empty === null) return undefined;
    const timer = setTimeout(() => offerRange());
    return () => clearTimeout(timer);
  }, [rangeOf, empty]);

  // Kept in this tab and in the address.
  const text = JSON.stringify(draft);
  const keep = useEffectEvent(() => {
    if (draft.strategy === '' || !spec) return;
    saveDraft(draft);
    const config = configSearch(draft.sweep ? toSweep(draft, spec) : toConfig(draft, spec));
    navigate(paths.newBacktest({ config }), { replace: true });
  });
  const typed = text !== JSON.stringify(EMPTY_DRAFT);
  useEffect(() => {
    if (!typed) return undefined;
    const timer = setTimeout(() => keep(), ADDRESS_DELAY_MS);
    return () => clearTimeout(timer);
  }, [text, typed]);

  const issues = useMemo(() => (spec ? issuesOf(draft, spec, dataset, t) : {}), [draft, spec, dataset, t]);
  const shown = useMemo(() => {
    const own = Object.entries(issues).filter(([path]) => all || touched.has(path.split('.')[1] ?? path));
    return { ...server, ...Object.fromEntries(own) };
  }, [issues, server, all, touched]);

  return {
    draft,
    specs,
    spec,
    datasets,
    dataset,
    loadError: catalog.error ?? data.error,
    retry: () => void Promise.all([catalog.refetch(), data.refetch()]),
    badLink: begun.badLink,
    issues,
    shown,
    set,
    setParam,
    chooseStrategy,
    chooseDataset,
    showAll: () => setAll(true),
    setServerIssues: setServer,
    setRange,
    suggest: () => suggest(),
    reset() {
      clearDraft();
      const first = specs?.[0];
      setDraft({
        ...EMPTY_DRAFT,
        ...(first && { strategy: first.id, params: defaultParams(first.params) }),
        dataset: draft.dataset,
      });
      setAll(false);
      setTouched(new Set());
      setServer({});
    },
  };
}
