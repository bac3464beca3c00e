/** One tradable pair and the venue's rules for it. Sizes, prices and rates are plain decimal strings (G1). */
export interface Instrument {
  readonly venue: string;
  /** The engine's name of it, also its channel segment: `BTC-USDC`. */
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
  readonly tickSize: string;
  readonly lotSize: string;
  readonly minSize: string;
  readonly minNotional: string;
  /** Fee rates as fractions: `0.0008` is 0.08 %. */
  readonly makerFee: string;
  readonly takerFee: string;
  /** `received`: the fee is taken from what a fill yields, so a buy's fee is in base. */
  readonly feeCurrency: 'quote' | 'received';
}
