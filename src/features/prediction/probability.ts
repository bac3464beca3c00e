import type { Ticker } from '#domain/market-data.ts';
import { midOf } from '#domain/same-pair.ts';
import type { PredictionMarket } from '#domain/prediction-market.ts';

/** In a wider market the middle means nothing, and the last trade says more. */
const WIDE = 0.1;

/**
 * What an outcome's price says of its chances, 0 … 1: the middle of the best prices, the last price where there is none or
 * the two are far apart. A resolved question is certain. `null`: nothing is known. `other`: of the other of two outcomes;
 * the chances of both are told by one of their last prices, so that they add up to one.
 */
export function probabilityOf(
  market: PredictionMarket,
  symbol: string,
  ticker: Ticker | undefined,
  other?: Ticker,
): number | null {
  if (market.state === 'resolved' && market.winner !== undefined) return market.winner === symbol ? 1 : 0;
  if (!ticker) return null;
  const own = lastOf(ticker);
  const others = lastOf(other);
  const mirrored = others === null ? null : 1 - others;
  const last = market.outcomes[0]?.symbol === symbol ? (own ?? mirrored) : (mirrored ?? own);
  const mid = midOf(ticker);
  const spread = Number(ticker.ask) - Number(ticker.bid);
  const value = mid !== null && (spread <= WIDE || last === null) ? mid : last;
  return value === null || !Number.isFinite(value) ? null : Math.min(1, Math.max(0, value));
}

function lastOf(ticker: Ticker | undefined): number | null {
  return ticker === undefined || ticker.last === null ? null : Number(ticker.last);
}
