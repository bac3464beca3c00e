/**
 * `GET /api/v2/venues/<name>/<path>?…`: the venues' public data on our own origin (O15, M14), for browsers that may not
 * ask the venues themselves. The answer is the venue's own JSON. No open proxy: what may be asked is a table.
 */
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Clock } from '#domain/clock.ts';
import { ProtocolError } from '#protocol/errors.ts';
import type { TokenVerifier } from '#server/gateway/identity.ts';
import { venueRequest, type VenueRequest } from '#server/venues/public-endpoints.ts';
import { VenueRestError, type VenueRestFault } from '#server/venues/rest-client.ts';
import type { VenueApis } from '#server/venues/venue-apis.ts';
import { AnswerCache } from './answer-cache.ts';
import { identify } from './command-routes.ts';
import { refuse } from './replies.ts';

export interface VenueProxyPorts {
  readonly venues: VenueApis;
  readonly verifier: TokenVerifier;
  readonly authRequired: boolean;
  readonly clock: Clock;
}

const PREFIX = '/api/v2/venues';
/** The rest of a venue's line is the engine's own: dashboards must not keep it from the bars its grids need. */
const MOST_WAITING = 40;

const STATUS: Readonly<Record<VenueRestFault, 502 | 503 | 504>> = {
  unreachable: 502,
  refused: 502,
  too_large: 502,
  not_json: 502,
  timeout: 504,
  busy: 503,
};

export function venueProxy(app: FastifyInstance, ports: VenueProxyPorts): void {
  const cache = new AnswerCache(ports.clock);

  app.get(`${PREFIX}/*`, async (request, response) => {
    await identify(request, ports);
    const wanted = checked(request.raw.url ?? '');
    const address = wanted.query.size > 0 ? `${wanted.path}?${wanted.query.toString()}` : wanted.path;
    try {
      const text = await cache.get(wanted.api + address, wanted.freshMs, async () => {
        const answer = await ports.venues[wanted.api].get(address, { mostWaiting: MOST_WAITING });
        return answer.text;
      });
      return await response.type('application/json; charset=utf-8').send(text);
    } catch (error) {
      if (!(error instanceof VenueRestError)) throw error;
      return explain(response, error);
    }
  });
}

/** The request line as it came: the router has decoded what it matched, `%2e` and `%2F` with it. */
function checked(url: string): VenueRequest {
  const wanted = venueRequest(url.startsWith(PREFIX) ? url.slice(PREFIX.length) : '');
  if (wanted === 'unknown') throw new ProtocolError('NOT_FOUND', 'no venue’s public data is at this path');
  if ('parameter' in wanted) {
    const message = `${wanted.parameter} is no parameter of this path, or too long`;
    throw new ProtocolError('VALIDATION_ERROR', message, [{ path: wanted.parameter, message }]);
  }
  return wanted;
}

function explain(response: FastifyReply, { fault, message }: VenueRestError): FastifyReply {
  return refuse(response, new ProtocolError('VENUE_UNAVAILABLE', message, { fault }), STATUS[fault]);
}
