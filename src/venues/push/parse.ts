/** The push server's words → the domain's. Every function gives `undefined` for data of another shape. */
import type { AccountFill } from '#domain/account.ts';
import type { BookLevel, Side } from '#domain/market-data.ts';
import type { ServiceFigures } from '../venue.ts';
import { plainDecimal } from '../kit/plain-decimal.ts';

type Data = Readonly<Record<string, unknown>>;

export interface PushPrice {
  readonly symbol: string;
  readonly price: string;
  /** A fraction. */
  readonly change24h: string | null;
}

export function parsePrice(data: Data): PushPrice | undefined {
  const symbol = parseSymbol(data['symbol']);
  const price = amount(data['price']);
  if (symbol === undefined || price === undefined || price === '0') return undefined;
  return { symbol, price, change24h: plainDecimal(data['change_24h']) ?? null };
}

/** A symbol of any kind; `undefined` where there is none. */
export function parseSymbol(symbol: unknown): string | undefined {
  return typeof symbol === 'string' && /[A-Za-z0-9]/.test(symbol) && symbol.length <= 64 ? symbol : undefined;
}

/** As channels and addresses carry it: `KOGE/USDT` → `KOGE-USDT`. */
export function segmentOf(symbol: string): string {
  return symbol.replaceAll(/[^A-Za-z0-9_-]/g, '-');
}

/** `KOGE/USDT` → base and quote; a symbol without a separator is its own base. */
export function currenciesOf(symbol: string): { readonly base: string; readonly quote: string } {
  const [base = symbol, quote = ''] = symbol.split(/[/_-]/, 2);
  return { base, quote };
}

/** One side of a whole book, best first; levels without a size are none. */
export function parseLevels(levels: unknown, side: 'bid' | 'ask'): BookLevel[] | undefined {
  if (!Array.isArray(levels)) return undefined;
  const parsed: { readonly at: number; readonly level: BookLevel }[] = [];
  for (const entry of levels as readonly unknown[]) {
    if (!Array.isArray(entry)) return undefined;
    const price = amount(entry[0]);
    const size = amount(entry[1]);
    if (price === undefined || price === '0' || size === undefined) return undefined;
    if (size !== '0') parsed.push({ at: Number(price), level: [price, size] });
  }
  const sign = side === 'bid' ? -1 : 1;
  return parsed.toSorted((a, b) => sign * (a.at - b.at)).map(({ level }) => level);
}

/** P2: `cost` is what the trade cost the account, in quote; not price × quantity. */
export function parseFill(
  data: Data,
  { id, symbol, ts }: { readonly id: string; readonly symbol: string; readonly ts: number },
): AccountFill | undefined {
  const side = parseTaker(data['side']);
  const price = amount(data['price']);
  const size = amount(data['quantity']);
  if (side === undefined || price === undefined || size === undefined) return undefined;
  const fee = plainDecimal(data['cost']) ?? null;
  const { quote } = currenciesOf(symbol);
  const feeCurrency = fee === null || quote === '' ? null : quote;
  return { id, orderId: null, symbol: segmentOf(symbol), side, price, size, fee, feeCurrency, status: null, ts };
}

function parseTaker(side: unknown): Side | undefined {
  const word = typeof side === 'string' ? side.toLowerCase() : '';
  return word === 'buy' || word === 'sell' ? word : undefined;
}

export function parseFigures(data: Data): ServiceFigures | undefined {
  const { mode } = data;
  if (typeof mode !== 'string' || mode === '') return undefined;
  return {
    mode,
    pointsToday: plainDecimal(data['points_today']) ?? null,
    volumeToday: plainDecimal(data['volume_today']) ?? null,
  };
}

/** 0 or more. */
function amount(value: unknown): string | undefined {
  const text = plainDecimal(value);
  return text === undefined || text.startsWith('-') ? undefined : text;
}
