import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '#domain/random.ts';
import { VirtualTimers } from '#testing/virtual-timers.ts';
import { FakeSocket } from '../kit/fake-socket.ts';
import type { FeedName, RawFrame, SessionStatus, Subscription, VenueEvent } from '../venue.ts';
import { createOkxSession, type OkxSessionOptions } from './session.ts';

const BASE = 'wss://okx.test:8443';
/** `openssl dgst -sha256 -hmac the-secret -binary | base64` of `1700000002GET/users/self/verify`. */
const SIGN = 'JI+avF8qOuYR/BG4ynvcJZpFTsgTR0BpZJ9am0k6Pe8=';
const KEYS = { apiKey: 'the-key', secret: 'the-secret', passphrase: 'the-phrase' };

interface Sent {
  readonly id?: string;
  readonly op: string;
  readonly args: readonly Record<string, string>[];
}

/** A session in virtual time, and OKX's end of it played by hand. */
function setUp(options: Partial<OkxSessionOptions> = {}) {
  const timers = new VirtualTimers();
  const sockets: FakeSocket[] = [];
  const events: VenueEvent[] = [];
  const statuses: SessionStatus[] = [];
  const taps: RawFrame[] = [];
  const session = createOkxSession(
    { url: `${BASE}/`, venue: 'okx.okx', instruments: [], ...options },
    {
      timers,
      random: seededRandom(1),
      openSocket: (url) => {
        const socket = new FakeSocket(url, timers.now());
        sockets.push(socket);
        return socket;
      },
      emit: (batch) => events.push(...batch),
      onStatus: (status) => statuses.push(status),
      tap: (frame) => taps.push(frame),
    },
  );
  /** The newest socket to a path. */
  const at = (path: string) => {
    const socket = sockets.findLast(({ url }) => url === `${BASE}/ws/v5/${path}`);
    if (!socket) throw new Error(`nothing connected to ${path}`);
    return socket;
  };
  const problems = () => events.flatMap((event) => (event.type === 'problem' ? [event.problem] : []));
  const standings = () => events.flatMap((event) => (event.type === 'book_state' ? [event.state.trust] : []));
  const run = (ms = 0) => timers.advance(ms);
  return { session, timers, sockets, events, statuses, taps, at, problems, standings, run };
}

const sub = (feed: FeedName, symbol = 'BTC-USDT'): Subscription => ({ feed, symbol });

function requests(socket: FakeSocket): Sent[] {
  return socket.sent.filter((text) => text !== 'ping').map((text): Sent => JSON.parse(text));
}

const said = (socket: FakeSocket) => requests(socket).map(({ op, args }) => [op, ...args.map(nameOf)]);
const nameOf = ({ channel, instId, instType }: Record<string, string>) =>
  [channel, instId ?? instType].filter(Boolean).join(' ');

/** Answers to everything the client has asked since the last time. */
const answered = new WeakMap<FakeSocket, number>();
function acknowledge(socket: FakeSocket, { withBooks = true } = {}): void {
  const from = answered.get(socket) ?? 0;
  answered.set(socket, socket.sent.length);
  for (const text of socket.sent.slice(from)) {
    if (text === 'ping') continue;
    const { op, args }: Sent = JSON.parse(text);
    if (op === 'login') {
      socket.say({ event: 'login', code: '0', msg: '', connId: 'a4d3ae55' });
      continue;
    }
    for (const arg of args) {
      socket.say({ event: op, arg, connId: 'a4d3ae55' });
      if (withBooks && op === 'subscribe' && arg['channel'] === 'books') book(socket, arg['instId'] ?? '', -1, 10);
    }
  }
}

function book(socket: FakeSocket, instId: string, prevSeqId: number, seqId: number, size = '1'): void {
  const data = [{ bids: [['100', size, '0', '1']], asks: [], ts: '1', checksum: 0, prevSeqId, seqId }];
  socket.say({ arg: { channel: 'books', instId }, action: prevSeqId < 0 ? 'snapshot' : 'update', data });
}

function trade(socket: FakeSocket, id: string, ts = '1', instId = 'BTC-USDT'): void {
  const data = [{ instId, tradeId: id, px: '1', sz: '1', side: 'buy', ts }];
  socket.say({ arg: { channel: 'trades', instId }, data });
}

