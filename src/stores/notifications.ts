/** What the user should hear of: fills, signals, grids and strategies that stop by themselves, the kill switch, commands that failed. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ProtocolClient } from '#client/types.ts';
import type { StrategyConfig, StrategyFill } from '#protocol/strategy-shapes.ts';
import type { LifecycleEvent, SignalEvent, TradeEvent } from '#protocol/shapes.ts';
import { defineStore } from './environment.tsx';
import type { FrameScheduler } from './frame-scheduler.ts';
import { wanted } from './strategies-merge.ts';

export type Notice =
  | {
      readonly kind: 'fills';
      readonly gridId: string;
      /** How many fills this notice stands for; side, price and amount are the newest one's. */
      readonly count: number;
      readonly side: 'buy' | 'sell';
      readonly price: number;
      readonly amount: number;
      readonly realized: number;
    }
  | { readonly kind: 'grid'; readonly gridId: string; readonly state: string; readonly reason: string | undefined }
  | {
      readonly kind: 'grid_stopped';
      /** Its orders were left behind and may still fill. */
      readonly ordersStay: boolean;
      readonly gridId: string;
      readonly pair: string;
      readonly currency: string;
      readonly pnl: number;
      readonly trades: number;
    }
  /** A strategy decided: what for, at which close, and why in the engine's words. */
  | {
      readonly kind: 'signal';
      readonly strategy: NamedStrategy;
      readonly side: string;
      readonly price: number;
      readonly reason: string;
    }
  | {
      readonly kind: 'strategy_fill';
      readonly strategy: NamedStrategy;
      readonly side: 'buy' | 'sell';
      readonly price: string | number;
      readonly amount: string | number;
      readonly realized: number;
    }
  | { readonly kind: 'strategy'; readonly strategy: NamedStrategy; readonly state: string; readonly reason: string }
  | {
      readonly kind: 'strategy_stopped';
      readonly strategy: NamedStrategy;
      readonly currency: string;
      readonly pnl: number;
    }
  | {
      readonly kind: 'backtest' | 'sweep';
      readonly id: string;
      readonly name: string;
      readonly failed: boolean;
      /** What came of it, a fraction; why it failed. */
      readonly totalReturn: number | null;
      readonly reason: string | undefined;
    }
  /** M5: connected, and yet nothing comes. */
  | { readonly kind: 'source_silent'; readonly name: string }
  | { readonly kind: 'kill_switch'; readonly active: boolean; readonly reason: string }
  | { readonly kind: 'command_failed'; readonly action: string; readonly code: string; readonly message: string };

export interface NamedStrategy {
  readonly id: string;
  /** Left out where the engine does not say. */
  readonly venue?: string | undefined;
  readonly symbol: string;
  /** What it was called; without it, `of` says which of the catalog it is. */
  readonly name: string | undefined;
  readonly of: string;
}

export interface Notification {
  readonly id: number;
  readonly ts: number;
  readonly read: boolean;
  readonly notice: Notice;
}

export interface NotificationsState {
  /** Newest first. */
  readonly items: readonly Notification[];
  readonly unread: number;
}

export interface NotificationsStore {
  readonly store: StoreApi<NotificationsState>;
  notify(notice: Notice): void;
  markAllRead(): void;
  clear(): void;
  /** Listens to the engine until called back. */
  open(): () => void;
}

const KEPT = 200;
/** Fills of one grid closer together than this share a notice. */
const MERGE_MS = 10_000;
/** Where the name of a sweep that has just ended is looked for. */
const SWEEPS_LISTED = 100;
/** How far down a notice may lie and still be added to. */
const NEAR = 10;

function mergeable({ notice, read, ts }: Notification, gridId: string, now: number): boolean {
  return notice.kind === 'fills' && notice.gridId === gridId && !read && now - ts < MERGE_MS;
}

/** What a grid does by itself; what the user does to it needs no notice. */
const TELLING: ReadonlySet<string> = new Set(['stop_loss', 'take_profit', 'error', 'paused']);
const BY_HAND = 'paused by the trader';

