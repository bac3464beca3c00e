/** The watch list's figures and its order. */
import type { Ticker } from '#domain/market-data.ts';
import type { ListedInstrument } from '#queries/instruments.ts';
import { type Tickers, tickerKey } from '#stores/market-tickers-feed.ts';
import type { Sort } from '#ui/table.tsx';

export interface QuoteFigures {
  readonly last: number;
  /** Over 24 hours, %. */
  readonly change: number;
  /** Of 24 hours, in quote, so that instruments compare. */
  readonly volume: number;
  /** Of the middle, %; `null`: a side of the book is empty. */
  readonly spread: number | null;
}

export function quoteFigures(ticker: Ticker | undefined): QuoteFigures | undefined {
  if (!ticker) return undefined;
  const last = Number(ticker.last);
  const [bid, ask] = [Number(ticker.bid), Number(ticker.ask)];
  const twoSided = ticker.bid !== null && ticker.ask !== null;
  return {
    last,
    change: (last / Number(ticker.open24h) - 1) * 100,
    volume: Number(ticker.volume24h) * last,
    spread: twoSided ? ((ask - bid) / ((ask + bid) / 2)) * 100 : null,
  };
}

/** By the column asked for; what has no figure yet goes last, equals by name. */
export function sortInstruments(
  instruments: readonly ListedInstrument[],
  tickers: Tickers,
  { key, descending }: Sort,
): ListedInstrument[] {
  const byName = (a: ListedInstrument, b: ListedInstrument) => a.symbol.localeCompare(b.symbol);
  const direction = descending ? -1 : 1;
  if (key === 'symbol') return [...instruments].sort((a, b) => direction * byName(a, b));
  const figure = (each: ListedInstrument) => {
    const figures = quoteFigures(tickers.get(tickerKey(each.venue, each.symbol)));
    const value = figures?.[key as keyof QuoteFigures];
    return value === undefined || value === null || Number.isNaN(value) ? undefined : value;
  };
  return [...instruments].sort((a, b) => {
    const [left, right] = [figure(a), figure(b)];
    if (left === undefined || right === undefined) return Number(left === undefined) - Number(right === undefined);
    return direction * (left - right) || byName(a, b);
  });
}
