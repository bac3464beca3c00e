/** Packets of an account server → events. It learns from `connected` whose account it is (T3, T7). */
import type { Decoder, DecoderOptions, VenueEvent, VenueProblem } from '../venue.ts';
import { parseTime } from '../kit/iso-time.ts';
import { parseBalance, parseOrders, parsePnl, parsePositions, parseTickers } from './parse.ts';
import { messageOf, readPacket, readUpdate, userIdOf, type Update } from './schema.ts';

export interface AccountReading {
  /** The event's or packet's name, for the statistics. */
  readonly type: string;
  readonly events: readonly VenueEvent[];
  /** T5: when the server says that it sent it. */
  readonly sentAt?: number;
  /** T4: the answer to our own subscription, not to another client's. */
  readonly isOwnReply?: boolean;
}

export function createTradingSocketioDecoder(options: DecoderOptions): TradingSocketioDecoder {
  return new TradingSocketioDecoder(options);
}

export class TradingSocketioDecoder implements Decoder {
  readonly #venue: string;
  readonly #zoneOffsetMs: number;
  readonly #unknown = new Set<string>();
  #userId: string | undefined;

  constructor({ venue, zoneOffsetMs = 0 }: DecoderOptions) {
    this.#venue = venue;
    this.#zoneOffsetMs = zoneOffsetMs;
  }

  decode(frame: string, receivedAt: number): readonly VenueEvent[] {
    return this.read(frame, receivedAt).events;
  }

  /** It has no books. */
  lost(): readonly VenueEvent[] {
    return [];
  }

  read(frame: string, receivedAt: number): AccountReading {
    const packet = readPacket(frame);
    switch (packet.kind) {
      case 'protocol':
        return { type: packet.name, events: [] };
      case 'refusal':
        return { type: 'connect_error', events: [problem('login_refused', packet.message)] };
      case 'unreadable':
        return { type: 'unreadable', events: [problem('bad_frame', packet.reason)] };
      case 'event':
        return this.#event(packet.name, packet.payload, receivedAt);
    }
  }

  #event(type: string, payload: unknown, receivedAt: number): AccountReading {
    switch (type) {
      case 'connected':
        this.#userId = userIdOf(payload);
        return { type, events: [] };
      case 'subscribed':
      case 'unsubscribed':
      case 'ticker_subscribed':
        // T4: replies go to every client of the known server.
        return { type, events: [], isOwnReply: this.#isOwn(userIdOf(payload)) };
      case 'error':
        return { type, events: [problem('refused', messageOf(payload))] };
      case 'balance_update':
      case 'positions_update':
      case 'pnl_update':
      case 'orders_update':
      case 'ticker_update':
        return this.#update(type, payload, receivedAt);
      default:
        return { type, events: this.#unknownType(type) };
    }
  }

  #update(type: string, payload: unknown, receivedAt: number): AccountReading {
    const update = readUpdate(payload);
    if (!update) return { type, events: [problem('bad_frame', `${type} of another shape`)] };
    // T7: nobody else's account is ever shown here, even where a server mixes them up.
    if (type !== 'ticker_update' && !this.#isOwn(update.userId)) {
      return { type, events: [problem('bad_frame', `${type} of another user`)] };
    }
    const sentAt = parseTime(update.timestamp, this.#zoneOffsetMs);
    const events = this.#parse(type, update, sentAt ?? receivedAt) ?? [
      problem('bad_frame', `${type} of another shape`),
    ];
    return { type, events, ...(sentAt !== undefined && { sentAt }) };
  }

  #parse(type: string, { data }: Update, ts: number): VenueEvent[] | undefined {
    switch (type) {
      case 'balance_update': {
        const balance = parseBalance(data);
        return balance && [{ type: 'account', event: { type: 'balance', balance } }];
      }
      case 'positions_update': {
        const positions = parsePositions(data);
        return positions && [{ type: 'account', event: { type: 'positions', positions } }];
      }
      case 'pnl_update': {
        const pnl = parsePnl(data);
        return pnl && [{ type: 'account', event: { type: 'pnl', pnl } }];
      }
      case 'orders_update': {
        const orders = parseOrders(data, this.#zoneOffsetMs);
        return orders && [{ type: 'account', event: { type: 'orders', orders } }];
      }
      default:
        return parseTickers(data, this.#venue, ts)?.map((ticker) => ({ type: 'ticker', ticker }));
    }
  }

  #isOwn(userId: string | undefined): boolean {
    return userId === undefined || this.#userId === undefined || userId === this.#userId;
  }

  #unknownType(type: string): VenueEvent[] {
    if (this.#unknown.has(type) || this.#unknown.size >= 100) return [];
    this.#unknown.add(type);
    return [problem('unknown_type', `unknown event ${type.slice(0, 64)}`)];
  }
}

function problem(code: VenueProblem['code'], message: string): VenueEvent {
  return { type: 'problem', problem: { code, message } };
}
