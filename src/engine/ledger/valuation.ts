/** What an account is worth in its own currency, at the last prices. */
import type { Market } from '../market.ts';

/**
 * `amount` of `currency` in `target` (both in quote units, rounded down), by way of at most one market in between;
 * 0 where no price connects them.
 */
export function convert(
  amount: bigint,
  currency: string,
  target: string,
  markets: readonly Market[],
  hops = 2,
): bigint {
  if (currency === target || amount === 0n) return amount;
  if (hops === 0) return 0n;
  for (const market of markets) {
    const { base, quote } = market.rules.instrument;
    const mark = BigInt(market.mark());
    const one = 10n ** BigInt(market.rules.priceDecimals);
    if (mark === 0n) continue;
    if (base === currency && (quote === target || hops > 1)) {
      const value = convert((amount * mark) / one, quote, target, markets, quote === target ? hops : hops - 1);
      if (value !== 0n) return value;
    }
    if (quote === currency && base === target) return (amount * one) / mark;
  }
  return 0n;
}
