/** One grid as its page shows it: view, open orders, fills, risk decisions. */
import type { ProtocolClient } from '#client/types.ts';
import type { FillView, GridView, OrderView, RiskView } from '#protocol/shapes.ts';
import { FILLS_PAGE, FillPages } from './fill-pages.ts';
import type { FrameScheduler } from './frame-scheduler.ts';
import { mergeRisk, OpenOrders, toFill } from './grids-merge.ts';
import { watchLive } from './market-connection.ts';
import { createFeed, type Feed } from './market-feed.ts';

export interface GridDetail {
  readonly status: 'loading' | 'ready' | 'error';
  readonly error: Error | null;
  readonly view: GridView | null;
  readonly orders: readonly OrderView[];
  /** Newest first. */
  readonly fills: readonly FillView[];
  /** There are older ones. */
  readonly moreFills: boolean;
  /** Newest first. */
  readonly risk: readonly RiskView[];
}

export interface GridFeed extends Feed<GridDetail> {
  retry(): void;
  loadOlderFills(): void;
}

const ORDERS_LIMIT = 2000;
const RISK_KEPT = 500;

type Pattern<E extends string> = `grid.${string}.${E}`;

export function createGridFeed(client: ProtocolClient, frames: FrameScheduler, id: string): GridFeed {
  const open = new OpenOrders();
  let view: GridView | null = null;
  let orders: readonly OrderView[] = [];
  let risk: readonly RiskView[] = [];
  let status: GridDetail['status'] = 'loading';
  let error: Error | null = null;
  let publish = () => {};
  /** Oldest first. */
  let decided: RiskView[] = [];
  let ordersChanged = false;
  let loads = 0;
  const pages = new FillPages<FillView>({
    older: (before) => client.command('grid.fills', { id, limit: FILLS_PAGE, before }).then(({ fills }) => fills),
    ownerOf: () => id,
    changed: () => frames.schedule(publish),
  });
  const state = (): GridDetail => ({ status, error, view, orders, fills: pages.all, moreFills: pages.more, risk });

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
  const loadRisk = () => {
    client.command('grid.risk', { id, limit: RISK_KEPT }).then(
      ({ decisions }) => {
        decided.unshift(...decisions.toReversed());
        frames.schedule(publish);
      },
      // An engine that keeps none still tells of those it makes.
      () => {},
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
      pages.settle();
      if (decided.length > 0) {
        risk = mergeRisk(risk, decided).slice(0, RISK_KEPT);
        decided = [];
      }
      if (ordersChanged) {
        orders = open.all;
        ordersChanged = false;
      }
      set(state());
    };
    const changed = () => frames.schedule(publish);
    const hooks = { onGap: load };
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
          pages.arrive(toFill(data, timestamp));
          changed();
        },
        hooks,
      ),
      client.subscribe(
        `grid.${id}.risk` as Pattern<'risk'>,
        ({ data, timestamp }) => {
          decided.push({ ...data, ts: timestamp });
          changed();
        },
        { onGap: loadRisk },
      ),
      client.subscribe(`grid.${id}.lifecycle` as Pattern<'lifecycle'>, loadView, hooks),
      watchLive(client, (live) => {
        // Z12 replays what was missed; the view's figures come anew by Z11. An error of before may have healed.
        if (live && status !== 'ready') load();
      }),
    ];
    load();
    loadRisk();
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
