/** What can be watched of a venue, asked of it through our engine. */
import type { SourceConfig, SourceInstrument } from '#domain/source.ts';
import { instrumentsPath, parseInstruments } from '#venues/okx/rest.ts';
import { eventsPath, type GammaMarket, marketsPath, parseEvents, parseMarkets } from '#venues/polymarket/rest.ts';
import { getVenue, okxApi, type RestPorts } from './venue-rest.ts';

type Ports = Omit<RestPorts, 'now'>;

/** Gamma's own limit is higher; nobody reads on. */
const MOST_MARKETS = 50;

export async function searchInstruments(
  ports: Ports,
  config: SourceConfig,
  query: string,
  signal: AbortSignal,
): Promise<readonly SourceInstrument[]> {
  switch (config.kind) {
    case 'okx':
      return searchOkx(ports, config, query, signal);
    case 'polymarket':
      return (await searchPolymarket(ports, query.trim(), signal)).flatMap(({ instruments }) => instruments);
    default:
      // These tell by themselves what they have.
      return [];
  }
}

async function searchOkx(
  ports: Ports,
  config: SourceConfig,
  query: string,
  signal: AbortSignal,
): Promise<readonly SourceInstrument[]> {
  const api = okxApi(config);
  const lists = await Promise.all(
    (['SPOT', 'SWAP'] as const).map(async (type) => {
      const answer = parseInstruments(await getVenue(ports, api, instrumentsPath(type), signal));
      if (!answer.ok) throw new Error(answer.message);
      return answer.value.map(({ instrument }) => instrument);
    }),
  );
  const words = query
    .toUpperCase()
    .split(/[\s/-]+/)
    .filter((word) => word !== '');
  return lists.flat().filter(({ symbol }) => words.every((word) => symbol.toUpperCase().includes(word)));
}

const ADDRESS = /polymarket\.com\/(?:[a-z]{2}\/)?(?:event|market)\/([^/?#\s]+)(?:\/([^/?#\s]+))?/i;
const SLUG = /^[a-z0-9]+(?:-[a-z0-9]+){2,}$/;

async function searchPolymarket(ports: Ports, query: string, signal: AbortSignal): Promise<readonly GammaMarket[]> {
  const get = (path: string) => getVenue(ports, 'polymarket-gamma', path, signal);
  const address = ADDRESS.exec(query);
  const slug = address ? (address[2] ?? address[1]) : SLUG.exec(query)?.[0];
  if (slug !== undefined) {
    const [markets, events] = await Promise.all([
      get(marketsPath({ slug, limit: MOST_MARKETS })),
      get(eventsPath({ slug, limit: MOST_MARKETS })),
    ]);
    return unique([...(parseMarkets(markets) ?? []), ...(parseEvents(events) ?? [])]);
  }
  const open = async (limit: number) =>
    parseMarkets(await get(marketsPath({ closed: false, order: 'volume24hr', ascending: false, limit }))) ?? [];
  if (query === '') return open(MOST_MARKETS);
  try {
    const found = await get(`/public-search?q=${encodeURIComponent(query)}&limit_per_type=20&events_status=active`);
    const events: unknown = typeof found === 'object' && found !== null && 'events' in found ? found.events : undefined;
    const markets = parseEvents(events ?? []) ?? [];
    if (markets.length > 0) return unique(markets);
  } catch (error) {
    if (signal.aborted) throw error;
  }
  // A venue of a test has no search, and the real one's misses words that questions have.
  const words = query.toLowerCase().split(/\s+/);
  return (await open(500)).filter(({ market }) => {
    const text = `${market.question} ${market.slug}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

function unique(markets: readonly GammaMarket[]): GammaMarket[] {
  return [...new Map(markets.map((each) => [each.market.id, each])).values()];
}