describe('routing', () => {
  it('O1, O2: each channel on its own URL, in one batch each, and only the lines that are needed', async () => {
    const { session, at, run, sockets, statuses } = setUp();
    session.start();
    expect(session.status).toEqual({ phase: 'idle' });
    session.want([sub('ticker'), sub('trades'), sub('book'), sub('candle_1h'), sub('candle_1d', 'ETH-USDT')]);
    await run();
    expect(sockets.map(({ url }) => url)).toEqual([`${BASE}/ws/v5/public`, `${BASE}/ws/v5/business`]);
    at('public').accept();
    at('business').accept();
    expect(said(at('public'))).toEqual([['subscribe', 'tickers BTC-USDT', 'trades BTC-USDT', 'books BTC-USDT']]);
    expect(said(at('business'))).toEqual([['subscribe', 'candle1H BTC-USDT', 'candle1Dutc ETH-USDT']]);
    expect(statuses).toEqual([
      { phase: 'connecting', attempt: 0 },
      { phase: 'live', silentSince: null },
    ]);
  });

  it.each(['/', '/ws/v5', '/ws/v5/public', '/ws/v5/business/'])(
    'O1: an address that ends in %s is the same',
    async (path) => {
      const { session, run, sockets } = setUp({ url: `${BASE}${path}` });
      session.want([sub('ticker'), sub('candle_1h')]);
      session.start();
      await run();
      expect(sockets.map(({ url }) => url)).toEqual([`${BASE}/ws/v5/public`, `${BASE}/ws/v5/business`]);
    },
  );

  it('O3: ids are short and alphanumeric, args stay below 64 KB', async () => {
    const { session, at, run } = setUp();
    session.want(Array.from({ length: 3_000 }, (_, i) => sub('ticker', `COIN${i}-USDT`)));
    session.start();
    await run();
    at('public').accept();
    const sent = requests(at('public'));
    expect(sent.length).toBeGreaterThan(1);
    expect(sent.flatMap(({ args }) => args)).toHaveLength(3_000);
    for (const { id, args } of sent) {
      expect(id).toMatch(/^[A-Za-z0-9]{1,32}$/);
      expect(JSON.stringify(args).length).toBeLessThan(64 * 1_024);
    }
  });

  it('O2: the account needs keys; without them it is said once and nothing is opened', async () => {
    const { session, run, sockets, problems } = setUp();
    session.want([sub('account', '')]);
    session.start();
    await run();
    session.want([sub('account', '')]);
    expect(sockets).toEqual([]);
    expect(problems()).toMatchObject([{ code: 'subscription_refused', feed: 'account' }]);
  });

  it('lets a line go a while after nobody needs it', async () => {
    const { session, at, run, sockets, timers } = setUp();
    session.want([sub('ticker'), sub('candle_1m')]);
    session.start();
    at('public').accept();
    at('business').accept();
    acknowledge(at('public'));
    acknowledge(at('business'));
    session.want([sub('ticker')]);
    await run();
    expect(said(at('business')).at(-1)).toEqual(['unsubscribe', 'candle1m BTC-USDT']);
    acknowledge(at('business'));
    await run(25_000);
    at('public').say('pong');
    at('business').say('pong');
    await run(4_999);
    expect(at('business').isClosed).toBe(false);
    await run(1);
    expect(at('business').isClosed).toBe(true);
    expect(at('public').isClosed).toBe(false);
    session.want([sub('ticker'), sub('candle_5m')]);
    await run();
    expect(sockets.filter(({ url }) => url.endsWith('business'))).toHaveLength(2);
    session.close();
    expect(timers.size).toBe(0);
  });
});

