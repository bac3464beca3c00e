/** M14: what the test Polymarket answers over REST, Gamma's paths and the CLOB's, of the same markets as its sockets. */
import type { PolymarketMarket } from './polymarket-market.ts';
import { gammaMarket } from './polymarket-questions.ts';
import type { Fields, RestAnswer } from './venue-socket.ts';

const INTERVALS: Readonly<Record<string, number>> = {
  '1h': 3_600_000,
  '6h': 21_600_000,
  '1d': 86_400_000,
  '1w': 604_800_000,
  '1m': 2_592_000_000,
  max: 7_776_000_000,
  all: 7_776_000_000,
};

export function polymarketRest(
  markets: readonly PolymarketMarket[],
  path: string,
  query: URLSearchParams,
  now: number,
): RestAnswer {
  switch (path) {
    case '/markets':
      return good(page(markets.filter((market) => matches(market, query)).map(gamma), query));
    case '/events':
      return good(page(events(markets.filter((market) => matches(market, query))), query));
    case '/book': {
      const [market, index] = byToken(markets, query.get('token_id'));
      if (!market || market.winner !== undefined)
        return { status: 404, body: { error: 'No orderbook exists for the requested token id' } };
      return good(market.restBook(index, now));
    }
    case '/prices-history': {
      const [market, index] = byToken(markets, query.get('market'));
      return market ? history(market, index, query, now) : good({ history: [] });
    }
    default:
      return { status: 404, body: { error: 'not found' } };
  }
}

function gamma(market: PolymarketMarket): Fields {
  return gammaMarket(market.question, market.state());
}

function matches({ question, winner }: PolymarketMarket, query: URLSearchParams): boolean {
  const closed = query.get('closed');
  if (closed !== null && (closed === 'true') !== (winner !== undefined)) return false;
  const slugs = query.getAll('slug');
  if (slugs.length > 0 && !slugs.includes(question.slug)) return false;
  const conditions = query.getAll('condition_ids');
  if (conditions.length > 0 && !conditions.includes(question.conditionId)) return false;
  const tokens = query.getAll('clob_token_ids');
  return tokens.length === 0 || question.tokens.some((token) => tokens.includes(token));
}

function events(markets: readonly PolymarketMarket[]): Fields[] {
  const titles = [...new Set(markets.map(({ question }) => question.event))];
  return titles.map((title, i) => ({
    id: String(900_000 + i),
    ticker: title.toLowerCase().replaceAll(' ', '-'),
    slug: title.toLowerCase().replaceAll(' ', '-'),
    title,
    description: '',
    endDate: '2030-01-01T00:00:00Z',
    active: true,
    closed: false,
    markets: markets.filter(({ question }) => question.event === title).map(gamma),
  }));
}

function page<T>(rows: readonly T[], query: URLSearchParams): readonly T[] {
  const offset = Number(query.get('offset') ?? 0);
  return rows.slice(offset, offset + Number(query.get('limit') ?? 20));
}

function byToken(
  markets: readonly PolymarketMarket[],
  token: string | null,
): readonly [PolymarketMarket | undefined, number] {
  for (const market of markets) {
    const index = market.question.tokens.findIndex((each) => each === token);
    if (index >= 0) return [market, index];
  }
  return [undefined, 0];
}

function history(market: PolymarketMarket, index: number, query: URLSearchParams, now: number): RestAnswer {
  const interval = query.get('interval');
  const startTs = query.get('startTs');
  const length = INTERVALS[interval ?? ''];
  if (startTs === null && length === undefined)
    return { status: 400, body: { error: 'interval or startTs and endTs' } };
  const from = startTs === null ? now - (length ?? 0) : Number(startTs) * 1_000;
  const to = startTs === null ? now : Number(query.get('endTs') ?? now / 1_000) * 1_000;
  const fidelity = Math.max(1, Number(query.get('fidelity') ?? 1));
  return good({ history: market.history(index, from, to, fidelity * 60_000, now) });
}

function good(body: unknown): RestAnswer {
  return { status: 200, body };
}
