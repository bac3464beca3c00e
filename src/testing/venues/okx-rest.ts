/** O15: what the test OKX answers over REST, of the same markets as its sockets. */
import { instrumentRow } from './okx-instruments.ts';
import { barLength, type OkxMarket } from './okx-market.ts';
import type { RestAnswer } from './venue-socket.ts';

const MAX_CANDLES = 300;

export function okxRest(
  markets: ReadonlyMap<string, OkxMarket>,
  path: string,
  query: URLSearchParams,
  now: number,
): RestAnswer {
  const market = markets.get(query.get('instId') ?? '');
  switch (path) {
    case '/api/v5/public/time':
      return good([{ ts: String(now) }]);
    case '/api/v5/public/instruments':
      return instruments(markets, query);
    case '/api/v5/market/tickers':
      return good(ofType(markets, query.get('instType')).map((each) => each.tickerRow(now)));
    case '/api/v5/market/ticker':
      return market ? good([market.tickerRow(now)]) : unknown();
    case '/api/v5/market/books': {
      if (!market) return unknown();
      const depth = Math.min(400, Number(query.get('sz') ?? 1));
      return good([{ asks: market.rows('ask', depth), bids: market.rows('bid', depth), ts: String(now) }]);
    }
    case '/api/v5/market/candles':
    case '/api/v5/market/history-candles':
      return market ? candles(market, query, now) : unknown();
    default:
      return { status: 404, body: { code: '404', msg: 'Not Found', data: [] } };
  }
}

function ofType(markets: ReadonlyMap<string, OkxMarket>, type: string | null): OkxMarket[] {
  return [...markets.values()].filter(({ listing }) => listing.instType === type);
}

function instruments(markets: ReadonlyMap<string, OkxMarket>, query: URLSearchParams): RestAnswer {
  const type = query.get('instType');
  if (type === null) return bad('50014', 'Parameter instType can not be empty.');
  if (!/^(SPOT|MARGIN|SWAP|FUTURES|OPTION)$/.test(type)) return bad('51000', 'Parameter instType error');
  const wanted = query.get('instId');
  const found = ofType(markets, type).filter(({ listing }) => wanted === null || listing.instId === wanted);
  return wanted !== null && found.length === 0 ? unknown() : good(found.map(({ listing }) => instrumentRow(listing)));
}

/** Newest first; `after` = older than, `before` = newer than. */
function candles(market: OkxMarket, query: URLSearchParams, now: number): RestAnswer {
  const length = barLength(query.get('bar') ?? '1m');
  const limit = Number(query.get('limit') ?? 100);
  if (length === undefined) return bad('51000', 'Parameter bar error');
  if (!Number.isInteger(limit) || limit < 1) return bad('51000', 'Parameter limit error');
  const after = Number(query.get('after') ?? Number.POSITIVE_INFINITY);
  const before = Number(query.get('before') ?? 0);
  const rows: string[][] = [];
  let open = Math.floor(Math.min(now, after - 1) / length) * length;
  for (; rows.length < Math.min(limit, MAX_CANDLES) && open > before && open > 0; open -= length) {
    rows.push(market.candleRow(length, open, now));
  }
  return good(rows);
}

function good(data: readonly unknown[]): RestAnswer {
  return { status: 200, body: { code: '0', msg: '', data } };
}

function bad(code: string, msg: string): RestAnswer {
  return { status: 200, body: { code, msg, data: [] } };
}

function unknown(): RestAnswer {
  return bad('51001', "Instrument ID doesn't exist");
}
