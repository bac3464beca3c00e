/** One grid as its page shows it: view, open orders, fills, risk decisions. */
import type { ProtocolClient } from '#client/types.ts';
import type { FillView, GridView, OrderView, RiskEvent } from '#protocol/shapes.ts';
import type { FrameScheduler } from './frame-scheduler.ts';
import { mergeFills, OpenOrders, toFill } from './grids-merge.ts';
import { watchLive } from './market-connection.ts';
import { createFeed, type Feed } from './market-feed.ts';

export interface RiskRecord extends RiskEvent {
  /** The event's number on the wire, or a running one. */
  readonly key: string;
  readonly ts: number;
}

export interface GridDetail {
  readonly status: 'loading' | 'ready' | 'error';
  readonly error: Error | null;
  readonly view: GridView | null;
  readonly orders: readonly OrderView[];
  /** Newest first. */
  readonly fills: readonly FillView[];
  /** There are older ones. */
  readonly moreFills: boolean;
  /** Since the page is open, newest first. */
  readonly risk: readonly RiskRecord[];
}

export interface GridFeed extends Feed<GridDetail> {
  retry(): void;
  loadOlderFills(): void;
}

const FILLS_PAGE = 500;
const ORDERS_LIMIT = 2000;
const RISK_KEPT = 500;

type Pattern<E extends string> = `grid.${string}.${E}`;

export function createGridFeed(client: ProtocolClient, frames: FrameScheduler, id: string): GridFeed {
  const open = new OpenOrders();
  let view: GridView | null = null;
  let orders: readonly OrderView[] = [];
  let fills: FillView[] = [];
  let moreFills = false;
  let risk: readonly RiskRecord[] = [];
  let status: GridDetail['status'] = 'loading';
  let error: Error | null = null;
  let publish = () => {};
  let arrived: FillView[] = [];
  let ordersChanged = false;
  let loads = 0;
  let paging = false;
  const state = (): GridDetail => ({ status, error, view, orders, fills, moreFills, risk });

  const load = () => {
    const turn = ++loads;
    open.beginList();
    Promise.all([
      client.command('grid.get', { id }),
      client.command('grid.orders', { id, state: 'open', limit: ORDERS_LIMIT }),
      client.command('grid.fills', { id, limit: FILLS_PAGE }),
    ]).then(
      ([nextView, orderList, fillList]) => {
        if (turn !== loads) return;
        view = nextView;
        open.applyList(orderList.orders);
        ordersChanged = true;
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
    client.command('grid.get', { id }).then(
      (next) => {
        view = next;
        frames.schedule(publish);
      },
      // The next status or reconnection brings it up to date.
      () => {},
    );
  };

  const feed = createFeed<GridDetail>(state(), (set) => {
    publish = () => {
      if (arrived.length > 0) {
        fills = mergeFills(fills, arrived);
        arrived = [];
      }
      if (ordersChanged) {
        orders = open.all;
        ordersChanged = false;
      }
      set(state());
    };
    const changed = () => frames.schedule(publish);
    const hooks = { onGap: load };
    let riskCount = 0;
    const stops = [
      client.subscribe(`grid.${id}.status` as Pattern<'status'>, ({ data }) => {
        if (!view) return;
        view = { ...view, status: data, state: data.state ?? view.state };
        changed();
      }),
      client.subscribe(
        `grid.${id}.order` as Pattern<'order'>,
        ({ event, data, timestamp }) => {
          open.applyEvent(event, data, timestamp);
          ordersChanged = true;
          changed();
        },
        hooks,
      ),
      client.subscribe(
        `grid.${id}.trade` as Pattern<'trade'>,
        ({ data, timestamp }) => {
          arrived.push(toFill(data, timestamp));
          changed();
        },
        hooks,
      ),
      client.subscribe(
        `grid.${id}.risk` as Pattern<'risk'>,
        ({ data, timestamp, seq }) => {
          riskCount += 1;
          const key = seq === undefined ? `n${riskCount}` : `s${seq}`;
          if (risk.some((record) => record.key === key)) return;
          risk = [{ ...data, key, ts: timestamp }, ...risk].slice(0, RISK_KEPT);
          changed();
        },
        hooks,
      ),
      client.subscribe(`grid.${id}.lifecycle` as Pattern<'lifecycle'>, loadView, hooks),
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
        .command('grid.fills', { id, limit: FILLS_PAGE, before: oldest.ts + 1 })
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
