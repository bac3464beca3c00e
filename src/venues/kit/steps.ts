import { decimalsOf, MAX_DECIMALS } from '#domain/order-book-units.ts';

/** The coarsest power of ten that all of these plain decimals are multiples of: `0.01` for `5`, `0.5` and `1.25`. */
export function stepOf(texts: Iterable<string>): string {
  let decimals = 0;
  for (const text of texts) decimals = Math.max(decimals, decimalsOf(text));
  decimals = Math.min(decimals, MAX_DECIMALS);
  return decimals === 0 ? '1' : `0.${'0'.repeat(decimals - 1)}1`;
}
