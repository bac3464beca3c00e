/** The state of the form, shared by it and the chart beside it: what is typed, what there is to choose from, what is wrong. */
import { useEffect, useEffectEvent, useMemo, useState } from 'react';
import type { DrawnStrategy } from '#charts/strategy-overlays.ts';
import type { StrategySpecView } from '#protocol/strategy-shapes.ts';
import type { ProtocolError } from '#protocol/errors.ts';
import { useCommandQuery } from '#queries/commands.ts';
import { findInstrument, type ListedInstrument, useInstruments } from '#queries/instruments.ts';
import { defaultParams, paramValues } from '#ui/format/strategy-params.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { configSearch } from '#ui/routing/config-search.ts';
import { useNavigate } from '#ui/routing/use-search-state.ts';
import {
  EMPTY_DRAFT,
  issuesOf,
  type Issues,
  liveParams,
  pairKey,
  splitPair,
  type StrategyDraft,
  toConfig,
} from './draft.ts';
import { beginning, saveDraft } from './draft-storage.ts';

export interface StrategyFormModel {
  readonly draft: StrategyDraft;
  /** Those that are started here; a grid has a form of its own. */
  readonly specs: readonly StrategySpecView[] | undefined;
  readonly spec: StrategySpecView | undefined;
  readonly instruments: readonly ListedInstrument[];
  readonly instrument: ListedInstrument | undefined;
  readonly loadError: ProtocolError | null;
  readonly retry: () => void;
  readonly badLink: boolean;
  readonly differs: boolean;
  readonly issues: Issues;
  /** Of fields that were typed in, and the engine's about what was sent. */
  readonly shown: Issues;
  /** What the chart draws of it; stable while it means the same. */
  readonly drawn: DrawnStrategy | undefined;
  readonly set: (change: Partial<StrategyDraft>) => void;
  readonly setParam: (name: string, value: string) => void;
  readonly chooseStrategy: (id: string) => void;
  /** Shows what is wrong everywhere, not only where something was typed. */
  readonly showAll: () => void;
  readonly setServerIssues: (issues: Issues) => void;
}

const ADDRESS_DELAY_MS = 400;
const NO_INSTRUMENTS: readonly ListedInstrument[] = [];

export function useStrategyForm(): StrategyFormModel {
  const t = useT();
  const [begun] = useState(() => beginning(new URLSearchParams(location.search)));
  const [draft, setDraft] = useState(begun.draft);
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const [all, setAll] = useState(false);
  const [server, setServer] = useState<Issues>({});
  const catalog = useCommandQuery('strategy.catalog', {}, { staleTime: Infinity });
  const listed = useInstruments();
  const specs = useMemo(
    () => catalog.data?.strategies.filter(({ kind }) => kind === 'signal'),
    [catalog.data?.strategies],
  );
  const instruments = listed.data?.instruments ?? NO_INSTRUMENTS;
  const spec = specs?.find(({ id }) => id === draft.strategy);
  const { venue, symbol } = splitPair(draft.pair);
  const instrument = findInstrument(instruments, venue, symbol);

  const change = (next: Partial<StrategyDraft>, fields: readonly string[]) => {
    setDraft((before) => ({ ...before, ...next }));
    // What the engine said was about what it got.
    setServer({});
    setTouched((before) => new Set([...before, ...fields]));
  };

  // A form that is opened offers what runs: a strategy with its defaults, a pair.
  const offer = useEffectEvent(() => {
    const first = spec ?? specs?.[0];
    const pair = instrument ?? (draft.pair === '' ? instruments[0] : undefined);
    setDraft((before) => ({
      ...before,
      ...(first && { strategy: first.id, params: { ...defaultParams(first.params), ...before.params } }),
      ...(pair && { pair: pairKey(pair) }),
    }));
  });
  const loaded = specs !== undefined && instruments.length > 0;
  useEffect(() => {
    if (!loaded) return undefined;
    const timer = setTimeout(() => offer());
    return () => clearTimeout(timer);
  }, [loaded]);

  useDraftKeeping(draft, spec);
  const issues = useMemo(() => (spec ? issuesOf(draft, spec, t) : {}), [draft, spec, t]);
  const shown = useMemo(() => {
    const own = Object.entries(issues).filter(([path]) => all || touched.has(path));
    return { ...server, ...Object.fromEntries(own) };
  }, [issues, server, all, touched]);
  const wrongParams = Object.keys(issues).some((path) => path.startsWith('params.'));
  const drawnParams = JSON.stringify(spec && !wrongParams ? paramValues(liveParams(spec), draft.params) : null);
  const drawn = useMemo(() => {
    const params = JSON.parse(drawnParams) as DrawnStrategy['params'] | null;
    return params === null ? undefined : { strategy: draft.strategy, params };
  }, [draft.strategy, drawnParams]);

  return {
    draft,
    specs,
    spec,
    instruments,
    instrument,
    loadError: catalog.error ?? listed.error,
    retry: () => void Promise.all([catalog.refetch(), listed.refetch()]),
    badLink: begun.badLink,
    differs: begun.differs,
    issues,
    shown,
    drawn,
    set: (next) => change(next, [...Object.keys(next), ...(next.pair === undefined ? [] : ['symbol'])]),
    setParam(name, value) {
      change({ params: { ...draft.params, [name]: value } }, [`params.${name}`]);
    },
    chooseStrategy(id) {
      const next = specs?.find((each) => each.id === id);
      if (next) change({ strategy: id, params: defaultParams(next.params) }, []);
      setAll(false);
    },
    showAll: () => setAll(true),
    setServerIssues: setServer,
  };
}

/** Keeps what is typed in this tab and in the address, so that a link shows it. */
function useDraftKeeping(draft: StrategyDraft, spec: StrategySpecView | undefined): void {
  const navigate = useNavigate();
  const text = JSON.stringify(draft);
  const keep = useEffectEvent(() => {
    if (!spec || draft.pair === '') return;
    saveDraft(draft);
    const search = new URLSearchParams(location.search);
    search.delete('strategy');
    search.set('config', configSearch(toConfig(draft, spec)));
    navigate(`${location.pathname}?${search}`, { replace: true });
  });
  const typed = text !== JSON.stringify(EMPTY_DRAFT) && spec !== undefined;
  useEffect(() => {
    if (!typed) return undefined;
    // Browsers refuse many address changes a second.
    const timer = setTimeout(() => keep(), ADDRESS_DELAY_MS);
    return () => clearTimeout(timer);
  }, [text, typed]);
}
