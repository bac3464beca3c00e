/** Questions and their outcomes as instruments: one a token. */
import type { PredictionMarket } from '#domain/prediction-market.ts';
import type { SourceInstrument } from '#domain/source.ts';

/** Orders are in hundredths of a share; what matching leaves of them may be finer, which a book takes as it comes. */
const LOT_SIZE = '0.01';
/** Until the venue says more. */
export const DEFAULT_TICK_SIZE = '0.01';
export const DEFAULT_MIN_SIZE = '5';

/** One instrument an outcome, in the question's order. */
export function instrumentsOf(market: PredictionMarket, minSize = DEFAULT_MIN_SIZE): readonly SourceInstrument[] {
  return market.outcomes.map(({ symbol, name }) => ({
    ...bareInstrument(symbol, market.tickSize, minSize),
    base: name,
    title: `${market.question} — ${name}`,
    prediction: market,
  }));
}

/** Of a token nothing else is known of. Fees depend on price and question; there is no rate to tell. */
export function bareInstrument(symbol: string, tickSize: string, minSize = DEFAULT_MIN_SIZE): SourceInstrument {
  return {
    symbol,
    base: symbol,
    quote: 'USDC',
    tickSize,
    lotSize: LOT_SIZE,
    minSize,
    minNotional: '0',
    makerFee: '0',
    takerFee: '0',
    feeCurrency: 'quote',
  };
}