describe('subscriptions', () => {
  it('O3: only differences are asked for, and nothing twice', async () => {
    const { session, at, run } = setUp();
    session.want([sub('ticker'), sub('trades')]);
    session.start();
    at('public').accept();
    acknowledge(at('public'));
    session.want([sub('ticker'), sub('trades'), sub('ticker')]);
    await run();
    session.want([sub('trades'), sub('ticker', 'ETH-USDT')]);
    await run();
    session.want([sub('trades'), sub('ticker', 'ETH-USDT')]);
    await run();
    expect(said(at('public'))).toEqual([
      ['subscribe', 'tickers BTC-USDT', 'trades BTC-USDT'],
      ['subscribe', 'tickers ETH-USDT'],
      ['unsubscribe', 'tickers BTC-USDT'],
    ]);
  });

  it('O3: what is wanted again before its unsubscribe is answered waits for that answer', async () => {
    const { session, at, run } = setUp();
    session.want([sub('ticker'), sub('trades')]);
    session.start();
    at('public').accept();
    acknowledge(at('public'));
    session.want([sub('trades')]);
    await run();
    session.want([sub('ticker'), sub('trades')]);
    await run();
    expect(said(at('public'))).toHaveLength(2);
    acknowledge(at('public'));
    expect(said(at('public')).at(-1)).toEqual(['subscribe', 'tickers BTC-USDT']);
  });

  it('O3: data before its ack counts; data of what is not wanted any more does not', async () => {
    const { session, at, run, events } = setUp();
    session.want([sub('trades')]);
    session.start();
    at('public').accept();
    trade(at('public'), '1');
    expect(events).toHaveLength(1);
    acknowledge(at('public'));
    session.want([sub('ticker')]);
    trade(at('public'), '2', '2');
    await run();
    trade(at('public'), '3', '3');
    expect(events).toHaveLength(1);
  });

  it('O4: an error is tied to its subscription by the instrument its text names, and not asked for again', async () => {
    const { session, at, run, problems } = setUp();
    session.want([sub('ticker'), sub('ticker', 'NO-SUCH')]);
    session.start();
    at('public').accept();
    const [request] = requests(at('public'));
    const msg = "Wrong URL or channel:tickers,instId:NO-SUCH doesn't exist. Please use the correct URL";
    at('public').say({ event: 'error', code: '60018', msg, connId: 'a', id: request?.id });
    at('public').say({ event: 'subscribe', arg: { channel: 'tickers', instId: 'BTC-USDT' }, connId: 'a' });
    expect(problems()).toMatchObject([
      { code: 'subscription_refused', venueCode: '60018', symbol: 'NO-SUCH', feed: 'ticker' },
    ]);
    expect(problems()[0]?.message).toContain('60018');
    await run(120_000 / 8);
    expect(requests(at('public'))).toHaveLength(1);
    expect(session.status.phase).toBe('live');
    // Whoever stops wanting it and wants it again asks again.
    session.want([sub('ticker')]);
    session.want([sub('ticker'), sub('ticker', 'NO-SUCH')]);
    await run();
    expect(said(at('public')).at(-1)).toEqual(['subscribe', 'tickers NO-SUCH']);
  });

  it('O4: where the venue does not say which argument it minds, each is asked for alone', async () => {
    const { session, at, run, problems } = setUp();
    session.want([sub('ticker'), sub('ticker', 'NO-SUCH')]);
    session.start();
    const socket = at('public').accept();
    socket.say({ event: 'error', code: '60012', msg: 'Illegal request', id: requests(socket)[0]?.id });
    expect(problems()).toMatchObject([{ code: 'refused', venueCode: '60012' }]);
    await run(10_000);
    expect(said(socket).slice(1)).toEqual([
      ['subscribe', 'tickers BTC-USDT'],
      ['subscribe', 'tickers NO-SUCH'],
    ]);
    const [, first, second] = requests(socket);
    socket.say({ event: 'subscribe', arg: first?.args[0] });
    socket.say({ event: 'error', code: '60018', msg: 'no', id: second?.id });
    expect(problems()[1]).toMatchObject({ code: 'subscription_refused', symbol: 'NO-SUCH' });
  });

  it('O4, O7: a line of which everything was refused rests, says so, and connects again for something else', async () => {
    const { session, at, run, sockets } = setUp();
    session.want([sub('ticker', 'NO-SUCH')]);
    session.start();
    await run();
    const socket = at('public').accept();
    const [{ id } = { id: '' }] = requests(socket);
    socket.say({ id, event: 'error', code: '60018', msg: "tickers,instId:NO-SUCH doesn't exist", connId: 'a' });
    expect(session.status).toEqual({ phase: 'refused', reason: 'all subscriptions were refused' });
    expect(socket.isClosed).toBe(true);
    session.want([sub('ticker', 'NO-SUCH')]);
    await run(3_600_000);
    expect([sockets.length, session.status.phase]).toEqual([1, 'refused']);
    session.want([sub('ticker', 'NO-SUCH'), sub('ticker')]);
    await run();
    at('public').accept();
    expect(said(at('public'))).toEqual([['subscribe', 'tickers BTC-USDT']]);
    expect(session.status).toMatchObject({ phase: 'live' });
  });

  it('O4: what a venue says at great length is cut', () => {
    const { session, at, problems } = setUp();
    session.want([sub('ticker')]);
    session.start();
    at('public').accept();
    const long = 'x'.repeat(100_000);
    at('public').say({ event: 'error', code: long, msg: long });
    at('public').say({ event: long });
    expect(JSON.stringify([problems(), session.stats()]).length).toBeLessThan(4_000);
  });

  it('O4: too many connections of a channel are told', () => {
    const { session, at, problems } = setUp();
    session.want([sub('ticker')]);
    session.start();
    at('public').accept();
    at('public').say({ event: 'channel-conn-count', channel: 'tickers', connCount: '2', connId: 'a' });
    expect(problems()).toEqual([]);
    at('public').say({ event: 'channel-conn-count-error', channel: 'tickers', connCount: '20', connId: 'a' });
    expect(problems()).toMatchObject([{ code: 'subscription_refused', venueCode: 'channel-conn-count-error' }]);
  });

  it('drops a connection on which a subscription gets no answer at all', async () => {
    const { session, at, run, problems } = setUp();
    session.want([sub('ticker')]);
    session.start();
    at('public').accept();
    await run(10_000);
    expect(problems()).toMatchObject([{ code: 'timeout' }]);
    expect(session.status).toMatchObject({ phase: 'waiting', attempt: 1 });
    await run(5_000);
    at('public').accept();
    expect(said(at('public'))).toEqual([['subscribe', 'tickers BTC-USDT']]);
  });

  it('gives only the wanted out of all the instruments the venue lists', () => {
    const { session, at, events } = setUp();
    session.want([sub('market'), sub('market', 'ETH-USDT')]);
    session.start();
    at('public').accept();
    expect(said(at('public'))).toEqual([['subscribe', 'instruments SPOT']]);
    const row = (instId: string) => ({
      instType: 'SPOT',
      instId,
      tickSz: '0.1',
      lotSz: '1',
      minSz: '1',
      state: 'live',
    });
    const data = ['ADA-USDT', 'ETH-USDT', 'BTC-USDT'].map(row);
    at('public').say({ arg: { channel: 'instruments', instType: 'SPOT' }, data });
    const symbols = events.flatMap((event) =>
      event.type === 'instruments' ? event.instruments.map(({ symbol }) => symbol) : [],
    );
    expect(symbols).toEqual(['ETH-USDT', 'BTC-USDT']);
  });
});