export function createNotificationsStore(
  client: ProtocolClient,
  frames: FrameScheduler,
  now: () => number,
): NotificationsStore {
  const store = createStore<NotificationsState>()(() => ({ items: [], unread: 0 }));
  let lastId = 0;
  let waiting: Notice[] = [];

  const add = (items: readonly Notification[], notice: Notice): readonly Notification[] => {
    const ts = now();
    const same =
      notice.kind === 'fills' ? items.slice(0, NEAR).find((item) => mergeable(item, notice.gridId, ts)) : undefined;
    if (notice.kind === 'fills' && same?.notice.kind === 'fills') {
      const count = same.notice.count + notice.count;
      const merged = { ...notice, count, realized: same.notice.realized + notice.realized };
      return [{ ...same, notice: merged }, ...items.filter((item) => item !== same)];
    }
    lastId += 1;
    return [{ id: lastId, ts, read: false, notice }, ...items.slice(0, KEPT - 1)];
  };

  const put = (items: readonly Notification[]) =>
    store.setState({ items, unread: items.filter((item) => !item.read).length }, true);

  const drain = () => {
    const batch = waiting;
    waiting = [];
    put(batch.reduce(add, store.getState().items));
  };

  const notify = (notice: Notice) => {
    waiting.push(notice);
    frames.schedule(drain);
  };

  const onFill = (fill: TradeEvent) =>
    notify({
      kind: 'fills',
      gridId: fill.grid_id,
      count: 1,
      side: fill.side,
      price: fill.price,
      amount: fill.amount,
      realized: fill.realized_pnl,
    });

  const onLifecycle = (event: string, { id, state, reason }: LifecycleEvent) => {
    const byItself = event === 'error' || reason !== undefined;
    if (event === 'triggered' || (byItself && TELLING.has(state))) notify({ kind: 'grid', gridId: id, state, reason });
  };

  /** Only the strategy's view has its name and what it trades. */
  const ofStrategy = (id: string, tell: (strategy: NamedStrategy, config?: StrategyConfig) => void) => {
    client.command('strategy.get', { id }).then(
      ({ config }) => {
        const { venue, symbol, name, strategy: of } = config;
        tell({ id, venue, symbol, name, of }, config);
      },
      () => tell({ id, symbol: '', name: id, of: '' }),
    );
  };
  /** What each strategy was last told to want. */
  const told = new Map<string, string>();
  const onSignal = ({ strategy_id: id, side: decided, price, reason }: SignalEvent) =>
    ofStrategy(id, (strategy, config) => {
      const side = config ? wanted(decided, config) : decided;
      // One that may not be short is out already when it wants to be: no news.
      if (side === 'flat' && told.get(id) === side) return;
      told.set(id, side);
      notify({ kind: 'signal', strategy, side, price, reason });
    });
  const onStrategyFill = ({ strategy_id: id, side, price, amount, realized_pnl: realized, exact = {} }: StrategyFill) =>
    ofStrategy(id, (strategy) =>
      notify({
        kind: 'strategy_fill',
        strategy,
        side,
        price: exact['price'] ?? price,
        amount: exact['amount'] ?? amount,
        realized,
      }),
    );
  const onStrategy = (event: string, { id, state, reason }: LifecycleEvent) => {
    if (event !== 'error' && !(event === 'paused' && reason !== BY_HAND)) return;
    ofStrategy(id, (strategy) => notify({ kind: 'strategy', strategy, state, reason: reason ?? '' }));
  };

  /** Only the run itself has its name and what came of it. */
  const onBacktest = (event: string, { id, reason }: LifecycleEvent) => {
    if (event !== 'completed' && event !== 'error') return;
    const failed = event === 'error';
    client.command('backtest.get', { id }).then(
      ({ name, metrics }) =>
        notify({ kind: 'backtest', id, name, failed, totalReturn: metrics?.total_return ?? null, reason }),
      () => notify({ kind: 'backtest', id, name: id, failed, totalReturn: null, reason }),
    );
  };
  const onSweep = (event: string, { id, reason }: LifecycleEvent) => {
    if (event !== 'completed' && event !== 'error') return;
    const tell = (name: string) =>
      notify({ kind: 'sweep', id, name, failed: event === 'error', totalReturn: null, reason });
    // By the list: the sweep itself comes with all its cells.
    client.command('sweep.list', { limit: SWEEPS_LISTED }).then(
      ({ sweeps }) => tell(sweeps.find((sweep) => sweep.id === id)?.name ?? id),
      () => tell(id),
    );
  };

  return {
    store,
    notify,
    markAllRead: () => put(store.getState().items.map((item) => ({ ...item, read: true }))),
    clear: () => put([]),
    open() {
      const stops = [
        client.subscribe('grid.*.trade', ({ data }) => onFill(data)),
        client.subscribe('grid.*.lifecycle', ({ event, data }) => onLifecycle(event, data)),
        client.subscribe('strategy.*.signal', ({ data }) => onSignal(data)),
        client.subscribe('strategy.*.trade', ({ data }) => onStrategyFill(data)),
        client.subscribe('strategy.*.lifecycle', ({ event, data }) => onStrategy(event, data)),
        client.subscribe('backtest.*.lifecycle', ({ event, data }) => onBacktest(event, data)),
        client.subscribe('sweep.*.lifecycle', ({ event, data }) => onSweep(event, data)),
        watchKillSwitch(client, (active, reason) => notify({ kind: 'kill_switch', active, reason })),
      ];
      return () => stops.forEach((stop) => stop());
    },
  };
}

/** The current value comes first (Z11); only what changes after it is news. */
function watchKillSwitch(client: ProtocolClient, changed: (active: boolean, reason: string) => void): () => void {
  let known: boolean | undefined;
  return client.subscribe('system.kill_switch', ({ event, data }) => {
    const active = event === 'activated';
    if (known !== undefined && known !== active) changed(active, data.reason);
    known = active;
  });
}

export const notificationsStore = defineStore(({ client, frames, now }) =>
  createNotificationsStore(client, frames, now),
);
