/** The REST clients of the venues, one a name; those of one host share its limit. */
import type { Timers } from '#domain/clock.ts';
import type { Random } from '#domain/random.ts';
import { DEMO_HEADER } from '#venues/okx/rest.ts';
import type { Egress } from './proxy.ts';
import type { VenueApi } from './public-endpoints.ts';
import { RequestPace } from './request-pace.ts';
import { OKX_PACE, POLYMARKET_PACE, RestClient } from './rest-client.ts';

export interface VenueUrls {
  readonly okx_rest_url: string;
  readonly polymarket_gamma_url: string;
  readonly polymarket_clob_url: string;
}

export type VenueApis = Readonly<Record<VenueApi, RestClient>>;

export interface VenueApiPorts {
  readonly timers: Timers;
  readonly random: Random;
  readonly egress: Egress;
}

export function createVenueApis(urls: VenueUrls, ports: VenueApiPorts): VenueApis {
  const okx = { ...ports, venue: 'OKX', base: urls.okx_rest_url, pace: new RequestPace(ports.timers, OKX_PACE) };
  const polymarket = (base: string) =>
    new RestClient({
      ...ports,
      venue: 'Polymarket',
      base,
      pace: new RequestPace(ports.timers, POLYMARKET_PACE),
    });
  return {
    okx: new RestClient(okx),
    // O1: demo trading is the same host with a header.
    'okx-demo': new RestClient({ ...okx, headers: DEMO_HEADER }),
    'polymarket-gamma': polymarket(urls.polymarket_gamma_url),
    'polymarket-clob': polymarket(urls.polymarket_clob_url),
  };
}
