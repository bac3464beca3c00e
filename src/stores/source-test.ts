/** A connection test: connects apart from everything else, looks how far it gets, and closes again. */
import { createClient } from '#client/create-client.ts';
import type { SourceConfig, SourceInstrument } from '#domain/source.ts';
import { venueOf } from '#domain/source.ts';
import { FeedHandle } from '#workers/feed-handle.ts';
import type { FeedBatch } from '#workers/feed-protocol.ts';
import { relayedSocket } from './relayed-socket.ts';
import { LoginError, logIn } from './source-login.ts';
import type { SourcePorts } from './source-ports.ts';
import { openRelay } from './source-relay.ts';
import { searchInstruments } from './source-search.ts';
import type { SourceSecrets, TestReport, TestStep } from './source-types.ts';
import { tokenExpiry } from './token-expiry.ts';

type Cause = NonNullable<TestReport['cause']>;

const TIMEOUT_MS = 10_000;

/** Ends a test where it is. */
class TestFailure extends Error {
  readonly step: TestStep;
  readonly code: Cause;

  constructor(step: TestStep, code: Cause, detail: string | null) {
    super(detail ?? '');
    this.step = step;
    this.code = code;
  }
}

export async function testSource(
  ports: SourcePorts,
  config: SourceConfig,
  secrets: SourceSecrets = {},
  saved?: SourceConfig,
): Promise<TestReport> {
  const passed: TestStep[] = [];
  const pass = (...steps: TestStep[]) => passed.push(...steps.filter((step) => !passed.includes(step)));
  try {
    checkAddress(config);
    pass('address');
    checkMixedContent(ports, config);
    checkRelay(config, saved);
    const token = await tokenFor(ports, config, secrets);
    const roundTripMs =
      config.kind === 'engine'
        ? await tryEngine(ports, config, token, pass)
        : await tryVenue(ports, config, config.kind, token, pass);
    return { ok: true, passed, failed: null, cause: null, detail: null, roundTripMs };
  } catch (error) {
    const failure =
      error instanceof TestFailure
        ? error
        : new TestFailure('connect', 'unreachable', error instanceof Error ? error.message : String(error));
    return {
      ok: false,
      passed,
      failed: failure.step,
      cause: failure.code,
      detail: failure.message || null,
      roundTripMs: null,
    };
  }
}

function checkAddress({ kind, url }: SourceConfig): void {
  const schemes = kind === 'trading-socketio' ? ['http:', 'https:'] : ['ws:', 'wss:'];
  const protocol = URL.canParse(url) ? new URL(url).protocol : '';
  if (!schemes.includes(protocol)) throw new TestFailure('address', 'bad_address', null);
}

const LOCAL = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/** Browsers let a page that came by https connect to nothing less, but to their own machine. */
function checkMixedContent({ page }: SourcePorts, { url, via }: SourceConfig): void {
  const { protocol, hostname } = new URL(url);
  if (!page.isSecure || via === 'engine' || LOCAL.test(hostname)) return;
  if (protocol === 'ws:' || protocol === 'http:') throw new TestFailure('policy', 'mixed_content', null);
}

/** The engine goes where it was told to by saving; a test of anything else would be one of what was saved before. */
function checkRelay({ via, url }: SourceConfig, saved: SourceConfig | undefined): void {
  if (via === 'engine' && (saved?.via !== 'engine' || saved.url !== url)) {
    throw new TestFailure('policy', 'not_saved', null);
  }
}

async function tokenFor(
  ports: SourcePorts,
  { auth, loginUrl }: SourceConfig,
  secrets: SourceSecrets,
): Promise<string | undefined> {
  if (auth === 'none') return undefined;
  if (auth === 'token') {
    if (secrets.token === undefined || secrets.token === '') throw new TestFailure('sign_in', 'token_missing', null);
    return secrets.token;
  }
  if (secrets.token !== undefined) return secrets.token;
  if (secrets.password === undefined || loginUrl === undefined) throw new TestFailure('sign_in', 'token_missing', null);
  try {
    return await logIn(ports, loginUrl, secrets);
  } catch (error) {
    if (error instanceof LoginError && error.isBlocked) throw blocked();
    throw new TestFailure('sign_in', 'login_failed', error instanceof LoginError ? error.message : null);
  }
}

/** What a lost connection's words mean. A browser tells a page hardly why; the engine's relay does. */
function failureOf(reason: string, hasToken: boolean): TestFailure {
  if (/\b401\b|token|unauthori[sz]ed/i.test(reason)) {
    return new TestFailure('sign_in', hasToken ? 'token_refused' : 'token_missing', reason);
  }
  if (/\b403\b|origin/i.test(reason)) return new TestFailure('connect', 'origin_refused', reason);
  if (/HTTP \d{3}|not a websocket/i.test(reason)) return new TestFailure('protocol', 'not_this_protocol', reason);
  if (/within|timed? ?out|in time/i.test(reason)) return new TestFailure('connect', 'timeout', reason);
  return new TestFailure('connect', 'unreachable', reason);
}

const blocked = () => new TestFailure('policy', 'blocked_by_policy', null);

