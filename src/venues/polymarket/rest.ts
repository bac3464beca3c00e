/** M14: paths and answers of the venue's REST. Who fetches is told elsewhere: a browser asks through the engine. */
import { INTERVAL_MS, type BookSnapshot, type Candle, type Interval } from '#domain/market-data.ts';
import type { PredictionMarket } from '#domain/prediction-market.ts';
import type { SourceInstrument } from '#domain/source.ts';
import { parseTime } from '../kit/iso-time.ts';
import { DEFAULT_MIN_SIZE, DEFAULT_TICK_SIZE, instrumentsOf } from './instruments.ts';
import { amount, clipped, parseBook, price, text, time } from './parse.ts';
import { MOST_DESCRIPTION, MOST_QUESTION, MOST_SLUG, pairOutcomes } from './questions.ts';
import { isFields, type Fields } from './schema.ts';

export interface GammaQuery {
  readonly slug?: string;
  /** Several at once. */
  readonly conditionIds?: string | readonly string[];
  readonly clobTokenIds?: string;
  readonly closed?: boolean;
  readonly order?: string;
  readonly ascending?: boolean;
  readonly limit?: number;
  readonly offset?: number;
}

/** Of the host `gamma-api.polymarket.com`. */
export function marketsPath(query: GammaQuery): string {
  return `/markets?${gammaSearch(query)}`;
}

export function eventsPath(query: GammaQuery): string {
  return `/events?${gammaSearch(query)}`;
}

/** Of the host `clob.polymarket.com`. */
export function bookPath(symbol: string): string {
  return `/book?token_id=${encodeURIComponent(symbol)}`;
}

/** Times in ms, `fidelity` in minutes a point. */
export type HistoryRange =
  | { readonly interval: '1h' | '6h' | '1d' | '1w' | '1m' | 'max'; readonly fidelity?: number }
  | { readonly from: number; readonly to: number; readonly fidelity?: number };

export function pricesHistoryPath(symbol: string, range: HistoryRange): string {
  const search = new Map([['market', symbol]]);
  if ('interval' in range) {
    search.set('interval', range.interval);
  } else {
    search.set('startTs', String(Math.floor(range.from / 1000)));
    search.set('endTs', String(Math.ceil(range.to / 1000)));
  }
  if (range.fidelity !== undefined) search.set('fidelity', String(range.fidelity));
  return `/prices-history?${searchText(search)}`;
}

/** The venue's names are ours in snake case. */
function gammaSearch(query: GammaQuery): string {
  const nameOf = (key: string) => key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return searchText(
    Object.entries(query).flatMap(([key, value]) =>
      (Array.isArray(value) ? value : [value]).map((each) => [nameOf(key), String(each)] as const),
    ),
  );
}

function searchText(search: Iterable<readonly [string, string]>): string {
  return Array.from(search, ([key, value]) => `${key}=${encodeURIComponent(value)}`).join('&');
}

export interface GammaMarket {
  readonly market: PredictionMarket;
  /** One an outcome. */
  readonly instruments: readonly SourceInstrument[];
  /** By position; `null` where the venue tells none. */
  readonly prices: readonly (string | null)[];
}

/** An answer of `/markets`: an array, or one object. Markets without an order book are left out. */
export function parseMarkets(json: unknown): readonly GammaMarket[] | undefined {
  const list: readonly unknown[] | undefined = Array.isArray(json) ? json : isFields(json) ? [json] : undefined;
  return list?.map(parseMarket).filter((market) => market !== undefined);
}

/** An answer of `/events`: the markets of all of them, in order. */
export function parseEvents(json: unknown): readonly GammaMarket[] | undefined {
  const list: readonly unknown[] | undefined = Array.isArray(json) ? json : isFields(json) ? [json] : undefined;
  return list?.flatMap((event) => (isFields(event) ? (parseMarkets(event['markets'] ?? []) ?? []) : []));
}

export function parseMarket(value: unknown): GammaMarket | undefined {
  if (!isFields(value)) return undefined;
  const id = text(value['conditionId']);
  const question = clipped(value['question'], MOST_QUESTION);
  // M14: JSON inside strings; tokens match outcomes by position.
  const outcomes = pairOutcomes(innerJson(value['clobTokenIds']), innerJson(value['outcomes']));
  if (id === undefined || question === undefined || !outcomes) return undefined;
  const told = innerJson(value['outcomePrices']);
  const prices = outcomes.map((_, i) => (Array.isArray(told) ? (amount(told[i]) ?? null) : null));
  const description = clipped(value['description'], MOST_DESCRIPTION);
  const endsAt = parseTime(value['endDate']);
  const market: PredictionMarket = {
    id,
    question,
    slug: clipped(value['slug'], MOST_SLUG) ?? '',
    ...(description !== undefined && { description }),
    outcomes,
    tickSize: price(value['orderPriceMinTickSize']) ?? DEFAULT_TICK_SIZE,
    ...standing(value, outcomes, prices),
    ...(endsAt !== undefined && { endsAt }),
  };
  return { market, instruments: instrumentsOf(market, amount(value['orderMinSize']) ?? DEFAULT_MIN_SIZE), prices };
}

/** A closed question whose one outcome pays 1 is resolved. */
function standing(
  { closed }: Fields,
  outcomes: PredictionMarket['outcomes'],
  prices: readonly (string | null)[],
): Pick<PredictionMarket, 'state' | 'winner'> {
  if (closed !== true) return { state: 'open' };
  const winner = prices.filter((each) => each === '1').length === 1 ? outcomes[prices.indexOf('1')]?.symbol : undefined;
  return winner === undefined ? { state: 'closed' } : { state: 'resolved', winner };
}

function innerJson(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

/** An answer of `/book`, best first. Its `seq` counts nothing. */
export function parseRestBook(json: unknown): BookSnapshot | undefined {
  const book = isFields(json) ? parseBook(json) : undefined;
  const ts = isFields(json) ? time(json['timestamp']) : undefined;
  return book && ts !== undefined ? { ts, ...book, seq: 0 } : undefined;
}

export interface PricePoint {
  /** ms. */
  readonly ts: number;
  readonly price: string;
}

/** An answer of `/prices-history`, oldest first. Points that cannot be read are left out. */
export function parsePricesHistory(json: unknown): readonly PricePoint[] | undefined {
  const history = isFields(json) ? json['history'] : undefined;
  if (!Array.isArray(history)) return undefined;
  const points: PricePoint[] = [];
  for (const entry of history as readonly unknown[]) {
    const ts = isFields(entry) ? time(entry['t']) : undefined;
    const at = isFields(entry) ? amount(entry['p']) : undefined;
    if (ts !== undefined && at !== undefined) points.push({ ts, price: at });
  }
  return points.toSorted((a, b) => a.ts - b.ts);
}

/** Bars of the points in each; where nothing was told there is no bar. No volume is told. The last is still forming. */
export function candlesOf(points: readonly PricePoint[], interval: Interval): Candle[] {
  const candles: Candle[] = [];
  for (const point of points) {
    const ts = point.ts - (point.ts % INTERVAL_MS[interval]);
    const last = candles.at(-1);
    if (last?.ts === ts) {
      candles[candles.length - 1] = {
        ...last,
        high: Number(point.price) > Number(last.high) ? point.price : last.high,
        low: Number(point.price) < Number(last.low) ? point.price : last.low,
        close: point.price,
      };
    } else {
      if (last) candles[candles.length - 1] = { ...last, closed: true };
      const { price: at } = point;
      candles.push({ ts, open: at, high: at, low: at, close: at, volume: '0', closed: false });
    }
  }
  return candles;
}
