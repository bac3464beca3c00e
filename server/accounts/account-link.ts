/**
 * The engine's connection to one venue's own account: what the session tells goes out as `account.<venue>.*`, its state as
 * `system.exchange`. Credentials that were refused are shown and not tried again (O8, M12).
 */
import type { Timers } from '#domain/clock.ts';
import type { ExchangeEvent, LogLevel } from '#protocol/shapes.ts';
import type { Bus } from '#server/bus.ts';
import type { Credentials } from '#server/config/credentials.ts';
import { wireFigures } from '#server/host/market-feed.ts';
import { recurring } from '#server/host/recurring.ts';
import { ConnectionFigures } from '#server/venues/connection-figures.ts';
import type { AccountFills } from '#server/storage/account-fills.ts';
import type {
  ProblemCode,
  SessionPorts,
  SessionStatus,
  VenueEvent,
  VenueProblem,
  VenueSession,
} from '#venues/venue.ts';
import { VenueAccount } from './venue-account.ts';

export interface AccountLinkOptions {
  /** As in `account.<venue>.*`. */
  readonly venue: string;
  readonly credentials: Credentials;
  readonly open: (ports: SessionPorts) => VenueSession;
}

export interface AccountLinkPorts extends Pick<SessionPorts, 'random' | 'openSocket'> {
  readonly bus: Bus;
  readonly timers: Timers;
  readonly fills: Pick<AccountFills, 'record'>;
  /** Given no secrets, whatever the venue says. */
  readonly log: (level: LogLevel, source: string, message: string) => void;
}

const FIGURES_MS = 5_000;
/** Open is not let in: a venue that does not like the credentials says so sooner than this. */
const LET_IN_MS = 10_000;
const LOGGED: ReadonlySet<ProblemCode> = new Set(['refused', 'subscription_refused', 'timeout', 'limited']);

export class AccountLink {
  readonly venue: string;
  readonly #o: AccountLinkOptions;
  readonly #ports: AccountLinkPorts;
  readonly #account: VenueAccount;
  readonly #session: VenueSession;
  readonly #figures: ConnectionFigures;
  readonly #endings: (() => void)[] = [];
  #status: ExchangeEvent;
  /** The venue's own words when it would not have the credentials. */
  #refusal: string | undefined;
  #cancelLetIn: (() => void) | undefined;

  constructor(options: AccountLinkOptions, ports: AccountLinkPorts) {
    const { venue, open } = options;
    const { bus, timers, random, openSocket, fills } = ports;
    this.venue = venue;
    this.#o = options;
    this.#ports = ports;
    this.#status = { venue, state: 'disconnected', reason: 'not connected yet' };
    this.#figures = new ConnectionFigures(timers.now());
    this.#account = new VenueAccount({
      venue,
      bus,
      clock: timers,
      fills,
      onFault: (error) => this.#log('error', `a fill could not be kept: ${String(error)}`),
    });
    this.#session = open({
      timers,
      random,
      openSocket,
      emit: (events) => events.forEach((event) => this.#take(event)),
      onStatus: (status) => this.#follow(status),
    });
  }

  get isConnected(): boolean {
    return this.#status.state === 'connected';
  }

  start(): void {
    const { bus, timers } = this.#ports;
    this.#endings.push(
      bus.provide('system.exchange', () => ({
        event: this.#status.state,
        timestamp: timers.now(),
        data: this.#status,
      })),
      recurring(
        timers,
        () => FIGURES_MS,
        () => this.#publish(),
      ),
      () => this.#cancelLetIn?.(),
      () => this.#session.close(),
      () => this.#account.close(),
    );
    this.#publish();
    this.#session.want([{ feed: 'account', symbol: '' }]);
    this.#session.start();
  }

  close(): void {
    for (const end of this.#endings.splice(0)) end();
  }

  #take(event: VenueEvent): void {
    if (event.type === 'account') {
      if (this.#session.status.phase === 'live') this.#become('connected');
      return this.#account.apply(event.event);
    }
    if (event.type !== 'problem') return;
    const { code, message } = event.problem;
    if (code === 'login_refused') this.#refusal = reasonOf(event.problem);
    else if (LOGGED.has(code)) this.#log('warn', message);
  }

  #follow(status: SessionStatus): void {
    this.#cancelLetIn?.();
    this.#cancelLetIn = undefined;
    switch (status.phase) {
      case 'live':
        this.#cancelLetIn = this.#ports.timers.after(LET_IN_MS, () => this.#become('connected'));
        return;
      case 'waiting':
        return this.#become('disconnected', status.reason);
      case 'refused':
        return this.#become('error', this.#refusal ?? status.reason);
      default:
        return;
    }
  }

  #become(state: ExchangeEvent['state'], words?: string): void {
    const reason = words === undefined ? undefined : this.#withoutSecrets(words);
    if (this.#status.state === state && this.#status.reason === reason) return;
    this.#status = { venue: this.venue, state, ...(reason !== undefined && { reason }) };
    const about = reason === undefined ? state : `${state}: ${reason}`;
    this.#log(state === 'connected' ? 'info' : state === 'error' ? 'error' : 'warn', about);
    this.#publish();
  }

  #publish(): void {
    const { bus, timers } = this.#ports;
    const { venue, state, reason } = this.#status;
    const figures = wireFigures(this.#figures.read(this.#session.stats(), timers.now()));
    this.#status = { venue, state, ...(reason !== undefined && { reason }), ...figures };
    bus.publish({ channel: 'system.exchange', event: state, timestamp: timers.now(), data: this.#status });
  }

  #log(level: LogLevel, message: string): void {
    this.#ports.log(level, `account.${this.venue}`, this.#withoutSecrets(message));
  }

  /** A venue may quote what it refuses. */
  #withoutSecrets(words: string): string {
    const { apiKey, secret, passphrase } = this.#o.credentials;
    return [apiKey, secret, passphrase].reduce((said, each) => said.replaceAll(each, '…'), words);
  }
}

function reasonOf({ message, venueCode = '' }: VenueProblem): string {
  return venueCode === '' || message.includes(venueCode) ? message : `${venueCode} ${message}`;
}
