/** The venues' public REST as the dashboard may ask for it: these paths with these parameters, nothing else. */

export const VENUE_APIS = ['okx', 'okx-demo', 'polymarket-gamma', 'polymarket-clob'] as const;
export type VenueApi = (typeof VENUE_APIS)[number];

interface Endpoint {
  readonly query: readonly string[];
  /** How long an answer may be given again. */
  readonly freshMs: number;
}

const LIVE_MS = 1_000;
const RULES_MS = 60_000;
const CANDLES: Endpoint = { query: ['instId', 'bar', 'after', 'before', 'limit'], freshMs: LIVE_MS };
const FAMILY = ['instType', 'uly', 'instFamily'];
const PAGES = ['limit', 'offset', 'order', 'ascending'];
const FOUND = ['slug', 'id', 'active', 'closed', 'archived', 'tag_id', 'related_tags', 'end_date_min', 'end_date_max'];
const SIZES = ['liquidity_num_min', 'liquidity_num_max', 'volume_num_min', 'volume_num_max'];

/** O15 and the other public market data of the same documentation. */
const OKX: Readonly<Record<string, Endpoint>> = {
  '/api/v5/market/candles': CANDLES,
  '/api/v5/market/history-candles': { ...CANDLES, freshMs: RULES_MS },
  '/api/v5/public/instruments': { query: [...FAMILY, 'instId'], freshMs: RULES_MS },
  '/api/v5/market/trades': { query: ['instId', 'limit'], freshMs: LIVE_MS },
  '/api/v5/market/books': { query: ['instId', 'sz'], freshMs: 0 },
  '/api/v5/market/tickers': { query: FAMILY, freshMs: LIVE_MS },
};

/** M14. */
const GAMMA: Readonly<Record<string, Endpoint>> = {
  '/markets': {
    query: [...PAGES, ...FOUND, ...SIZES, 'clob_token_ids', 'condition_ids', 'question_ids'],
    freshMs: 10_000,
  },
  '/events': { query: [...PAGES, ...FOUND, 'tag_slug', 'featured'], freshMs: 10_000 },
  '/public-search': {
    query: ['q', 'page', 'limit_per_type', 'events_status', 'keep_closed_markets', 'sort', 'ascending'],
    freshMs: 10_000,
  },
};
const CLOB: Readonly<Record<string, Endpoint>> = {
  '/book': { query: ['token_id'], freshMs: 0 },
  '/prices-history': { query: ['market', 'interval', 'startTs', 'endTs', 'fidelity'], freshMs: LIVE_MS },
};

const ENDPOINTS: Readonly<Record<VenueApi, Readonly<Record<string, Endpoint>>>> = {
  okx: OKX,
  'okx-demo': OKX,
  'polymarket-gamma': GAMMA,
  'polymarket-clob': CLOB,
};

/** Room for a dozen ids of 78 digits. */
const MAX_VALUE_LENGTH = 1_000;

export interface VenueRequest {
  readonly api: VenueApi;
  /** One of the table above, so never what somebody wrote. */
  readonly path: string;
  /** In one order, so that equal requests are equal. */
  readonly query: URLSearchParams;
  readonly freshMs: number;
}

export type Refused = 'unknown' | { readonly parameter: string };

/** What `/<name>/<path>?<query>`, exactly as it stands in the request line, asks for. */
export function venueRequest(address: string): VenueRequest | Refused {
  const [, name = '', path = '', search = ''] = /^\/([^/?]+)(\/[^?#]*)(?:\?([^#]*))?$/.exec(address) ?? [];
  const api = VENUE_APIS.find((each) => each === name);
  const endpoints = api && ENDPOINTS[api];
  if (!api || !endpoints || !Object.hasOwn(endpoints, path)) return 'unknown';
  const endpoint = endpoints[path];
  if (!endpoint) return 'unknown';
  const given = [...new URLSearchParams(search)].toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const bad = given.find(([key, value]) => !endpoint.query.includes(key) || value.length > MAX_VALUE_LENGTH);
  if (bad) return { parameter: bad[0].slice(0, 50) };
  return { api, path, query: new URLSearchParams(given), freshMs: endpoint.freshMs };
}
