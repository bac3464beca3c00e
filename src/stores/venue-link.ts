/** A venue source: its worker, and what the stores are told of it. */
import { type SourceConfig, type SourceInstrument, venueOf } from '#domain/source.ts';
import type { PredictionMarket } from '#domain/prediction-market.ts';
import { onBrowserOnline } from '#client/options.ts';
import type { SessionStatus, Subscription, VenueKind } from '#venues/venue.ts';
import type { FeedBatch, FeedSetup, RecordedFrame, ReplayPosition } from '#workers/feed-protocol.ts';
import { FeedHandle } from '#workers/feed-handle.ts';
import { applyAccountEvent, NO_FIGURES, type AccountFigures } from './account-book.ts';
import { createCandleFeed } from './market-candle-feed.ts';
import { type MarketStore, sharedFeeds } from './shared-market.ts';
import { SourceFigures } from './source-figures.ts';
import type { LinkAccount, LinkPorts, SourceLink } from './source-link.ts';
import { listInstrument } from './source-listings.ts';
import { logIn } from './source-login.ts';
import type { SourcePorts } from './source-ports.ts';
import { openRelay } from './source-relay.ts';
import type { ListedInstrument, SourceSecrets, SourceState, SourceView } from './source-types.ts';
import { SourceWants } from './source-wants.ts';
import { VenueData } from './venue-data.ts';
import { createVenueBookFeed, createVenueTradesFeed } from './venue-feeds.ts';
import { venueCandles } from './venue-history.ts';

/** The token was refused or has expired: only another one helps. */
const needsToken = (reason: string | null): SourceState => ({ phase: 'needs_token', reason });

/** Frames to play instead of connecting anywhere. */
export interface Playback {
  readonly frames: readonly RecordedFrame[];
  readonly position: (position: ReplayPosition) => void;
}

export class VenueLink implements SourceLink {
  readonly config: SourceConfig;
  readonly market: MarketStore;
  readonly engine = null;
  readonly #kind: VenueKind;
  readonly #ports: SourcePorts & LinkPorts;
  readonly #figures: SourceFigures;
  readonly #feed: FeedHandle;
  readonly #playback: Playback | undefined;
  readonly #data = new VenueData();
  readonly #wants: SourceWants;
  readonly #instruments = new Map<string, SourceInstrument>();
  #listed: readonly ListedInstrument[] | null = null;
  #account: AccountFigures = NO_FIGURES;
  #token: string | undefined;
  #paintingSince: number | null = null;
  /** The session's own. */
  #phase: SessionStatus['phase'] = 'idle';
  readonly #stopListening: () => void;
  readonly #closing = new AbortController();
  /** Questions the venue has told of by itself since it is live: newer than what REST says. */
  readonly #heard = new Set<string>();

