/** One grid as its page shows it: view, open orders, fills, risk decisions. */
import type { ProtocolClient } from '#client/types.ts';
import type { FillView, GridView, OrderView, RiskView } from '#protocol/shapes.ts';
import type { FrameScheduler } from './frame-scheduler.ts';
import { mergeFills, mergeRisk, OpenOrders, toFill } from './grids-merge.ts';
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
  let risk: readonly RiskView[] = [];
  let status: GridDetail['status'] = 'loading';
  let error: Error | null = null;
  let publish = () => {};
  let arrived: FillView[] = [];
  /** Oldest first. */
  let decided: RiskView[] = [];
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
      if (arrived.length > 0) {
        fills = mergeFills(fills, arrived);
        arrived = [];
      }
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
          arrived.push(toFill(data, timestamp));
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
