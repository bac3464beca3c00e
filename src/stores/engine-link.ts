/** An engine that is a source, ours or a foreign one: a protocol client of its own, on the page's thread. */
import { createClient } from '#client/create-client.ts';
import { offers } from '#client/offers.ts';
import type { TokenAnswer } from '#client/options.ts';
import type { ConnectionState, ProtocolClient } from '#client/types.ts';
import { type SourceConfig, sourceOf, venueOf } from '#domain/source.ts';
import type { HealthEvent } from '#protocol/shapes.ts';
import { LatencyHistogram } from '#venues/kit/latency-histogram.ts';
import type { ConnectionStats } from '#venues/venue.ts';
import { EngineAccounts } from './engine-accounts.ts';
import { createEngineMarket } from './engine-market.ts';
import { EngineRecorder } from './engine-recorder.ts';
import { watchLive } from './market-connection.ts';
import { relayedSocket } from './relayed-socket.ts';
import type { MarketStore } from './shared-market.ts';
import { SourceFigures } from './source-figures.ts';
import type { EngineSourceState, LinkAccount, LinkPorts, SourceLink } from './source-link.ts';
import { logIn } from './source-login.ts';
import type { SourcePorts } from './source-ports.ts';
import { openRelay } from './source-relay.ts';
import type { ListedInstrument, SourceSecrets, SourceState, SourceView } from './source-types.ts';
import { type FrameTap, tapSocket } from './tap-socket.ts';
import { tokenExpiry } from './token-expiry.ts';

const READ_EVERY_MS = 1_000;
const BLOCKED = "blocked by policy: the page's policy forbids the address; load the page again";

const CONNECTION_STATE: Readonly<Record<ConnectionState['phase'], ConnectionStats['state']>> = {
  idle: 'closed',
  connecting: 'connecting',
  authenticating: 'connecting',
  live: 'live',
  waiting: 'waiting',
  offline: 'closed',
  signed_out: 'closed',
};

export class EngineLink implements SourceLink {
  readonly config: SourceConfig;
  readonly market: MarketStore;
  readonly #ports: SourcePorts & LinkPorts;
  readonly #client: ProtocolClient;
  readonly #figures: SourceFigures;
  readonly #accounts: EngineAccounts;
  readonly #recorder: EngineRecorder;
  readonly #latency = new LatencyHistogram();
  readonly #stops: readonly (() => void)[];
  #listings: readonly ListedInstrument[] = [];
  #health: HealthEvent | null = null;
  #strategies: ReadonlyMap<string, unknown> = new Map();
  #token: string | undefined;
  #login: SourceSecrets | undefined;
  #connectedAt: number | null = null;
  #cancelRead: (() => void) | undefined;
  #isBlocked = false;
  #isClosed = false;

