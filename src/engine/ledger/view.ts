/** What can be read of the accounts. */
import type { Desk } from '../desk.ts';
import type { Market } from '../market.ts';
import type { AccountSnapshot, PositionSnapshot } from '../views.ts';
import type { Account } from './account.ts';
import { valueOf } from './grid-ledger.ts';
import { BASE_SCALE, formatBase, formatPrice, formatQuote, QUOTE_SCALE } from './money.ts';
import { formatDecimal } from '#domain/decimal.ts';

/** Decimals of an average price beyond those of the prices. */
const AVERAGE_DECIMALS = 2;

export function accountsOf(desk: Desk): AccountSnapshot[] {
  const realized = realizedOf(desk);
  return [...desk.accounts.values()].map((account) => {
    const { venue, currency, currencies, dayPnl } = account.data;
    const totals = desk.totals(account);
    const equity = desk.worth(account, totals);
    const available = desk.worth(
      account,
      currencies.map((each) => [each.currency, each.free]),
    );
    const pnl = desk.pnl(account);
    const made = desk.worth(account, realized.get(venue) ?? []);
    return {
      venue,
      equity: formatQuote(equity),
      available: formatQuote(available),
      used: formatQuote(equity - available),
      currency,
      today_pnl: formatQuote(pnl - dayPnl),
      total_pnl: formatQuote(pnl),
      realized_pnl: formatQuote(made),
      unrealized_pnl: formatQuote(pnl - made),
      balances: currencies.map(({ currency: name, free }) => {
        const total = totals.get(name) ?? free;
        return {
          currency: name,
          total: formatQuote(total),
          reserved: formatQuote(total - free),
          free: formatQuote(free),
        };
      }),
      positions: positionsOf(desk, account),
    };
  });
}

/** By venue and currency. */
function realizedOf(desk: Desk): Map<string, Map<string, bigint>> {
  const venues = new Map<string, Map<string, bigint>>();
  for (const { data, rules } of [...desk.grids.values(), ...desk.strategies.values()]) {
    if (data.realized === 0n) continue;
    const { venue, quote } = rules.instrument;
    const amounts = venues.get(venue) ?? new Map<string, bigint>();
    amounts.set(quote, (amounts.get(quote) ?? 0n) + data.realized);
    venues.set(venue, amounts);
  }
  return venues;
}

function positionsOf(desk: Desk, account: Account): PositionSnapshot[] {
  return [...desk.markets.values()].flatMap((market) =>
    market.data.instrument.venue === account.data.venue ? positionOf(market) : [],
  );
}

function positionOf(market: Market): PositionSnapshot[] {
  let base = 0n;
  let basis = 0n;
  for (const { data } of [...market.grids, ...market.strategies]) {
    base += data.base;
    basis += data.basis;
  }
  if (base === 0n) return [];
  const { priceDecimals } = market.rules;
  const mark = market.mark();
  return [
    {
      symbol: market.data.instrument.symbol,
      size: formatBase(base),
      entry_price: averagePrice(basis, base, priceDecimals),
      mark_price: formatPrice(mark, priceDecimals),
      unrealized_pnl: formatQuote(valueOf(base, mark, priceDecimals) - basis),
    },
  ];
}

/** `basis / base`, the nearest, to two decimals more than prices of `priceDecimals` have. */
export function averagePrice(basis: bigint, base: bigint, priceDecimals: number): string {
  const decimals = priceDecimals + AVERAGE_DECIMALS;
  const divisor = base * 10n ** BigInt(QUOTE_SCALE - BASE_SCALE - decimals);
  return formatDecimal({ units: (basis + divisor / 2n) / divisor, scale: decimals });
}
