/** Positions, orders and fills of several accounts as rows of one table. */
import type { AccountFill, AccountOrder, AccountPosition } from '#domain/account.ts';
import type { AccountView } from '#stores/accounts.ts';
import type { ListedInstrument } from '#stores/source-types.ts';
import { instrumentName } from '#ui/format/instrument-name.ts';
import type { Sort } from '#ui/table.tsx';

type Owner = Pick<AccountView, 'venue' | 'name' | 'paper' | 'stale'>;

export interface Row<T> {
  readonly key: string;
  readonly account: Owner;
  readonly of: T;
  /** Where the desk knows the instrument. */
  readonly instrument: ListedInstrument | undefined;
  /** As shown. */
  readonly name: string;
}
export type PositionRow = Row<AccountPosition>;
export type OrderRow = Row<AccountOrder>;
export type FillRow = Row<AccountFill>;

/** By symbol: an account does not say on which of our sources its instruments are listed. */
export type BySymbol = ReadonlyMap<string, ListedInstrument>;

export function bySymbol(listings: readonly ListedInstrument[]): BySymbol {
  const map = new Map<string, ListedInstrument>();
  for (const listed of listings) if (!map.has(listed.symbol)) map.set(listed.symbol, listed);
  return map;
}

export function rowsOf<T extends { readonly symbol: string }>(
  account: AccountView,
  items: readonly T[] | null,
  keyOf: (item: T) => string,
  listed: BySymbol,
): Row<T>[] {
  return (items ?? []).map((item) => {
    const instrument = listed.get(item.symbol);
    return {
      key: `${account.venue} ${keyOf(item)}`,
      account,
      of: item,
      instrument,
      name: instrumentName({ symbol: item.symbol, title: instrument?.title }),
    };
  });
}

/** Newer of the same id wins (M13); newest first. */
export function mergeRows<T extends { readonly ts: number | null }>(
  older: readonly Row<T>[],
  newer: readonly Row<T>[],
): Row<T>[] {
  const rows = new Map([...older, ...newer].map((row) => [row.key, row]));
  return [...rows.values()].sort((a, b) => (b.of.ts ?? 0) - (a.of.ts ?? 0));
}

export function matching<T extends { readonly symbol: string }>(rows: readonly Row<T>[], query: string): Row<T>[] {
  const wanted = query.trim().toLowerCase();
  if (wanted === '') return [...rows];
  return rows.filter(({ name, of }) => `${name} ${of.symbol}`.toLowerCase().includes(wanted));
}

/** By one figure or text of a row; what has none goes last. */
export function sortBy<R>(
  rows: readonly R[],
  { key, descending }: Sort,
  values: Readonly<Record<string, (row: R) => string | number | null>>,
): R[] {
  const value = values[key];
  if (!value) return [...rows];
  const direction = descending ? -1 : 1;
  return [...rows].sort((a, b) => {
    const [left, right] = [value(a), value(b)];
    if (left === null || right === null) return Number(left === null) - Number(right === null);
    if (typeof left === 'number' && typeof right === 'number') return direction * (left - right);
    return direction * String(left).localeCompare(String(right));
  });
}

export function numberOf(text: string | null): number | null {
  const value = text === null ? NaN : Number(text);
  return Number.isFinite(value) ? value : null;
}
