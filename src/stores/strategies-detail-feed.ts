/** One strategy as its page shows it: view, signals, fills. */
import type { ProtocolClient } from '#client/types.ts';
import type { SignalView, StrategyFill, StrategyView } from '#protocol/strategy-shapes.ts';
import { isStrategyStatus } from '#protocol/event-guards.ts';
import { FILLS_PAGE, FillPages } from './fill-pages.ts';
import type { FrameScheduler } from './frame-scheduler.ts';
import { watchLive } from './market-connection.ts';
import { createFeed, type Feed } from './market-feed.ts';
import { mergeSignals, toSignal, withStatus } from './strategies-merge.ts';

export interface StrategyDetail {
  readonly status: 'loading' | 'ready' | 'error';
  readonly error: Error | null;
  readonly view: StrategyView | null;
  /** Newest first, as are fills. */
  readonly signals: readonly SignalView[];
  readonly fills: readonly StrategyFill[];
  /** There are older ones. */
  readonly moreFills: boolean;
}

export interface StrategyFeed extends Feed<StrategyDetail> {
  retry(): void;
  loadOlderFills(): void;
}

const SIGNALS_KEPT = 2000;

type Pattern<E extends string> = `strategy.${string}.${E}`;

export function createStrategyFeed(client: ProtocolClient, frames: FrameScheduler, id: string): StrategyFeed {
  let view: StrategyView | null = null;
  let signals: readonly SignalView[] = [];
  let status: StrategyDetail['status'] = 'loading';
  let error: Error | null = null;
  let publish = () => {};
  let decided: SignalView[] = [];
  let loads = 0;
  const pages = new FillPages<StrategyFill>({
    older: (before) => client.command('strategy.fills', { id, limit: FILLS_PAGE, before }).then(({ fills }) => fills),
    ownerOf: () => id,
    changed: () => frames.schedule(publish),
  });
  const state = (): StrategyDetail => ({ status, error, view, signals, fills: pages.all, moreFills: pages.more });

  const load = () => {
    const turn = ++loads;
    Promise.all([
      client.command('strategy.get', { id }),
      client.command('strategy.signals', { id, limit: SIGNALS_KEPT }),
      client.command('strategy.fills', { id, limit: FILLS_PAGE }),
    ]).then(
      ([nextView, signalList, fillList]) => {
        if (turn !== loads) return;
        view = nextView;
        decided.push(...signalList.signals);
        pages.begin(fillList.fills);
        status = 'ready';
        error = null;
        frames.schedule(publish);
      },
      (reason: unknown) => {
        if (turn !== loads) return;
        error = reason instanceof Error ? reason : new Error(String(reason));
        if (view === null) status = 'error';
        frames.schedule(publish);
      },
    );
  };
  const loadView = () => {
    client.command('strategy.get', { id }).then(
      (next) => {
        view = next;
        frames.schedule(publish);
      },
      // The next status or reconnection brings it up to date.
      () => {},
    );
  };

  const feed = createFeed<StrategyDetail>(state(), (set) => {
    publish = () => {
      if (decided.length > 0) signals = mergeSignals(signals, decided).slice(0, SIGNALS_KEPT);
      pages.settle();
      decided = [];
      set(state());
    };
    const changed = () => frames.schedule(publish);
    const hooks = { onGap: load };
    const stops = [
      client.subscribe(`strategy.${id}.status` as Pattern<'status'>, ({ data }) => {
        if (!view || !isStrategyStatus(data)) return;
        view = withStatus(view, data);
        changed();
      }),
      client.subscribe(
        `strategy.${id}.signal` as Pattern<'signal'>,
        ({ data, timestamp }) => {
          decided.push(toSignal(data, timestamp));
          changed();
        },
        hooks,
      ),
      client.subscribe(
        `strategy.${id}.trade` as Pattern<'trade'>,
        ({ data }) => {
          pages.arrive(data);
          changed();
        },
        hooks,
      ),
      client.subscribe(`strategy.${id}.lifecycle` as Pattern<'lifecycle'>, loadView, hooks),
      watchLive(client, (live) => {
        // Z12 replays what was missed; the view's figures come anew by Z11. An error of before may have healed.
        if (live && status !== 'ready') load();
      }),
    ];
    load();
    return () => {
      stops.forEach((stop) => stop());
      // Answers still on their way belong to a closed page.
      loads += 1;
    };
  });

  return {
    ...feed,
    retry() {
      status = 'loading';
      publish();
      load();
    },
    loadOlderFills: () => pages.loadOlder(),
  };
}