describe('resync', () => {
  async function withBook() {
    const all = setUp();
    all.session.want([sub('book'), sub('ticker')]);
    all.session.start();
    all.at('public').accept();
    acknowledge(all.at('public'));
    await all.run();
    return all;
  }

  it('O12: unsubscribe, wait for the answer, subscribe, drop updates until the snapshot, count', async () => {
    const { session, at, run, standings, events } = await withBook();
    const socket = at('public');
    book(socket, 'BTC-USDT', 99, 100);
    await run();
    expect(said(socket).slice(1)).toEqual([['unsubscribe', 'books BTC-USDT']]);
    const before = events.length;
    book(socket, 'BTC-USDT', 100, 101);
    expect(events).toHaveLength(before);
    acknowledge(socket);
    expect(said(socket).slice(2)).toEqual([['subscribe', 'books BTC-USDT']]);
    acknowledge(socket);
    expect(standings()).toEqual(['verified', 'resyncing', 'verified']);
    expect(session.stats()[0]).toMatchObject({ resyncs: 1, subscriptions: 2 });
    expect(session.status.phase).toBe('live');
  });

  it('O5: a book that keeps failing waits longer each time and stays far below the budget of an hour', async () => {
    const { at, run } = await withBook();
    const socket = at('public');
    for (let second = 0; second < 3_600; second += 1) {
      acknowledge(socket);
      book(socket, 'BTC-USDT', 99, 100);
      await run(1_000);
    }
    const count = requests(socket).length;
    expect(count).toBeGreaterThan(60);
    expect(count).toBeLessThan(200);
  });

  it('O5, O13: so does one whose snapshot is wrong every time', async () => {
    const { session, at, run, timers } = setUp();
    session.want([sub('book')]);
    session.start();
    const socket = at('public').accept();
    for (let second = 0; second < 3_600; second += 1) {
      const wasAsked = requests(socket).at(-1)?.op === 'subscribe' && (answered.get(socket) ?? 0) < socket.sent.length;
      acknowledge(socket, { withBooks: false });
      if (wasAsked) book(socket, 'BTC-USDT', -1, 10, 'x');
      socket.say('pong');
      await run(1_000);
    }
    expect(requests(socket).length).toBeGreaterThan(60);
    expect(requests(socket).length).toBeLessThan(200);
    session.close();
    expect(timers.size).toBe(0);
  });

  it('O12: a book whose snapshot does not come starts anew', async () => {
    const { session, at, run } = setUp();
    session.want([sub('book')]);
    session.start();
    const socket = at('public').accept();
    acknowledge(socket, { withBooks: false });
    await run(10_000);
    expect(said(socket)).toEqual([
      ['subscribe', 'books BTC-USDT'],
      ['unsubscribe', 'books BTC-USDT'],
    ]);
    acknowledge(socket);
    acknowledge(socket);
    expect(session.stats()[0]).toMatchObject({ resyncs: 1 });
    await run(60_000 / 3);
    expect(requests(socket)).toHaveLength(3);
  });
});

