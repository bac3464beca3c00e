/** O15: an instrument as OKX lists it → the desk's, for spot and for perpetual swaps. */
import type { SourceInstrument } from '#domain/source.ts';
import { amountOf, isRecord, textOf } from './fields.ts';

/** Base tier of the venue's published schedule, as fractions; an account's own rates come only with its keys. */
export const OKX_BASE_FEES = {
  spot: { maker: '0.0008', taker: '0.001' },
  swap: { maker: '0.0002', taker: '0.0005' },
} as const;

export interface OkxInstrument {
  readonly instrument: SourceInstrument;
  /** `live`, or why not: `suspend`, `preopen`, `test`. */
  readonly state: string;
}

/** `undefined` for what is no spot pair or perpetual swap, and for what lacks its rules. */
export function toInstrument(row: unknown): OkxInstrument | undefined {
  if (!isRecord(row)) return undefined;
  const symbol = textOf(row['instId']);
  const [tickSize, lotSize, minSize] = [amountOf(row['tickSz']), amountOf(row['lotSz']), amountOf(row['minSz'])];
  if (symbol === '' || tickSize === null || lotSize === null || minSize === null) return undefined;
  const rules = { symbol, tickSize, lotSize, minSize, minNotional: '0' };
  const state = textOf(row['state']);
  if (row['instType'] === 'SPOT') {
    const { maker, taker } = OKX_BASE_FEES.spot;
    const pair = { base: textOf(row['baseCcy']), quote: textOf(row['quoteCcy']) };
    // Spot fees are taken from what a fill yields.
    const fees = { makerFee: maker, takerFee: taker, feeCurrency: 'received' } as const;
    return { instrument: { ...rules, ...pair, ...fees }, state };
  }
  if (row['instType'] !== 'SWAP') return undefined;
  const [base = '', quote = ''] = (textOf(row['uly']) || textOf(row['instFamily']) || symbol).split('-');
  const { maker, taker } = OKX_BASE_FEES.swap;
  const fees = { makerFee: maker, takerFee: taker, feeCurrency: 'quote' } as const;
  const instrument = { ...rules, base, quote, ...fees };
  const [value, currency] = [amountOf(row['ctVal']), textOf(row['ctValCcy'])];
  const type = row['ctType'] === 'inverse' ? 'inverse' : 'linear';
  return { instrument: value === null ? instrument : { ...instrument, contract: { value, currency, type } }, state };
}