/** Settles once, by whichever comes first; `begin` returns how to clean up. */
function race<T>(
  { timers }: SourcePorts,
  late: () => TestFailure,
  begin: (done: (value: T) => void, fail: (failure: TestFailure) => void) => () => void,
): Promise<T> {
  const ends: (() => void)[] = [];
  const result = new Promise<T>((resolve, reject) => {
    ends.push(timers.after(TIMEOUT_MS, () => reject(late())));
    ends.push(begin(resolve, reject));
  });
  return result.finally(() => ends.forEach((end) => end()));
}

function tryEngine(
  ports: SourcePorts,
  config: SourceConfig,
  token: string | undefined,
  pass: (...steps: TestStep[]) => void,
): Promise<number | null> {
  const late = () => new TestFailure('connect', 'timeout', null);
  return race<number | null>(ports, late, (done, fail) => {
    let given = token;
    const client = createClient({
      url: config.url,
      getToken: () => {
        const once = given;
        given = undefined;
        return once === undefined
          ? { signedOut: 'token' }
          : { token: once, expiresAt: tokenExpiry(once, ports.timers.now()) };
      },
      results: async () => (await import('#client/results.ts')).parseResult,
      timers: ports.timers,
      random: ports.random,
      WebSocket:
        config.via === 'engine'
          ? relayedSocket(ports.WebSocket, (url) => openRelay(ports, config, url))
          : ports.WebSocket,
      ...(ports.onOnline && { onOnline: ports.onOnline }),
    });
    const stopBlocked = ports.onBlocked(() => config.via === 'direct' && fail(blocked()));
    client.onChange(() => {
      const { state, stats } = client;
      if (state.phase === 'authenticating') pass('policy', 'connect');
      if (state.phase === 'live') {
        pass('policy', 'connect', 'protocol', 'sign_in', 'data');
        done(stats.roundTripMs);
      }
      if (state.phase === 'signed_out') {
        pass('policy', 'connect', 'protocol');
        fail(new TestFailure('sign_in', token === undefined ? 'token_missing' : 'token_refused', state.reason));
      }
      if (state.phase === 'waiting' || state.phase === 'offline') fail(failureOf(state.reason, token !== undefined));
    });
    client.connect();
    return () => {
      stopBlocked();
      client.close();
    };
  });
}

/** What there always is to look at, for a venue of which nothing was chosen yet. */
async function probesOf(ports: SourcePorts, config: SourceConfig): Promise<readonly SourceInstrument[]> {
  if (config.instruments.length > 0) return config.instruments.slice(0, 3);
  if (config.kind !== 'okx' && config.kind !== 'polymarket') return [];
  const found = await searchInstruments(
    ports,
    config,
    config.kind === 'okx' ? 'BTC-USDT' : '',
    new AbortController().signal,
  );
  return found.slice(0, 1);
}

async function tryVenue(
  ports: SourcePorts,
  config: SourceConfig,
  kind: Exclude<SourceConfig['kind'], 'engine'>,
  token: string | undefined,
  pass: (...steps: TestStep[]) => void,
): Promise<number | null> {
  const probes = await probesOf(ports, config);
  let isOpen = false;
  let isStrange = false;
  const late = () => {
    if (!isOpen) return new TestFailure('connect', 'timeout', null);
    return isStrange
      ? new TestFailure('protocol', 'not_this_protocol', null)
      : new TestFailure('data', 'no_data', null);
  };
  return race<number | null>(ports, late, (done, fail) => {
    let roundTripMs: number | null = null;
    const feed = new FeedHandle(() => ports.spawnFeed(config.via === 'engine' ? ports.page.origin : config.url), {
      batch(batch) {
        if (batch.problems.some(({ code }) => code === 'bad_frame' || code === 'unknown_type')) isStrange = true;
        if (!hasData(batch)) return;
        pass('policy', 'connect', 'protocol', 'sign_in', 'data');
        done(roundTripMs);
      },
      status(status) {
        if (status.phase === 'live') {
          isOpen = true;
          pass('policy', 'connect');
        }
        if (status.phase === 'waiting') fail(failureOf(status.reason, token !== undefined));
        if (status.phase === 'refused') {
          pass('policy', 'connect');
          fail(new TestFailure('sign_in', token === undefined ? 'token_missing' : 'token_refused', status.reason));
        }
      },
      stats(connections) {
        roundTripMs = connections.find((one) => one.roundTripMs !== null)?.roundTripMs ?? null;
      },
      died: (cause, reason) =>
        fail(cause === 'blocked' ? blocked() : new TestFailure('connect', 'unreachable', reason)),
      relay: (url) => openRelay(ports, config, url),
    });
    feed.want([
      ...probes.flatMap(({ symbol }) => [
        { feed: 'ticker' as const, symbol },
        { feed: 'book' as const, symbol },
      ]),
      { feed: 'account', symbol: '' },
    ]);
    feed.start({
      kind,
      source: config.id,
      venue: venueOf(config.id, kind),
      url: config.url,
      instruments: probes,
      relayed: config.via === 'engine',
      ...(config.zone !== undefined && { zone: config.zone }),
      ...(token !== undefined && { token }),
    });
    return () => feed.close();
  });
}

function hasData({ tickers, trades, books, account, instruments, service }: FeedBatch): boolean {
  return tickers.length + trades.length + books.length + account.length + instruments.length > 0 || service !== null;
}
