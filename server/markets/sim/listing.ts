/** What the simulated exchange lists. Ticks and lots are powers of ten, fees like a large venue's. */
import type { Instrument } from '#domain/instrument.ts';
import { decimalsOf, parseUnits } from '#domain/order-book-units.ts';

export const SIM_VENUE = 'sim';

export interface Listing {
  readonly instrument: Instrument;
  readonly priceDecimals: number;
  readonly sizeDecimals: number;
  /** The price everything reverts to over days, in ticks. */
  readonly anchor: number;
  /** How much wilder than the calmest instrument it is. */
  readonly wildness: number;
  /** Median size of a taker's order, in lots. */
  readonly medianSize: number;
}

function listing(
  symbol: string,
  anchor: string,
  sizes: { readonly tick: string; readonly lot: string; readonly median: string },
  wildness: number,
  feeCurrency: Instrument['feeCurrency'] = 'quote',
): Listing {
  const [base = '', quote = ''] = symbol.split('-');
  const priceDecimals = decimalsOf(sizes.tick);
  const sizeDecimals = decimalsOf(sizes.lot);
  return {
    instrument: {
      venue: SIM_VENUE,
      symbol,
      base,
      quote,
      tickSize: sizes.tick,
      lotSize: sizes.lot,
      minSize: sizes.lot,
      minNotional: '5',
      makerFee: '0.0008',
      takerFee: '0.001',
      feeCurrency,
    },
    priceDecimals,
    sizeDecimals,
    anchor: parseUnits(anchor, priceDecimals) ?? 0,
    wildness,
    medianSize: parseUnits(sizes.median, sizeDecimals) ?? 0,
  };
}

/** The most looked at first: histories are made in this order. */
export const LISTINGS: readonly Listing[] = [
  listing('BTC-USDC', '95000', { tick: '0.1', lot: '0.00001', median: '0.012' }, 1),
  listing('ETH-USDC', '3400', { tick: '0.01', lot: '0.0001', median: '0.25' }, 1.05),
  listing('SOL-USDC', '190', { tick: '0.01', lot: '0.001', median: '3' }, 1.15),
  listing('DOGE-USDC', '0.36', { tick: '0.00001', lot: '1', median: '900' }, 1.2),
  listing('XRP-USDC', '2.4', { tick: '0.0001', lot: '0.1', median: '150' }, 1.1, 'received'),
];