describe('connections', () => {
  it('O7: after a cut everything is subscribed again, and books are stale in between', async () => {
    const { session, at, run, standings, timers, sockets } = setUp();
    session.want([sub('book'), sub('candle_1m')]);
    session.start();
    at('public').accept();
    at('business').accept();
    acknowledge(at('public'));
    acknowledge(at('business'));
    at('public').end(4004, 'idle');
    expect(session.status).toMatchObject({ phase: 'waiting', attempt: 1, retryAt: timers.now() + 5_000 });
    expect(session.status).toMatchObject({ reason: expect.stringContaining('4004') });
    await run(5_000);
    expect(sockets).toHaveLength(3);
    at('public').accept();
    acknowledge(at('public'));
    expect(standings()).toEqual(['verified', 'stale', 'verified']);
    expect(session.status).toEqual({ phase: 'live', silentSince: null });
    expect(session.stats().map(({ name, reconnects }) => [name, reconnects])).toEqual([
      ['public', 1],
      ['business', 0],
    ]);
  });

  it('O6: text ping after 25 s of silence, lost without an answer in 5 s', async () => {
    const { session, at, run } = setUp();
    session.want([sub('ticker')]);
    session.start();
    const socket = at('public').accept();
    acknowledge(socket);
    await run(25_000);
    expect(socket.sent.at(-1)).toBe('ping');
    socket.say('pong');
    await run(25_000);
    expect(socket.sent.at(-1)).toBe('ping');
    await run(5_000);
    expect(session.status.phase).toBe('waiting');
  });

  it('reconnect drops everything and connects at once, also what had been refused', async () => {
    const { session, at, run, sockets, standings } = setUp();
    session.want([sub('book'), sub('ticker', 'NO-SUCH')]);
    session.start();
    const old = at('public').accept();
    acknowledge(old);
    old.say({ event: 'error', code: '60018', msg: 'tickers NO-SUCH' });
    session.reconnect();
    await run();
    expect(old.isClosed).toBe(true);
    expect(standings()).toEqual(['verified', 'stale']);
    at('public').accept();
    expect(said(at('public'))).toEqual([['subscribe', 'books BTC-USDT', 'tickers NO-SUCH']]);
    expect(sockets).toHaveLength(2);
  });

  it('close is for good: nothing is emitted, nothing left in timers', async () => {
    const { session, at, run, events, timers, statuses } = setUp({ credentials: KEYS });
    session.want([sub('book'), sub('candle_1m'), sub('account', '')]);
    session.start();
    await run(2_000);
    at('public').accept();
    at('business').accept();
    at('private').accept();
    session.close();
    expect(timers.size).toBe(0);
    const before = events.length;
    trade(at('public'), '1');
    session.want([sub('ticker')]);
    session.reconnect();
    session.start();
    await run(60_000);
    expect(events).toHaveLength(before);
    expect(statuses.at(-1)).toEqual({ phase: 'closed' });
    expect(timers.size).toBe(0);
  });

  it('says which frames were unusable, and goes on', () => {
    const { session, at, problems } = setUp();
    session.want([sub('trades')]);
    session.start();
    at('public').accept();
    at('public').say('garbage');
    at('public').say('pong');
    trade(at('public'), '1');
    expect(problems()).toMatchObject([{ code: 'bad_frame' }]);
    const [stats] = session.stats();
    expect(stats).toMatchObject({ state: 'live', messages: 3, dropped: 1, byType: { trades: { count: 1 } } });
  });
});

