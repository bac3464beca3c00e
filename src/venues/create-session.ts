import type { BookSnapshot } from '#domain/market-data.ts';
import type { DecoderOptions, SessionPorts, VenueKind, VenueSession } from './venue.ts';

/** What a source's settings say that a session needs, whatever the venue. */
export interface VenueSessionOptions extends DecoderOptions {
  readonly url: string;
  /** P5, T2: for servers that ask for one. Never in the tap, a status or a problem. */
  readonly token?: string;
  /** T1: whether long polling may stand in, past the port's sockets; by default it may. */
  readonly polling?: boolean;
}

export interface VenuePorts extends SessionPorts {
  /** M5: a book over REST, by which a silent connection is judged. */
  readonly checkBook?: (symbol: string) => Promise<BookSnapshot>;
}

/** Loads only the venue it is for, so that a worker's first code is small. */
export async function createSession(
  kind: VenueKind,
  options: VenueSessionOptions,
  ports: VenuePorts,
): Promise<VenueSession> {
  switch (kind) {
    case 'okx':
      return (await import('./okx/session.ts')).createOkxSession(options, ports);
    case 'polymarket':
      return (await import('./polymarket/session.ts')).createPolymarketSession(options, ports);
    case 'push':
      return (await import('./push/session.ts')).createPushSession(options, ports);
    case 'trading-socketio':
      return (await import('./trading-socketio/session.ts')).createTradingSocketioSession(options, ports);
    default:
      return kind satisfies never;
  }
}
