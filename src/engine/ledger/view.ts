/** What can be read of the accounts. */
import type { Desk } from '../desk.ts';
import type { AccountSnapshot } from '../views.ts';
import { formatQuote } from './money.ts';

export function accountsOf(desk: Desk): AccountSnapshot[] {
  return [...desk.accounts.values()].map((account) => {
    const totals = desk.totals(account);
    const pnl = desk.pnl(account);
    return {
      venue: account.data.venue,
      equity: formatQuote(desk.equity(account)),
      currency: account.data.currency,
      today_pnl: formatQuote(pnl - account.data.dayPnl),
      total_pnl: formatQuote(pnl),
      balances: account.data.currencies.map(({ currency, free }) => {
        const total = totals.get(currency) ?? free;
        return {
          currency,
          total: formatQuote(total),
          reserved: formatQuote(total - free),
          free: formatQuote(free),
        };
      }),
    };
  });
}