describe('O4: notice 64008', () => {
  const notice = { event: 'notice', code: '64008', msg: 'The connection will soon be closed', connId: 'a' };

  async function announced() {
    const all = setUp();
    all.session.want([sub('book'), sub('trades')]);
    all.session.start();
    const old = all.at('public').accept();
    acknowledge(old);
    trade(old, '1');
    old.say(notice);
    await all.run();
    return { ...all, old, next: all.at('public') };
  }

  it('the replacement opens first, each subscription switches when it has spoken, then the old one is let go', async () => {
    const { session, old, next, events, standings, sockets, statuses } = await announced();
    expect(next).not.toBe(old);
    trade(old, '2', '2');
    next.accept();
    trade(old, '3', '3');
    expect(old.isClosed).toBe(false);
    // Both bring a trade; it is told once.
    trade(next, '3', '3');
    trade(old, '4', '4');
    trade(next, '4', '4');
    acknowledge(next, { withBooks: false });
    book(old, 'BTC-USDT', 10, 11, '2');
    expect(old.isClosed).toBe(false);
    book(next, 'BTC-USDT', -1, 50, '3');
    expect(old.isClosed).toBe(true);
    book(next, 'BTC-USDT', 50, 51, '4');
    const trades = events.flatMap((event) => (event.type === 'trade' ? [event.trade.id] : []));
    expect(trades).toEqual(['1', '2', '3', '4']);
    // Never stale in between, never a resync.
    expect(standings()).toEqual(['verified']);
    expect(statuses.map(({ phase }) => phase)).toEqual(['connecting', 'live']);
    expect(session.stats()).toMatchObject([{ name: 'public', state: 'live', resyncs: 0 }]);
    expect(sockets).toHaveLength(2);
  });

  it('what has switched no longer hears the old one, nor suffers from its end', async () => {
    const { session, at, run, standings, events } = setUp();
    session.want([sub('book'), sub('book', 'ETH-USDT')]);
    session.start();
    const old = at('public').accept();
    acknowledge(old);
    old.say(notice);
    await run();
    const next = at('public').accept();
    acknowledge(next, { withBooks: false });
    book(next, 'BTC-USDT', -1, 50, '3');
    const before = events.length;
    book(old, 'BTC-USDT', 10, 11, '2');
    expect(events).toHaveLength(before);
    book(old, 'ETH-USDT', 10, 11, '2');
    expect(events).toHaveLength(before + 1);
    old.end(1001, 'bye');
    const stale = events.flatMap((event) =>
      event.type === 'book_state' && event.state.trust === 'stale' ? [event.symbol] : [],
    );
    expect(stale).toEqual(['ETH-USDT']);
    book(next, 'ETH-USDT', -1, 60);
    expect(standings()).toEqual(['verified', 'verified', 'stale', 'verified']);
    expect(session.stats()).toMatchObject([{ state: 'live', resyncs: 0, reconnects: 1 }]);
  });

  it('is used as it is when the server closes too early', async () => {
    const { session, old, next, standings, run, sockets, statuses } = await announced();
    next.accept();
    old.end(1001, 'bye');
    expect(statuses.map(({ phase }) => phase)).toEqual(['connecting', 'live']);
    expect(standings()).toEqual(['verified', 'stale']);
    acknowledge(next);
    expect(standings()).toEqual(['verified', 'stale', 'verified']);
    await run(8_000);
    expect(sockets).toHaveLength(2);
    expect(session.status.phase).toBe('live');
  });

  it('a replacement that does not open tries again while the old one goes on', async () => {
    const { session, old, next, run, sockets, events, at } = await announced();
    next.end(1006);
    trade(old, '2', '2');
    expect(session.status.phase).toBe('live');
    await run(5_000);
    expect(sockets).toHaveLength(3);
    acknowledge(at('public').accept());
    trade(at('public'), '3', '3');
    expect(old.isClosed).toBe(true);
    expect(events.filter(({ type }) => type === 'trade')).toHaveLength(3);
  });
});