  constructor(
    kind: VenueKind,
    config: SourceConfig,
    secrets: SourceSecrets,
    ports: SourcePorts & LinkPorts,
    playback?: Playback,
  ) {
    this.#playback = playback;
    this.#kind = kind;
    this.config = config;
    this.#ports = ports;
    this.#figures = new SourceFigures(config, { phase: 'connecting', attempt: 1 });
    this.#token = secrets.token;
    for (const instrument of config.instruments) this.#instruments.set(instrument.symbol, instrument);
    this.#feed = new FeedHandle(() => ports.spawnFeed(config.via === 'engine' ? ports.page.origin : config.url), {
      batch: (batch) => this.#take(batch),
      status: (status) => {
        this.#phase = status.phase;
        this.#become(this.#stateOf(status));
      },
      stats: (connections, recording) => {
        this.#figures.read(connections, ports.now());
        this.#figures.recording = recording;
        ports.changed('view');
      },
      died: (cause, reason) => {
        this.#become({ phase: 'offline', reason: cause === 'blocked' ? `blocked by policy: ${reason}` : reason });
      },
      relay: (url) => openRelay(ports, config, url),
      reset: () => this.#reset(),
      ...(playback && { position: playback.position }),
    });
    this.#wants = new SourceWants(ports.timers, (wanted) => this.#feed.want(wanted));
    const feeds = {
      data: this.#data,
      frames: ports.frames,
      hold: (subscription: Subscription) => this.#wants.hold(subscription),
    };
    this.market = sharedFeeds({
      book: (instrument) => createVenueBookFeed(feeds, instrument),
      trades: ({ symbol }) => createVenueTradesFeed(feeds, symbol),
      candles: ({ symbol }, interval) =>
        createCandleFeed(
          venueCandles({ ...feeds, rest: playback ? null : ports }, config, symbol, interval),
          ports.frames,
          interval,
        ),
    });
    this.#holdWatched();
    // Z17: what waits, or has given up, starts again at once; what was refused does not.
    this.#stopListening = (ports.onOnline ?? onBrowserOnline)(() => {
      if (this.#feed.isAlive && (this.#phase === 'waiting' || this.#phase === 'offline')) this.#feed.reconnect();
    });
    void this.#begin(secrets);
  }

  get stale(): boolean {
    return !this.#data.isLive;
  }

  view(): SourceView {
    return this.#figures.view();
  }

  listings(): readonly ListedInstrument[] {
    this.#listed ??= [...this.#instruments.values()].map((instrument) => listInstrument(this.config, instrument));
    return this.#listed;
  }

  accounts(): readonly LinkAccount[] {
    if (this.#account === NO_FIGURES) return [];
    const { id, name } = this.config;
    return [{ venue: venueOf(id, this.#kind), name, figures: this.#account, paper: false }];
  }

  reconnect(): void {
    const { phase } = this.#figures.state;
    if (phase === 'needs_token') return;
    if (this.#feed.isAlive) this.#feed.reconnect();
    else this.#start();
  }

  async authenticate(secrets: SourceSecrets): Promise<void> {
    try {
      await this.#logIn(secrets);
    } catch (error) {
      const { phase } = this.#figures.state;
      // One that is live goes on as who it is.
      if (phase !== 'live') this.#become(needsToken(error instanceof Error ? error.message : String(error)));
      throw error;
    }
    this.#start();
  }

  /** Of a playback. */
  seek(at: number): void {
    this.#feed.seek(at);
  }

  setPlaying(playing: boolean, speed: number): void {
    this.#feed.setPlaying(playing, speed);
  }

  record(on: boolean): void {
    this.#feed.record(on);
  }

  takeRecording(): Promise<Blob> {
    return this.#feed.takeRecording();
  }

  close(): void {
    this.#closing.abort();
    this.#stopListening();
    this.#feed.close();
    this.#data.isLive = false;
  }

  /** The watch list shows all that were chosen. */
  #holdWatched(): void {
    for (const { symbol } of this.config.instruments) {
      this.#wants.hold({ feed: 'ticker', symbol });
      this.#wants.hold({ feed: 'market', symbol });
    }
    if (this.#kind === 'trading-socketio') this.#wants.hold({ feed: 'account', symbol: '' });
  }

  async #begin(secrets: SourceSecrets): Promise<void> {
    const { auth } = this.config;
    if (auth === 'none' || this.#token !== undefined) return this.#start();
    if (auth !== 'login' || secrets.password === undefined) return this.#become(needsToken(null));
    // What went wrong is in the state.
    await this.authenticate(secrets).catch(() => undefined);
  }

  async #logIn(secrets: SourceSecrets): Promise<void> {
    const { auth, loginUrl } = this.config;
    this.#token =
      auth === 'login' && loginUrl !== undefined ? await logIn(this.#ports, loginUrl, secrets) : secrets.token;
  }

  #start(): void {
    const { id, url, via, instruments, zone } = this.config;
    const setup: FeedSetup = {
      kind: this.#kind,
      source: id,
      venue: venueOf(id, this.#kind),
      url,
      instruments,
      relayed: via === 'engine',
      ...(zone !== undefined && { zone }),
      ...(this.#token !== undefined && { token: this.#token }),
    };
    this.#become({ phase: 'connecting', attempt: 1 });
    this.#feed.want(this.#wants.all);
    if (this.#playback) this.#feed.play(setup, this.#playback.frames);
    else this.#feed.start(setup);
  }

  /** A recording begins at another time. */
  #reset(): void {
    this.#data.reset();
    this.#account = NO_FIGURES;
    this.#ports.changed('accounts');
  }

  #stateOf(status: SessionStatus): SourceState {
    switch (status.phase) {
      case 'idle':
        return { phase: 'connecting', attempt: 1 };
      case 'waiting':
        return { ...status, tries: status.tries ?? null };
      case 'refused':
        return this.config.auth === 'none' ? { phase: 'offline', reason: status.reason } : needsToken(status.reason);
      case 'closed':
        return { phase: 'offline', reason: 'closed' };
      default:
        return status;
    }
  }

  #become(state: SourceState): void {
    const returns = state.phase === 'live' && !this.#data.isLive;
    this.#figures.state = state;
    this.#data.isLive = state.phase === 'live';
    if (returns && this.#kind === 'polymarket' && !this.#playback) void this.#catchUp();
    this.#ports.changed('view');
    this.#ports.changed('accounts');
  }

  #take(batch: FeedBatch): void {
    const { tickers, changed } = this.#ports;
    if (batch.instruments.length > 0 || batch.predictions.length > 0) this.#list(batch);
    tickers(batch.tickers);
    this.#data.take(batch);
    for (const event of batch.account) this.#account = applyAccountEvent(this.#account, event);
    if (batch.account.length > 0) changed('accounts');
    for (const problem of batch.problems) this.#figures.problem(problem);
    if (batch.service) this.#figures.service = batch.service;
    if (batch.problems.length > 0 || batch.service) changed('view');
    if (batch.tickers.length + batch.books.length + batch.trades.length > 0) this.#timePaint(batch.receivedAt);
  }

  #list({ instruments, predictions }: FeedBatch): void {
    for (const instrument of instruments) {
      // M10: a venue of thousands tells of new ones too; what is watched is chosen.
      if (this.#kind === 'polymarket' && !this.#instruments.has(instrument.symbol) && !this.#playback) continue;
      this.#instruments.set(instrument.symbol, { ...this.#instruments.get(instrument.symbol), ...instrument });
    }
    for (const market of predictions) {
      this.#heard.add(market.id);
      this.#predict(market);
    }
    this.#listed = null;
    this.#ports.changed('listings');
  }

  /** M8, M10: what changed of a question concerns each of its outcomes. */
  #predict(market: PredictionMarket): void {
    if (!market.outcomes.some(({ symbol }) => this.#instruments.has(symbol))) this.#figures.newMarket(market);
    for (const { symbol } of market.outcomes) {
      const known = this.#instruments.get(symbol);
      if (known) this.#instruments.set(symbol, { ...known, tickSize: market.tickSize, prediction: market });
    }
  }

  /** M8: what became of the questions while nobody heard. */
  async #catchUp(): Promise<void> {
    const { signal } = this.#closing;
    this.#heard.clear();
    try {
      const { questionStates } = await import('./question-states.ts');
      const markets = await questionStates(this.#ports, this.#instruments.values(), signal);
      if (signal.aborted || markets.length === 0) return;
      for (const { market } of markets) if (!this.#heard.has(market.id)) this.#predict(market);
      this.#listed = null;
      this.#ports.changed('listings');
    } catch (error) {
      if (signal.aborted) return;
      const why = error instanceof Error ? error.message : String(error);
      this.#figures.problem({ code: 'refused', message: why, ts: this.#ports.now() });
      this.#ports.changed('view');
    }
  }

  #timePaint(receivedAt: number): void {
    this.#paintingSince = receivedAt;
    this.#ports.frames.schedule(this.#painting);
  }

  readonly #painting = () => {
    const since = this.#paintingSince;
    this.#paintingSince = null;
    // The stores are filled in this frame's beginning; what comes after it has been drawn.
    if (since !== null) this.#ports.timers.after(0, () => this.#figures.painted(this.#ports.now() - since));
  };
}
