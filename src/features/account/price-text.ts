import { formatPrice } from '#ui/format/numbers.ts';
import { formatQuoted, type QuotedInstrument } from '#ui/format/quoted-price.ts';

/** A price of an account: an average is finer than the tick, and shows as it is. */
export function priceText(price: string | null, instrument: QuotedInstrument | undefined): string {
  return instrument?.prediction ? formatQuoted(price, instrument) : formatPrice(price, finer(price, instrument));
}

/** The tick, unless the price has digits beyond it. */
function finer(price: string | null, instrument: QuotedInstrument | undefined): string | undefined {
  if (!instrument || price === null) return undefined;
  const decimals = (text: string) => text.split('.')[1]?.replace(/0+$/, '').length ?? 0;
  return decimals(price) > decimals(instrument.tickSize) ? undefined : instrument.tickSize;
}
