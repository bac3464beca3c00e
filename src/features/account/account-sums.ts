/** What all accounts hold together: only what is in one currency is added up, and paper money never with real. */
import { addDecimals, formatDecimal, parseDecimal } from '#domain/decimal.ts';
import type { AccountView } from '#stores/accounts.ts';

export const FIGURES = ['total', 'available', 'used', 'today', 'pnl', 'unrealized', 'realized'] as const;
export type Figure = (typeof FIGURES)[number];
/** Plain decimal strings; `null`: nobody tells. */
export type Figures = Readonly<Record<Figure, string | null>>;

export interface AccountSum {
  readonly currency: string;
  readonly paper: boolean;
  /** How many accounts are in it. */
  readonly accounts: number;
  readonly figures: Figures;
}

/** What an account says of itself, its PnL only where it is in the balance's currency. */
export function figuresOf({ balance, pnl }: Pick<AccountView, 'balance' | 'pnl'>): Figures {
  const gain = pnl && (balance === null || pnl.currency === '' || pnl.currency === balance.currency) ? pnl : null;
  return {
    total: balance?.total ?? null,
    available: balance?.available ?? null,
    used: balance?.used ?? null,
    today: gain?.today ?? null,
    pnl: gain?.total ?? null,
    unrealized: gain?.unrealized ?? null,
    realized: gain?.realized ?? null,
  };
}

export function currencyOf({ balance, pnl }: Pick<AccountView, 'balance' | 'pnl'>): string {
  return balance?.currency ?? pnl?.currency ?? '';
}

/** One sum a currency and kind of money, of two accounts and more; real money first. */
export function sumAccounts(accounts: readonly AccountView[]): AccountSum[] {
  const groups = new Map<string, AccountView[]>();
  for (const account of accounts) {
    const currency = currencyOf(account);
    if (currency === '') continue;
    const key = `${account.paper ? 'paper' : 'real'} ${currency}`;
    groups.set(key, [...(groups.get(key) ?? []), account]);
  }
  return [...groups.values()]
    .filter((group) => group.length > 1)
    .map((group): AccountSum => {
      const all = group.map(figuresOf);
      const figures = Object.fromEntries(FIGURES.map((figure) => [figure, sum(all.map((each) => each[figure]))]));
      const [first] = group;
      return {
        currency: first ? currencyOf(first) : '',
        paper: first?.paper ?? false,
        accounts: group.length,
        figures: figures as Figures,
      };
    })
    .sort((a, b) => Number(a.paper) - Number(b.paper) || a.currency.localeCompare(b.currency));
}

/** Exact; of those that are told. `null`: none is. */
export function sum(values: readonly (string | null)[]): string | null {
  const known = values.flatMap((value) => (value === null ? [] : (parseDecimal(value) ?? [])));
  const [first, ...rest] = known;
  return first ? formatDecimal(rest.reduce(addDecimals, first)) : null;
}
