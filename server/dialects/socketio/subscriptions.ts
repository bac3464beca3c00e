/** What one client of the account server wants (T4), read from what it sends. */

export const ACCOUNT_TYPES = ['balance', 'positions', 'pnl', 'orders'] as const;
export type AccountType = (typeof ACCOUNT_TYPES)[number];

/** The types asked for, or why they cannot be had. */
export function readTypes(payload: unknown): readonly AccountType[] | string {
  const list = listOf(payload);
  if (!Array.isArray(list)) return `types is missing: a list out of ${ACCOUNT_TYPES.join(', ')}`;
  const types = new Set<AccountType>();
  for (const word of list as readonly unknown[]) {
    const type = ACCOUNT_TYPES.find((known) => known === word);
    if (!type)
      return `unknown type ${JSON.stringify(word)?.slice(0, 64)}: expected some of ${ACCOUNT_TYPES.join(', ')}`;
    types.add(type);
  }
  return [...types];
}

function listOf(payload: unknown): unknown {
  if (typeof payload !== 'object' || payload === null) return undefined;
  if ('types' in payload) return payload.types;
  return 'subscribeTypes' in payload ? payload.subscribeTypes : undefined;
}
