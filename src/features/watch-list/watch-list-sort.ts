/** The watch list's figures and its order. */
import { dayChange } from '#domain/day-change.ts';
import type { Ticker } from '#domain/market-data.ts';
import { type Tickers, tickerKey } from '#stores/market-tickers-feed.ts';
import type { ListedInstrument } from '#stores/source-types.ts';
import { instrumentName } from '#ui/format/instrument-name.ts';
import type { Sort } from '#ui/table.tsx';

/** `null`: the venue does not tell it, or there is none. */
export interface QuoteFigures {
  readonly last: number | null;
  /** Over 24 hours, %. */
  readonly change: number | null;
  /** Of 24 hours, in quote, so that instruments compare. */
  readonly volume: number | null;
  /** Of the middle, %; a crossed book's is below zero. */
  readonly spread: number | null;
}

export function quoteFigures(ticker: Ticker | undefined): QuoteFigures | undefined {
  if (!ticker) return undefined;
  const { last, bid, ask, volume24h, quoteVolume24h } = ticker;
  const middle = bid === null || ask === null ? 0 : (Number(ask) + Number(bid)) / 2;
  const inQuote = volume24h === null || last === null ? null : Number(volume24h) * Number(last);
  return {
    last: known(last === null ? null : Number(last)),
    change: dayChange(ticker),
    volume: known(quoteVolume24h === null || quoteVolume24h === undefined ? inQuote : Number(quoteVolume24h)),
    spread: middle > 0 ? known(((Number(ask) - Number(bid)) / middle) * 100) : null,
  };
}

function known(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null;
}

export interface ListedRow {
  readonly instrument: ListedInstrument;
  /** As shown. */
  readonly source: string;
  /** Of the best cross between sources, %; `null`: on one source only. */
  readonly cross: number | null;
}

/** By the column asked for; what has no figure yet goes last, equals by name. */
export function sortRows<R extends ListedRow>(rows: readonly R[], tickers: Tickers, { key, descending }: Sort): R[] {
  const name = ({ instrument }: ListedRow) => instrumentName(instrument);
  const byName = (a: ListedRow, b: ListedRow) => name(a).localeCompare(name(b)) || a.source.localeCompare(b.source);
  const direction = descending ? -1 : 1;
  if (key === 'symbol') return [...rows].sort((a, b) => direction * byName(a, b));
  if (key === 'source') {
    return [...rows].sort((a, b) => direction * a.source.localeCompare(b.source) || byName(a, b));
  }
  const figures = new Map(
    rows.map((row) => {
      const of = quoteFigures(tickers.get(tickerKey(row.instrument.venue, row.instrument.symbol)));
      return [row, key === 'cross' ? row.cross : (of?.[key as keyof QuoteFigures] ?? null)];
    }),
  );
  return [...rows].sort((a, b) => {
    const [left, right] = [figures.get(a) ?? null, figures.get(b) ?? null];
    if (left === null || right === null) return Number(left === null) - Number(right === null) || byName(a, b);
    return direction * (left - right) || byName(a, b);
  });
}

/** Every word asked for must be in the title, the symbol, the pair or the source's name. */
export function matchesSearch({ instrument, source }: ListedRow, query: string): boolean {
  const { symbol, title, base, quote, prediction } = instrument;
  const text = [symbol, title, base, quote, `${base}${quote}`, prediction?.question, prediction?.slug, source]
    .join(' ')
    .toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
