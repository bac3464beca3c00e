/** Where data comes from: an engine, a venue, or a service, as a trader sets it up. */
import type { Instrument } from './instrument.ts';
import type { PredictionMarket } from './prediction-market.ts';

export const SOURCE_KINDS = ['engine', 'okx', 'polymarket', 'push', 'trading-socketio'] as const;
export type SourceKind = (typeof SOURCE_KINDS)[number];

/** The source whose dashboard this is. It needs no setting up and has no entry in the list. */
export const OWN_ENGINE = 'engine';

/** An id is what addresses and channels can carry. */
export const SOURCE_ID = /^[a-z0-9][a-z0-9-]{0,31}$/;

/**
 * A source's settings, kept by the engine. Secrets are not among them: tokens and passwords stay in the memory of the
 * browser they were typed into, keys in the engine's own configuration.
 */
export interface SourceConfig {
  readonly id: string;
  readonly kind: SourceKind;
  /** As shown. */
  readonly name: string;
  /** Base address: `wss://ws.okx.com:8443`, `wss://ws-subscriptions-clob.polymarket.com`, `ws://host:8000/ws`, `http://host:5000`. */
  readonly url: string;
  /** `engine`: the browser cannot reach it (origin, mixed content), so its frames come through our engine. */
  readonly via: 'direct' | 'engine';
  readonly enabled: boolean;
  /** What is watched of a venue with more than anybody can look at. Push and account servers tell by themselves. */
  readonly instruments: readonly SourceInstrument[];
  /** `token`: asked for in the browser; `login`: exchanged for a token at `loginUrl` (T9). */
  readonly auth: 'none' | 'token' | 'login';
  /** T9. */
  readonly loginUrl?: string;
  /** T5: zone of times that name none, e.g. `+08:00`; UTC if absent. */
  readonly zone?: string;
}

/** An instrument with what the venue says of it, so that it shows right before its first message. */
export interface SourceInstrument extends Omit<Instrument, 'venue'> {
  /** For people, where the symbol is not (`Will it rain? — Yes`). */
  readonly title?: string;
  /** M6: the market whose outcome this is. */
  readonly prediction?: PredictionMarket;
  /** Only of derivatives whose sizes, in books, trades and orders, count contracts; volumes are in base all the same. */
  readonly contract?: Contract;
}

/** What one contract is: `0.01` BTC of a linear, `100` USD of an inverse one. */
export interface Contract {
  readonly value: string;
  readonly currency: string;
  readonly type: 'linear' | 'inverse';
}

/**
 * How the dashboard names a venue: `sim` is our engine's own, `lab.sim` that of the source `lab`. No venue has a dot in
 * its name, so the two never meet.
 */
export function venueOf(sourceId: string, venue: string): string {
  return sourceId === OWN_ENGINE ? venue : `${sourceId}.${venue}`;
}

/** The source and its own name of a venue: the other way round. */
export function sourceOf(venue: string): { readonly source: string; readonly venue: string } {
  const dot = venue.indexOf('.');
  return dot < 0 ? { source: OWN_ENGINE, venue } : { source: venue.slice(0, dot), venue: venue.slice(dot + 1) };
}
