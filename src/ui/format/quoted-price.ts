/** Prices as their market quotes them: of a question's outcome in cents of a dollar, which is its probability. */
import { DASH, decimalsOf, formatPrice } from './numbers.ts';

export interface QuotedInstrument {
  readonly tickSize: string;
  /** Given: an outcome of a question. */
  readonly prediction?: object | undefined;
}

/** `95,412.5`; of an outcome `48.5¢`. */
export function formatQuoted(price: string | number | null | undefined, instrument: QuotedInstrument): string {
  const { tickSize, prediction } = instrument;
  if (prediction === undefined) return formatPrice(price, tickSize);
  const cents = price === null || price === undefined || price === '' ? null : Number((Number(price) * 100).toFixed(8));
  const text = formatPrice(cents, centsStep(tickSize));
  return text === DASH ? text : `${text}¢`;
}

/** `0.001` → `0.1`, `0.01` → `1`. */
export function centsStep(tickSize: string): string {
  const decimals = Math.max(0, decimalsOf(tickSize) - 2);
  return (Number(tickSize) * 100).toFixed(decimals);
}