describe('login', () => {
  async function withAccount(more: readonly Subscription[] = []) {
    const all = setUp({ credentials: KEYS });
    all.session.want([sub('account', ''), ...more]);
    all.session.start();
    await all.run(2_000);
    return all;
  }

  it('O8: logs in with the signed time in seconds, then subscribes to the private channels', async () => {
    const { at, taps, statuses } = await withAccount();
    const socket = at('private').accept();
    const [login] = requests(socket);
    expect(login).toEqual({
      op: 'login',
      args: [{ apiKey: 'the-key', passphrase: 'the-phrase', timestamp: '1700000002', sign: SIGN }],
    });
    expect(requests(socket)).toHaveLength(1);
    acknowledge(socket);
    expect(said(socket)[1]).toEqual(['subscribe', 'account', 'positions ANY', 'orders ANY']);
    acknowledge(socket);
    const business = at('business').accept();
    acknowledge(business);
    expect(said(business)[1]).toEqual(['subscribe', 'grid-orders-spot SPOT']);
    acknowledge(business);
    expect(statuses.at(-1)).toEqual({ phase: 'live', silentSince: null });
    // The flight recorder never gets them.
    const recorded = JSON.stringify(taps);
    for (const secret of [...Object.values(KEYS), SIGN, 'login']) expect(recorded).not.toContain(secret);
    expect(taps.filter(({ dir }) => dir === 'in').length).toBeGreaterThan(0);
  });

  it('O7: logs in again before the private channels after a cut', async () => {
    const { at, run } = await withAccount();
    acknowledge(at('private').accept());
    at('private').end(4006);
    await run(5_000);
    const socket = at('private').accept();
    expect(said(socket)).toMatchObject([['login', '']]);
    acknowledge(socket);
    expect(said(socket)[1]?.[0]).toBe('subscribe');
  });

  it('after a cut the account is what it then tells', async () => {
    const { at, run, events } = await withAccount();
    const arg = { channel: 'positions', instType: 'ANY' };
    const say = (posId: string) =>
      at('private').say({ arg, data: [{ posId, instId: posId, posSide: 'net', pos: '1', avgPx: '1' }] });
    for (const posId of ['A-B-SWAP', 'C-D-SWAP']) {
      acknowledge(at('private').accept());
      acknowledge(at('private'));
      say(posId);
      at('private').end(4006);
      await run(10_000);
    }
    const symbols = events.flatMap((event) =>
      event.type === 'account' && event.event.type === 'positions'
        ? [event.event.positions.map(({ symbol }) => symbol)]
        : [],
    );
    expect(symbols).toEqual([['A-B-SWAP'], ['C-D-SWAP']]);
  });

  it.each(['60004', '60005', '60006', '60007', '60009', '60011', '60024', '60032'])(
    'O8: %s is refused and not tried again; public data goes on',
    async (code) => {
      const { at, run, problems, session, sockets } = await withAccount([sub('ticker')]);
      acknowledge(at('public').accept());
      for (const line of ['private', 'business']) {
        at(line).accept().say({ event: 'error', code, msg: 'Invalid', connId: 'a' });
        expect(at(line).isClosed).toBe(true);
      }
      expect(problems()).toMatchObject([
        { code: 'login_refused', venueCode: code },
        { code: 'login_refused', venueCode: code },
      ]);
      expect(JSON.stringify(problems())).not.toContain('the-');
      const before = sockets.length;
      for (let i = 0; i < 40; i += 1) {
        at('public').say('pong');
        await run(3_000);
      }
      expect(sockets).toHaveLength(before);
      expect(session.status.phase).toBe('live');
      session.want([sub('account', '')]);
      await run(31_000);
      expect(session.status.phase).toBe('refused');
      session.reconnect();
      expect(sockets.length).toBeGreaterThan(before);
    },
  );

  it('O7: a close with 4001 while logging in is a refusal, too', async () => {
    const { at, run, problems, sockets, session } = await withAccount();
    at('private').accept().end(4001, 'Login failed');
    at('business').accept().end(4001, 'Login failed');
    expect(problems()).toMatchObject([{ code: 'login_refused' }, { code: 'login_refused' }]);
    expect(session.status.phase).toBe('refused');
    await run(120_000);
    expect(sockets).toHaveLength(2);
  });

  it('a refused login leaves the candles of the same line alone', async () => {
    const { at, problems } = await withAccount([sub('candle_1m')]);
    const socket = at('business').accept();
    expect(said(socket)).toMatchObject([
      ['login', ''],
      ['subscribe', 'candle1m BTC-USDT'],
    ]);
    socket.say({ event: 'error', code: '60024', msg: 'Wrong passphrase' });
    expect(problems()).toHaveLength(1);
    expect(socket.isClosed).toBe(false);
  });

  it('drops a connection whose login gets no answer', async () => {
    const { at, run, problems, session } = await withAccount();
    at('private').accept();
    await run(10_000);
    expect(problems()).toMatchObject([{ code: 'timeout' }]);
    expect(session.status.phase).toBe('waiting');
  });
});

