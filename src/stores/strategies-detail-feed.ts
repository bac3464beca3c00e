/** One strategy as its page shows it: view, signals, fills. */
import type { ProtocolClient } from '#client/types.ts';
import type { SignalView, StrategyFill, StrategyView } from '#protocol/strategy-shapes.ts';
import { isStrategyStatus } from '#protocol/event-guards.ts';
import type { FrameScheduler } from './frame-scheduler.ts';
import { watchLive } from './market-connection.ts';
import { createFeed, type Feed } from './market-feed.ts';
import { mergeSignals, mergeStrategyFills, toSignal, withStatus } from './strategies-merge.ts';

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
const FILLS_PAGE = 500;

type Pattern<E extends string> = `strategy.${string}.${E}`;

export function createStrategyFeed(client: ProtocolClient, frames: FrameScheduler, id: string): StrategyFeed {
  let view: StrategyView | null = null;
  let signals: readonly SignalView[] = [];
  let fills: readonly StrategyFill[] = [];
  let moreFills = false;
  let status: StrategyDetail['status'] = 'loading';
  let error: Error | null = null;
  let publish = () => {};
  let decided: SignalView[] = [];
  let arrived: StrategyFill[] = [];
  let loads = 0;
  let paging = false;
  const state = (): StrategyDetail => ({ status, error, view, signals, fills, moreFills });

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
        const full = fillList.fills.length === FILLS_PAGE;
        // A page that does not reach back to what is known would hide a hole: start from it.
        const joined = !full || (fills[0]?.ts ?? -Infinity) >= (fillList.fills.at(-1)?.ts ?? 0);
        if (!joined) fills = [];
        if (fills.length === 0) moreFills = full;
        arrived.push(...fillList.fills);
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
      if (arrived.length > 0) fills = mergeStrategyFills(fills, arrived);
      decided = [];
      arrived = [];
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
          arrived.push(data);
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
    loadOlderFills() {
      const oldest = fills.at(-1);
      if (paging || !moreFills || !oldest) return;
      paging = true;
      // `before` is a time: ask for the oldest's own millisecond again, so that none of its twins is skipped.
      client
        .command('strategy.fills', { id, limit: FILLS_PAGE, before: oldest.ts + 1 })
        .then(
          (older) => {
            moreFills = older.fills.some((fill) => fill.ts < oldest.ts);
            arrived.push(...older.fills);
            frames.schedule(publish);
          },
          () => {},
        )
        .finally(() => {
          paging = false;
        });
    },
  };
}
