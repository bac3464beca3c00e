import { DASH, formatMoney, formatSize } from '#ui/format/numbers.ts';

/** Currencies that are counted in cents. */
const CENTS = /^(USD[A-Z]?|[A-Z]?USD|DAI|EUR[A-Z]?|GBP|CNY|CNH|JPY|HKD)$/;

/** An amount of some currency: money with two decimals, coins with what they need, never a zero that is none. */
export function formatAmount(
  amount: string | null | undefined,
  currency: string,
  options?: { readonly sign?: boolean },
): string {
  if (amount === null || amount === undefined) return DASH;
  const size = Math.abs(Number(amount));
  return CENTS.test(currency) && (size === 0 || size >= 0.005)
    ? formatMoney(amount, options)
    : formatSize(amount, undefined, options);
}