describe('O5: limits', () => {
  it('no more than 480 requests an hour a connection and 3 connects a second, whatever is wanted and cut', async () => {
    const step = fc.record({
      wait: fc.integer({ min: 0, max: 4_000 }),
      act: fc.constantFrom('want', 'want', 'want', 'want', 'gap', 'cut', 'reconnect'),
      symbols: fc.subarray(['A-B', 'C-D', 'E-F', 'G-H']),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 100, maxLength: 300 }), async (steps) => {
        const { session, sockets, run, timers } = setUp();
        const start = timers.now();
        session.start();
        const times = new Map<FakeSocket, number[]>();
        const settle = () => {
          for (const socket of sockets) {
            if (!socket.isOpen && !socket.isClosed && !times.has(socket)) {
              times.set(socket, []);
              socket.accept();
            }
            if (!socket.isOpen) continue;
            const seen = times.get(socket) ?? [];
            while (seen.length < requests(socket).length) seen.push(timers.now());
            acknowledge(socket);
          }
        };
        for (const { wait, act, symbols } of steps) {
          const open = sockets.findLast(({ isOpen }) => isOpen);
          if (act === 'want')
            session.want(symbols.flatMap((symbol) => [sub('book', symbol), sub('candle_1m', symbol)]));
          else if (act === 'reconnect') session.reconnect();
          else if (act === 'cut') open?.end(1006);
          else if (open) book(open, 'A-B', 7_777, 7_778);
          settle();
          await run(wait);
          settle();
        }
        const within = (list: readonly number[], ms: number) =>
          Math.max(0, ...list.map((from) => list.filter((time) => time >= from && time < from + ms).length));
        expect(
          within(
            sockets.map(({ openedAt }) => openedAt),
            1_000,
          ),
        ).toBeLessThanOrEqual(3);
        for (const list of times.values()) expect(within(list, 3_600_000)).toBeLessThanOrEqual(480);
        session.close();
        expect(timers.size).toBe(0);
        expect(timers.now()).toBeGreaterThanOrEqual(start);
      }),
      { numRuns: 30 },
    );
  });

  it('an hour of switching ten times a second stays below 480, and the last wish is met within seconds', async () => {
    const { session, at, run } = setUp();
    session.start();
    session.want([sub('ticker', 'S0-X')]);
    const socket = at('public').accept();
    for (let i = 0; i < 3_600; i += 1) {
      for (let j = 0; j < 10; j += 1) session.want([sub('ticker', `S${(i + j) % 7}-X`)]);
      acknowledge(socket);
      await run(1_000);
      acknowledge(socket);
    }
    expect(requests(socket).length).toBeLessThanOrEqual(480);
    session.want([sub('ticker', 'LAST-X')]);
    await run(9_000);
    expect(said(socket).some((names) => names.includes('tickers LAST-X'))).toBe(true);
  });
});
