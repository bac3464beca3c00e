/** The paper accounts' balances, one a venue. */
import type { ProtocolClient } from '#client/types.ts';
import type { BalanceEvent } from '#protocol/account-shapes.ts';
import { defineStore } from './environment.tsx';
import type { FrameScheduler } from './frame-scheduler.ts';
import { createFeed } from './market-feed.ts';

export interface AccountState {
  /** `null` until the first balance came. */
  readonly balances: readonly BalanceEvent[] | null;
}

export function createAccountStore(client: ProtocolClient, frames: FrameScheduler) {
  const byVenue = new Map<string, BalanceEvent>();
  return createFeed<AccountState>({ balances: null }, (set) => {
    const publish = () => set({ balances: [...byVenue.values()] });
    return client.subscribe('account.*.balance', ({ data }) => {
      byVenue.set(data.venue, data);
      frames.schedule(publish);
    });
  });
}

export const accountStore = defineStore(({ client, frames }) => createAccountStore(client, frames));

export interface AccountTotals {
  readonly currency: string;
  readonly equity: string | number;
  readonly todayPnl: string | number;
  readonly totalPnl: string | number;
}

/** The paper accounts' figures, exact where the engine gives them so. Accounts in one currency are summed. */
export function totalsOf(balances: readonly BalanceEvent[] | null): AccountTotals | null {
  const paper = (balances ?? []).flatMap(({ currency, equity, today_pnl, total_pnl, exact }) =>
    equity === undefined || today_pnl === undefined || total_pnl === undefined
      ? []
      : [{ currency, equity, today_pnl, total_pnl, exact }],
  );
  const [first] = paper;
  if (first === undefined) return null;
  const alike = paper.filter(({ currency }) => currency === first.currency);
  if (alike.length === 1) {
    return {
      currency: first.currency,
      equity: first.exact?.['equity'] ?? first.equity,
      todayPnl: first.exact?.['today_pnl'] ?? first.today_pnl,
      totalPnl: first.exact?.['total_pnl'] ?? first.total_pnl,
    };
  }
  const sum = (pick: (balance: (typeof alike)[number]) => number) => alike.reduce((total, one) => total + pick(one), 0);
  return {
    currency: first.currency,
    equity: sum(({ equity }) => equity),
    todayPnl: sum(({ today_pnl }) => today_pnl),
    totalPnl: sum(({ total_pnl }) => total_pnl),
  };
}