  constructor(config: SourceConfig, secrets: SourceSecrets, ports: SourcePorts & LinkPorts) {
    this.config = config;
    this.#ports = ports;
    this.#figures = new SourceFigures(config, { phase: 'connecting', attempt: 1 });
    this.#token = secrets.token;
    this.#login = secrets.password === undefined ? undefined : secrets;
    const tap: FrameTap = { current: null };
    this.#recorder = new EngineRecorder(tap, config.id, ports.now);
    const Socket =
      config.via === 'engine'
        ? relayedSocket(ports.WebSocket, (url) => openRelay(ports, config, url))
        : ports.WebSocket;
    this.#client = createClient({
      url: config.url,
      getToken: () => this.#getToken(),
      results: async () => (await import('#client/results.ts')).parseResult,
      timers: ports.timers,
      random: ports.random,
      WebSocket: tapSocket(Socket, tap),
      ...(ports.onOnline && { onOnline: ports.onOnline }),
    });
    this.market = createEngineMarket(this.#client, ports.frames);
    this.#accounts = new EngineAccounts(() => ports.changed('accounts'));
    this.#stops = this.#follow();
    this.#client.connect();
    this.#readSoon();
  }

  get stale(): boolean {
    return this.#figures.state.phase !== 'live';
  }

  get engine(): EngineSourceState {
    return { health: this.#health, strategies: this.#strategies };
  }

  view(): SourceView {
    return this.#figures.view();
  }

  listings(): readonly ListedInstrument[] {
    return this.#listings;
  }

  accounts(): readonly LinkAccount[] {
    const { id, name } = this.config;
    const all = this.#accounts.all;
    return all.map(({ venue, figures, paper }) => ({
      venue: venueOf(id, venue),
      name: all.length > 1 ? `${name} · ${venue}` : name,
      figures,
      paper,
    }));
  }

  reconnect(): void {
    this.#isBlocked = false;
    this.#client.reconnect();
  }

  async authenticate(secrets: SourceSecrets): Promise<void> {
    const { auth, loginUrl } = this.config;
    this.#login = auth === 'login' ? secrets : undefined;
    this.#token =
      auth === 'login' && loginUrl !== undefined ? await logIn(this.#ports, loginUrl, secrets) : secrets.token;
    this.reconnect();
  }

  record(on: boolean): void {
    this.#recorder.record(on);
    // What is subscribed tells its current value anew, which updates are worth nothing without.
    if (on && this.#client.state.phase === 'live') this.#client.reconnect();
    this.#read();
  }

  async takeRecording(): Promise<Blob> {
    return this.#recorder.file(this.#listings.map((one) => ({ ...one, venue: sourceOf(one.venue).venue })));
  }

  close(): void {
    this.#isClosed = true;
    for (const stop of this.#stops) stop();
    this.#cancelRead?.();
    this.#client.close();
  }

  #follow(): (() => void)[] {
    const { id } = this.config;
    const { changed, tickers, now } = this.#ports;
    const client = this.#client;
    return [
      client.onChange(() => this.#changed()),
      watchLive(client, (live) => live && this.#load()),
      this.#ports.onBlocked(() => this.#blocked()),
      this.#accounts.follow(client),
      client.subscribe('market.*.*.ticker', ({ data }) => {
        this.#latency.add(now() - data.ts);
        tickers([{ ...data, venue: venueOf(id, data.venue) }]);
      }),
      client.subscribe('system.health', ({ data }) => {
        this.#health = data;
        changed('view');
      }),
      client.subscribe('strategy.*.status', ({ channel, data }) => {
        this.#strategies = new Map(this.#strategies).set(channel.split('.')[1] ?? '', data);
        changed('view');
      }),
    ];
  }

  /** Asked when there is none yet, and when the one given was refused or has run out. */
  async #getToken(): Promise<TokenAnswer> {
    const { auth, loginUrl } = this.config;
    const token = this.#token;
    // Once: asked again, it was no good.
    this.#token = undefined;
    if (token !== undefined) return { token, expiresAt: tokenExpiry(token, this.#ports.now()) };
    if (auth === 'login' && loginUrl !== undefined && this.#login) {
      try {
        const fresh = await logIn(this.#ports, loginUrl, this.#login);
        return { token: fresh, expiresAt: tokenExpiry(fresh, this.#ports.now()) };
      } catch (error) {
        // What was typed does not work: no use in trying it again and again.
        this.#login = undefined;
        return { signedOut: error instanceof Error ? error.message : String(error) };
      }
    }
    return { signedOut: 'a token is needed' };
  }

  #changed(): void {
    if (this.#isClosed) return;
    const { state, peer } = this.#client;
    if (state.phase === 'live') this.#connectedAt ??= this.#ports.now();
    else this.#connectedAt = null;
    this.#figures.state = this.#stateOf(state);
    this.#figures.server = peer?.server || null;
    this.#ports.changed('view');
    this.#ports.changed('accounts');
  }

  #stateOf(state: ConnectionState): SourceState {
    if (this.#isBlocked) return { phase: 'offline', reason: BLOCKED };
    switch (state.phase) {
      case 'idle':
      case 'authenticating':
        return { phase: 'connecting', attempt: 1 };
      case 'live':
        return { phase: 'live', silentSince: state.stale ? this.#client.stats.lastFrameAt : null };
      case 'signed_out':
        return { phase: 'needs_token', reason: state.reason };
      default:
        return state;
    }
  }

  /** The policy is the page's, so whichever connection it was: one that is being made will not come about. */
  #blocked(): void {
    const { phase } = this.#client.state;
    if (this.config.via === 'engine' || (phase !== 'connecting' && phase !== 'waiting')) return;
    this.#isBlocked = true;
    this.#client.close();
    this.#changed();
  }

  #load(): void {
    const { peer } = this.#client;
    if (!peer || !offers(peer, 'market.instruments')) return;
    this.#client.command('market.instruments', {}).then(
      ({ instruments }) => {
        const { id } = this.config;
        this.#listings = instruments.map((one) => ({ ...one, venue: venueOf(id, one.venue) }));
        this.#ports.changed('listings');
      },
      // The next connection asks again.
      () => undefined,
    );
  }

  #readSoon(): void {
    this.#cancelRead = this.#ports.timers.after(READ_EVERY_MS, () => {
      this.#read();
      this.#readSoon();
    });
  }

  #read(): void {
    const { stats, state } = this.#client;
    const connection: ConnectionStats = {
      name: 'engine',
      state: CONNECTION_STATE[state.phase],
      connectedAt: this.#connectedAt,
      messages: stats.received,
      bytes: stats.receivedBytes,
      byType: {},
      lastMessageAt: stats.lastFrameAt,
      roundTripMs: stats.roundTripMs,
      reconnects: stats.reconnects,
      resyncs: 0,
      dropped: stats.rejected,
      latency: this.#latency.take(),
      subscriptions: 0,
    };
    this.#figures.read([connection], this.#ports.now());
    this.#figures.recording = this.#recorder.figures;
    this.#ports.changed('view');
  }
}
