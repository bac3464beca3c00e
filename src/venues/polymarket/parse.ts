/** The venue's words of the market channel → the domain's. `undefined`: of another shape. */
import type { BookChange, BookLevel, Side } from '#domain/market-data.ts';
import { plainDecimal } from '../kit/plain-decimal.ts';
import { parseTime } from '../kit/iso-time.ts';
import { isFields, type Fields } from './schema.ts';

/** Decimals as they are kept everywhere: no zero too many. */
const CANONICAL = /^(?:0|[1-9]\d*)(?:\.\d*[1-9])?$/;
/** The same with zeros too many behind the point. */
const PADDED = /^(?:0|[1-9]\d*)\.\d{1,30}$/;
/** M6: token ids have up to 78 digits; whatever a channel and an address can carry will do. */
const TOKEN = /^[A-Za-z0-9_-]{1,128}$/;
/** Before 1973 as ms, after 5138 as seconds. */
const LEAST_MS = 100_000_000_000;

/** M6: `.48`, `0.50` → `0.48`, `0.5`; 0 or more. */
export function amount(value: unknown): string | undefined {
  if (typeof value === 'string') {
    if (CANONICAL.test(value)) return value;
    if (PADDED.test(value)) return withoutPadding(value);
  }
  const text = plainDecimal(typeof value === 'string' && value.startsWith('.') ? `0${value}` : value);
  return text?.startsWith('-') ? undefined : text;
}

function withoutPadding(text: string): string {
  let end = text.length;
  while (text.endsWith('0', end)) end -= 1;
  return text.slice(0, text.endsWith('.', end) ? end - 1 : end);
}

/** An amount above 0. */
export function price(value: unknown): string | undefined {
  const text = amount(value);
  return text === '0' ? undefined : text;
}

export function token(value: unknown): string | undefined {
  return typeof value === 'string' && TOKEN.test(value) ? value : undefined;
}

export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** No longer than settings may keep it. */
export function clipped(value: unknown, most: number): string | undefined {
  return text(value)?.slice(0, most);
}

export function side(value: unknown): Side | undefined {
  const word = typeof value === 'string' ? value.toUpperCase() : '';
  return word === 'BUY' ? 'buy' : word === 'SELL' ? 'sell' : undefined;
}

/** ms since the epoch, of ms, seconds (M13) or an ISO time. */
export function time(value: unknown): number | undefined {
  if (typeof value === 'string' && value.includes('-')) return parseTime(value);
  if (value === '' || (typeof value !== 'string' && typeof value !== 'number')) return undefined;
  const number = Number(value);
  if (!Number.isFinite(number) || number <= 0) return undefined;
  return Math.trunc(number < LEAST_MS ? number * 1000 : number);
}

/** A side of a book, best first, whatever its order on the wire (M6). */
export function levels(value: unknown, of: 'bid' | 'ask'): BookLevel[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const list: readonly unknown[] = value;
  const found: BookLevel[] = [];
  const sign = of === 'bid' ? -1 : 1;
  let last = -Infinity;
  let isSorted = true;
  // On the wire the best is last: read from there, and there is nothing left to sort.
  for (let i = list.length - 1; i >= 0; i--) {
    const entry = list[i];
    if (!isFields(entry)) return undefined;
    const at = price(entry['price']);
    const size = amount(entry['size']);
    if (at === undefined || size === undefined) return undefined;
    if (size === '0') continue;
    const rank = sign * Number(at);
    isSorted &&= rank > last;
    last = rank;
    found.push([at, size]);
  }
  return isSorted ? found : sorted(found, sign);
}

/** The same price written in two ways is one level: the one that was sent last, which is read first. */
function sorted(found: readonly BookLevel[], sign: number): BookLevel[] {
  return found
    .toSorted(([a], [b]) => sign * (Number(a) - Number(b)))
    .filter(([at], i, all) => i === 0 || all[i - 1]?.[0] !== at);
}

export interface ParsedBook {
  readonly bids: readonly BookLevel[];
  readonly asks: readonly BookLevel[];
}

export function parseBook(fields: Fields): ParsedBook | undefined {
  const bids = levels(fields['bids'] ?? fields['buys'], 'bid');
  const asks = levels(fields['asks'] ?? fields['sells'], 'ask');
  return bids && asks && { bids, asks };
}

/** What one `price_change` frame says of one token. */
export interface TokenChanges {
  readonly symbol: string;
  readonly changes: BookChange[];
  /** Of the whole book after the last of them. */
  hash: string | undefined;
  /** `null`: that side is empty. `undefined`: not told. */
  bestBid: string | null | undefined;
  bestAsk: string | null | undefined;
  /** Some of them could not be read. */
  isBroken: boolean;
}

/** M7: both complementary tokens, subscribed or not. `undefined`: of another shape altogether. */
export function parsePriceChange(fields: Fields): readonly TokenChanges[] | undefined {
  const list: unknown = fields['price_changes'];
  if (!Array.isArray(list)) return undefined;
  const found: TokenChanges[] = [];
  for (const entry of list as readonly unknown[]) {
    const symbol = isFields(entry) ? token(entry['asset_id']) : undefined;
    if (!isFields(entry) || symbol === undefined) return undefined;
    let of = found.find((each) => each.symbol === symbol);
    if (!of) {
      of = { symbol, changes: [], hash: undefined, bestBid: undefined, bestAsk: undefined, isBroken: false };
      found.push(of);
    }
    const at = price(entry['price']);
    const size = amount(entry['size']);
    const taker = side(entry['side']);
    if (at === undefined || size === undefined || taker === undefined) of.isBroken = true;
    else of.changes.push([taker === 'buy' ? 'bid' : 'ask', at, size]);
    of.hash = text(entry['hash']);
    of.bestBid = best(entry['best_bid'], 'bid');
    of.bestAsk = best(entry['best_ask'], 'ask');
  }
  return found;
}

/** A best price; `null` where its side is empty, which is said by `""`, by 0, and of asks by 1, which no price is. */
export function best(value: unknown, of: 'bid' | 'ask'): string | null | undefined {
  if (value === '') return null;
  const at = amount(value);
  return at === '0' || (of === 'ask' && at === '1') ? null : at;
}
