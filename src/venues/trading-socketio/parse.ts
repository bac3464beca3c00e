/**
 * The account server's words → the domain's (T5): the published shapes, and those of the known server. Every function
 * gives `undefined` for data of another shape. Where a server of ours adds `exact`, its strings are what counts.
 */
import type { AccountBalance, AccountOrder, AccountPnl, AccountPosition, AssetBalance } from '#domain/account.ts';
import type { Side, Ticker } from '#domain/market-data.ts';
import { parseTime } from '../kit/iso-time.ts';
import { plainDecimal } from '../kit/plain-decimal.ts';
import { isRecord } from './schema.ts';

type Data = Readonly<Record<string, unknown>>;

/** What a server that names no currency counts in. */
const DEFAULT_CURRENCY = 'USDT';

export function parseBalance(data: unknown): AccountBalance | undefined {
  if (!isRecord(data)) return undefined;
  const total = figure(data, 'total_balance') ?? figure(data, 'total');
  if (total === undefined) return undefined;
  const currency = word(data['currency']) ?? word(data['coin']) ?? DEFAULT_CURRENCY;
  const available = figure(data, 'available_balance') ?? figure(data, 'available') ?? null;
  const assets = parseAssets(data['balances']);
  return {
    currency,
    total,
    available,
    used: figure(data, 'used_margin') ?? null,
    assets: assets.length > 0 ? assets : [{ currency, total, available }],
  };
}

function parseAssets(balances: unknown): AssetBalance[] {
  if (!Array.isArray(balances)) return [];
  return (balances as readonly unknown[]).flatMap((each) => {
    const currency = isRecord(each) ? word(each['currency']) : undefined;
    const total = isRecord(each) ? figure(each, 'total') : undefined;
    if (!isRecord(each) || currency === undefined || total === undefined) return [];
    return [{ currency, total, available: figure(each, 'free') ?? figure(each, 'available') ?? null }];
  });
}

/** A whole list. Empty positions, which some venues list with a size of 0, are none. */
export function parsePositions(data: unknown): AccountPosition[] | undefined {
  return parseList(data, (each) => {
    const symbol = word(each['symbol']);
    const size = figure(each, 'size');
    if (symbol === undefined || size === undefined) return undefined;
    if (Number(size) === 0) return null;
    const side = parseSide(each['side']);
    if (side === undefined) return undefined;
    const leverage = figure(each, 'leverage');
    return {
      symbol,
      side,
      size: size.replace(/^-/, ''),
      entryPrice: figure(each, 'entry_price') ?? null,
      markPrice: figure(each, 'mark_price') ?? null,
      unrealizedPnl: figure(each, 'unrealized_pnl') ?? null,
      ...(leverage !== undefined && { leverage }),
    };
  });
}

/** The known server only tells the unrealized part, as `total_unrealized_pnl`. */
export function parsePnl(data: unknown): AccountPnl | undefined {
  if (!isRecord(data)) return undefined;
  const pnl = {
    total: figure(data, 'total_pnl') ?? null,
    today: figure(data, 'today_pnl') ?? null,
    unrealized: figure(data, 'unrealized_pnl') ?? figure(data, 'total_unrealized_pnl') ?? null,
    realized: figure(data, 'realized_pnl') ?? null,
  };
  if (Object.values(pnl).every((value) => value === null)) return undefined;
  return { currency: word(data['currency']) ?? word(data['coin']) ?? DEFAULT_CURRENCY, ...pnl };
}

/** `PartiallyFilled`, `partially_filled` and `PARTIALLY FILLED` are one. */
const OPEN_STATES: ReadonlySet<string> = new Set(
  'new created open active pending pendingnew accepted partiallyfilled untriggered triggered'.split(' '),
);

/** A whole list. */
export function parseOrders(data: unknown, zoneOffsetMs: number): AccountOrder[] | undefined {
  return parseList(data, (each) => {
    const id = word(each['order_id']) ?? plainDecimal(each['order_id']);
    const symbol = word(each['symbol']);
    const side = parseSide(each['side']);
    const size = figure(each, 'quantity') ?? figure(each, 'qty');
    const status = word(each['status']);
    if (id === undefined || symbol === undefined || side === undefined || size === undefined || status === undefined)
      return undefined;
    const price = figure(each, 'price') ?? '0';
    const { open } = each;
    return {
      id,
      symbol,
      side,
      price: Number(price) === 0 ? null : price,
      size,
      filled: figure(each, 'filled') ?? figure(each, 'filled_quantity') ?? null,
      status,
      open: typeof open === 'boolean' ? open : OPEN_STATES.has(status.toLowerCase().replaceAll(/[^a-z]/g, '')),
      ts: parseTime(each['ts'] ?? each['created_at'], zoneOffsetMs) ?? null,
    };
  });
}

/** One ticker, a list of them, or one a symbol; `price` or Bybit's own names. */
export function parseTickers(data: unknown, venue: string, ts: number): Ticker[] | undefined {
  const entries: readonly unknown[] | undefined = Array.isArray(data)
    ? data
    : !isRecord(data)
      ? undefined
      : 'symbol' in data
        ? [data]
        : Object.entries(data).map(([symbol, each]) => (isRecord(each) ? { symbol, ...each } : each));
  if (!entries) return undefined;
  const tickers = entries.flatMap((each) => {
    const symbol = isRecord(each) ? word(each['symbol']) : undefined;
    if (!isRecord(each) || symbol === undefined) return [];
    const any = (...names: readonly string[]) => {
      for (const name of names) {
        const value = figure(each, name);
        if (value !== undefined) return value;
      }
      return null;
    };
    const last = any('price', 'last_price', 'lastPrice', 'last');
    if (last === null) return [];
    return [
      {
        venue,
        instrument: symbol.replaceAll(/[^A-Za-z0-9_-]/g, '-'),
        ts,
        last,
        bid: any('bid', 'bid_price', 'bid1Price'),
        ask: any('ask', 'ask_price', 'ask1Price'),
        open24h: any('prev_price_24h', 'prevPrice24h', 'open_24h'),
        high24h: any('high_24h', 'high_price_24h', 'highPrice24h'),
        low24h: any('low_24h', 'low_price_24h', 'lowPrice24h'),
        volume24h: any('volume_24h', 'volume24h'),
        change24h: any('change_24h', 'price_24h_pcnt', 'price24hPcnt'),
      },
    ];
  });
  return tickers.length > 0 ? tickers : undefined;
}

/** `null` from `parse` leaves an entry out, `undefined` makes the whole list unusable. */
function parseList<T>(data: unknown, parse: (each: Data) => T | null | undefined): T[] | undefined {
  if (!Array.isArray(data)) return undefined;
  const parsed: T[] = [];
  for (const each of data as readonly unknown[]) {
    const value = isRecord(each) ? parse(each) : undefined;
    if (value === undefined) return undefined;
    if (value !== null) parsed.push(value);
  }
  return parsed;
}

function figure(data: Data, name: string): string | undefined {
  const { exact } = data;
  return plainDecimal(isRecord(exact) && name in exact ? exact[name] : data[name]);
}

function word(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= 128 ? value : undefined;
}

function parseSide(side: unknown): Side | undefined {
  const lower = typeof side === 'string' ? side.toLowerCase() : '';
  return lower === 'buy' || lower === 'sell' ? lower : undefined;
}
