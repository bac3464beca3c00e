/** One account of one venue, put together from what the venue tells of it. */
import type {
  AccountBalance,
  AccountEvent,
  AccountFill,
  AccountOrder,
  AccountPnl,
  AccountPosition,
  VenueBot,
} from '#domain/account.ts';

/** `null`: the venue has not told, which is not the same as none. */
export interface AccountFigures {
  readonly balance: AccountBalance | null;
  readonly positions: readonly AccountPosition[] | null;
  readonly pnl: AccountPnl | null;
  /** Newest first: the open ones and those that ended last. */
  readonly orders: readonly AccountOrder[] | null;
  /** Newest first, each id once. */
  readonly fills: readonly AccountFill[] | null;
  readonly bots: readonly VenueBot[] | null;
}

const KEPT_FILLS = 500;
const KEPT_ENDED_ORDERS = 200;

export const NO_FIGURES: AccountFigures = {
  balance: null,
  positions: null,
  pnl: null,
  orders: null,
  fills: null,
  bots: null,
};

export function applyAccountEvent(figures: AccountFigures, event: AccountEvent): AccountFigures {
  switch (event.type) {
    case 'balance':
      return { ...figures, balance: event.balance };
    case 'positions':
      return { ...figures, positions: event.positions };
    case 'pnl':
      return { ...figures, pnl: event.pnl };
    case 'bots':
      return { ...figures, bots: event.bots };
    case 'orders':
      return { ...figures, orders: newestFirst(event.orders) };
    case 'order':
      return { ...figures, orders: withOrder(figures.orders ?? [], event.order) };
    case 'fill':
      return { ...figures, fills: withFill(figures.fills ?? [], event.fill) };
  }
}

function newestFirst(orders: readonly AccountOrder[]): AccountOrder[] {
  return [...orders].sort((a, b) => (b.ts ?? 0) - (a.ts ?? 0));
}

function withOrder(orders: readonly AccountOrder[], order: AccountOrder): AccountOrder[] {
  let ended = 0;
  return newestFirst([order, ...orders.filter(({ id }) => id !== order.id)]).filter(
    ({ open }) => open || (ended += 1) <= KEPT_ENDED_ORDERS,
  );
}

/** M13: a trade that advances keeps its place. */
function withFill(fills: readonly AccountFill[], fill: AccountFill): AccountFill[] {
  const at = fills.findIndex(({ id }) => id === fill.id);
  if (at >= 0) return fills.with(at, fill);
  return [fill, ...fills].sort((a, b) => b.ts - a.ts).slice(0, KEPT_FILLS);
}
