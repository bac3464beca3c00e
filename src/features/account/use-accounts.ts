/** Every account with its whole history: what channels tell, what the engine kept, and what our grids trade on paper. */
import { useMemo } from 'react';
import type { AccountFill, AccountOrder } from '#domain/account.ts';
import { formatDecimal, parseDecimal } from '#domain/decimal.ts';
import { OWN_ENGINE } from '#domain/source.ts';
import { useCommandQuery } from '#queries/commands.ts';
import { fillOf } from '#stores/account-events.ts';
import { accountsStore, type AccountView } from '#stores/accounts.ts';
import { useOffers } from '#stores/connection.ts';
import { useSelect } from '#stores/environment.tsx';
import { gridsStore } from '#stores/grids-store.ts';
import { openOrdersStore } from '#stores/open-orders.ts';
import { chartFillsStore } from '#stores/recent-fills.ts';

const HISTORY = 1000;

export function useAccounts(): readonly AccountView[] {
  const accounts = useSelect(accountsStore, (state) => state.accounts);
  const kept = useCommandQuery('account.fills', { limit: HISTORY }, { enabled: useOffers('account.fills') }).data
    ?.fills;
  const paper = usePaperTrading();
  return useMemo(() => {
    const own = accounts.filter(({ source }) => source === OWN_ENGINE);
    const onlyPaper = own.filter((account) => account.paper).length === 1;
    return accounts.map((account): AccountView => {
      if (account.source !== OWN_ENGINE) return account;
      if (account.paper) {
        const traded = <T>(items: readonly Traded<T>[]) =>
          items.flatMap(({ venue, of }) => (venue === account.venue || (onlyPaper && venue === undefined) ? [of] : []));
        return {
          ...account,
          orders: account.orders ?? traded(paper.orders),
          fills: account.fills ?? traded(paper.fills),
        };
      }
      const history = (kept ?? []).filter(({ venue }) => venue === account.venue).map(fillOf);
      return { ...account, fills: mergeFills(history, account.fills ?? []) };
    });
  }, [accounts, kept, paper]);
}

/** M13: what came by the channel is newer than what was asked for. */
function mergeFills(history: readonly AccountFill[], live: readonly AccountFill[]): AccountFill[] {
  const byId = new Map([...history, ...live].map((fill) => [fill.id, fill]));
  return [...byId.values()].sort((a, b) => b.ts - a.ts);
}

interface Traded<T> {
  readonly venue: string | undefined;
  readonly of: T;
}

/** Our grids' open orders and fills, in an account's words. */
function usePaperTrading(): {
  readonly orders: readonly Traded<AccountOrder>[];
  readonly fills: readonly Traded<AccountFill>[];
} {
  const grids = useSelect(gridsStore, (state) => state.grids);
  const orders = useSelect(openOrdersStore, (state) => state.orders);
  const fills = useSelect(chartFillsStore, (state) => state.fills);
  return useMemo(() => {
    const traded = (gridId: string) => {
      const { venue, pair } = grids.get(gridId)?.config ?? {};
      return { venue, symbol: pair ?? gridId };
    };
    return {
      orders: orders.map((order) => {
        const { venue, symbol } = traded(order.grid_id);
        return {
          venue,
          of: {
            id: order.order_id,
            symbol,
            side: order.side,
            price: plain(order.price),
            size: plain(order.amount),
            filled: '0',
            status: order.state,
            open: order.state === 'open',
            ts: order.placed_at,
          },
        };
      }),
      fills: (fills ?? []).map((fill) => {
        const { venue, symbol } = traded(fill.grid_id);
        return {
          venue,
          of: {
            id: `${fill.grid_id} ${fill.trade_id}`,
            orderId: fill.order_id,
            symbol,
            side: fill.side,
            price: fill.exact?.['price'] ?? plain(fill.price),
            size: fill.exact?.['amount'] ?? plain(fill.amount),
            fee: fill.exact?.['fee'] ?? plain(fill.fee),
            feeCurrency: fill.fee_currency,
            status: null,
            ts: fill.ts,
          },
        };
      }),
    };
  }, [grids, orders, fills]);
}

/** Digits only: a figure as small as 1.2e-8 has no plain text of its own. */
function plain(value: number): string {
  const parsed = parseDecimal(value);
  return parsed ? formatDecimal(parsed) : String(value);
}
