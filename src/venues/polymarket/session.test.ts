import { describe, expect, it } from 'vitest';
import type { BookSnapshot } from '#domain/market-data.ts';
import { seededRandom } from '#domain/random.ts';
import { createSocketPair } from '#testing/socket-pair.ts';
import { PolymarketServer, type PolymarketServerOptions } from '#testing/venues/polymarket-server.ts';
import { QUESTIONS } from '#testing/venues/polymarket-questions.ts';
import { openSocketOver } from '#testing/venues/venue-network.ts';
import { VirtualTimers } from '#testing/virtual-timers.ts';
import type { RawFrame, SessionStatus, Subscription, VenueEvent, VenueSocket } from '../venue.ts';
import { createPolymarketSession, type PolymarketSessionOptions } from './session.ts';

const KEYS = { apiKey: 'key-of-ours', secret: 'secret-of-ours', passphrase: 'phrase-of-ours' };
const ACCOUNT: readonly Subscription[] = [{ feed: 'account', symbol: '' }];
const books = (...symbols: readonly string[]): Subscription[] => symbols.map((symbol) => ({ feed: 'book', symbol }));
const [YES = '', NO = ''] = QUESTIONS[0]?.tokens ?? [];
const [OTHER = ''] = QUESTIONS[1]?.tokens ?? [];

type CheckBook = (symbol: string) => Promise<BookSnapshot>;
interface Given {
  readonly options?: Partial<PolymarketSessionOptions>;
  readonly checkBook?: CheckBook;
}

/** What a session does and says, whatever it talks to. */
function observe(timers: VirtualTimers, openSocket: (url: string) => VenueSocket, { options, checkBook }: Given) {
  const events: VenueEvent[] = [];
  const statuses: SessionStatus[] = [];
  const taps: RawFrame[] = [];
  const session = createPolymarketSession(
    { url: 'wss://venue.test', venue: 'p.polymarket', instruments: [], ...options },
    {
      timers,
      random: seededRandom(7),
      openSocket,
      emit: (batch) => events.push(...batch),
      onStatus: (status) => statuses.push(status),
      tap: (frame) => taps.push(frame),
      ...(checkBook && { checkBook }),
    },
  );
  const trusts = (symbol: string) =>
    events.flatMap((event) => (event.type === 'book_state' && event.symbol === symbol ? [event.state.trust] : []));
  const problems = () => events.flatMap((event) => (event.type === 'problem' ? [event.problem] : []));
  return { session, events, statuses, taps, trusts, problems };
}

/** A socket whose other end is the test. */
class FakeSocket implements VenueSocket {
  onopen: VenueSocket['onopen'] = null;
  onmessage: VenueSocket['onmessage'] = null;
  onclose: VenueSocket['onclose'] = null;
  onerror: VenueSocket['onerror'] = null;
  readonly url: string;
  readonly sent: string[] = [];
  isClosed = false;

  constructor(url: string) {
    this.url = url;
  }

  send(text: string): void {
    this.sent.push(text);
  }

  close(): void {
    this.isClosed = true;
  }

  say(frame: unknown): void {
    this.onmessage?.({ data: typeof frame === 'string' ? frame : JSON.stringify(frame) });
  }

  end(code = 1006, reason = ''): void {
    this.onclose?.({ code, reason });
  }

  /** All but the heartbeat. */
  get frames(): readonly unknown[] {
    return this.sent.filter((text) => text !== 'PING').map((text): unknown => JSON.parse(text));
  }
}

function scripted(given: Given = {}) {
  const timers = new VirtualTimers();
  const sockets: FakeSocket[] = [];
  const seen = observe(
    timers,
    (url) => {
      const socket = new FakeSocket(url);
      sockets.push(socket);
      return socket;
    },
    given,
  );
  const socket = (nth = sockets.length - 1) => {
    const found = sockets[nth];
    if (!found) throw new Error(`no socket ${nth}`);
    return found;
  };
  /** PONG and nothing else, for so long. */
  const answering = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 1_000) {
      await timers.advance(1_000);
      const last = socket();
      if (last.sent.at(-1) === 'PING') last.say('PONG');
    }
  };
  return { ...seen, timers, sockets, socket, answering };
}

function served(given: Given = {}, server: Partial<PolymarketServerOptions> = {}) {
  const timers = new VirtualTimers();
  const network = createSocketPair(seededRandom(1), timers);
  const venue = new PolymarketServer({ timers, keys: [KEYS], ...server });
  network.onConnection = (socket) => venue.accept(socket);
  return { ...observe(timers, openSocketOver(network), given), timers, venue };
}

const snapshot = (symbol: string, fields: object = {}) => ({
  event_type: 'book',
  market: '0x1',
  asset_id: symbol,
  timestamp: '1700000000000',
  bids: [{ price: '0.4', size: '1' }],
  asks: [{ price: '0.6', size: '1' }],
  ...fields,
});
const wrongChange = (symbol: string) => ({
  event_type: 'price_change',
  market: '0x1',
  timestamp: '1700000000001',
  price_changes: [{ asset_id: symbol, price: '0.3', size: '1', side: 'BUY', best_bid: '0.5', best_ask: '0.6' }],
});
const subscribe = (...assets_ids: string[]) => ({ operation: 'subscribe', assets_ids });
const unsubscribe = (...assets_ids: string[]) => ({ operation: 'unsubscribe', assets_ids });
const first = (...assets_ids: string[]) => ({
  type: 'market',
  assets_ids,
  custom_feature_enabled: true,
  initial_dump: true,
  level: 2,
});

describe('subscriptions', () => {
  it('M1, M2: the first frame and later ones, each id once, whatever feeds it is wanted for', () => {
    const { session, socket, sockets } = scripted();
    session.want([...books('1', '2'), { feed: 'trades', symbol: '1' }, { feed: 'candle_1m', symbol: '2' }]);
    session.start();
    expect(socket().url).toBe('wss://venue.test/ws/market');
    socket().onopen?.();
    session.want(books('2', '3', '4'));
    session.want(books('2', '3', '4'));
    expect(socket().frames).toEqual([first('1', '2'), unsubscribe('1'), subscribe('3', '4')]);
    expect(socket().sent[0]).toBe(
      '{"type":"market","assets_ids":["1","2"],"custom_feature_enabled":true,"initial_dump":true,"level":2}',
    );
    expect(sockets).toHaveLength(1);
  });

  it('M2: at most 100 ids a frame and 200 a connection', () => {
    const { session, sockets } = scripted();
    const ids = Array.from({ length: 450 }, (_, i) => String(i));
    session.want(books(...ids));
    session.start();
    for (const socket of sockets) socket.onopen?.();
    const sizes = sockets.map(({ frames }) =>
      frames.map((frame) => (frame as { assets_ids: string[] }).assets_ids.length),
    );
    expect(sizes).toEqual([[100, 100], [100, 100], [50]]);
    expect(session.stats().map(({ name, subscriptions }) => [name, subscriptions])).toEqual([
      ['market-1', 200],
      ['market-2', 200],
      ['market-3', 50],
    ]);
    // Room that is left is used before another connection.
    session.want(books(...ids.slice(3), 'a', 'b', 'c'));
    expect(sockets).toHaveLength(3);
    expect(sockets[0]?.frames.slice(2)).toEqual([unsubscribe('0', '1', '2'), subscribe('a', 'b', 'c')]);
  });

  it('connects when there is something to ask for, and lets go when there is nothing any more', () => {
    const { session, sockets, socket } = scripted();
    session.start();
    expect([sockets.length, session.status]).toEqual([0, { phase: 'idle' }]);
    session.want(books('1'));
    socket().onopen?.();
    session.want([]);
    expect([socket().isClosed, session.status]).toEqual([true, { phase: 'idle' }]);
    session.want(books('2'));
    socket().onopen?.();
    expect(socket().frames).toEqual([first('2')]);
  });
});

describe('the connection', () => {
  it('M3: no PING before the first subscription, then one every 10 s', async () => {
    const { session, socket, answering } = scripted();
    session.want(books('1'));
    session.start();
    socket().onopen?.();
    expect(socket().sent[0]).toContain('"type":"market"');
    socket().say('PONG');
    await answering(30_000);
    expect(socket().sent.filter((text) => text === 'PING').length).toBeGreaterThanOrEqual(3);
    expect(socket().isClosed).toBe(false);
  });

  it('M3: no PONG in 10 s: reconnects after 5 s, then exponentially with jitter, everything again as a first frame', async () => {
    const { session, sockets, socket, timers, statuses, trusts } = scripted();
    session.want(books('1', '2'));
    session.start();
    socket().onopen?.();
    socket().say([snapshot('1')]);
    await timers.advance(9_999);
    expect(session.status.phase).toBe('live');
    await timers.advance(1);
    expect(session.status).toMatchObject({ phase: 'waiting', attempt: 1, retryAt: timers.now() + 5_000 });
    expect(trusts('1')).toEqual(['unverified', 'stale']);
    await timers.advance(5_000);
    expect(sockets).toHaveLength(2);
    socket().end();
    const second = session.status.phase === 'waiting' ? session.status.retryAt - timers.now() : 0;
    expect(second).toBeGreaterThanOrEqual(5_000);
    expect(second).toBeLessThanOrEqual(10_000);
    await timers.advance(second);
    socket().onopen?.();
    expect(socket().frames).toEqual([first('1', '2')]);
    socket().say([snapshot('1')]);
    expect(trusts('1').at(-1)).toBe('unverified');
    expect(statuses.at(-1)).toEqual({ phase: 'live', silentSince: null });
  });

  it('reconnects at once when told to, and says nothing after close', async () => {
    const { session, sockets, socket, timers, events, statuses } = scripted();
    session.want(books('1'));
    session.start();
    socket().onopen?.();
    session.reconnect();
    expect(sockets).toHaveLength(2);
    socket().onopen?.();
    const old = socket();
    session.close();
    const told = [events.length, statuses.length];
    old.say([snapshot('1')]);
    old.end();
    session.want(books('1', '2'));
    session.reconnect();
    await timers.advance(600_000);
    expect([events.length, statuses.length]).toEqual(told);
    expect([session.status, sockets.length, timers.size]).toEqual([{ phase: 'closed' }, 2, 0]);
  });
});

describe('resyncs', () => {
  async function live() {
    const world = scripted();
    world.session.want(books('1', '2'));
    world.session.start();
    world.socket().onopen?.();
    world.socket().say([snapshot('1'), snapshot('2')]);
    await world.answering(6_000);
    return world;
  }

  it('M2, M7: a wrong book is asked for anew, which is unsubscribe and subscribe', async () => {
    const { socket, trusts, session } = await live();
    socket().say(wrongChange('1'));
    expect(socket().frames.slice(1)).toEqual([unsubscribe('1'), subscribe('1')]);
    socket().say(snapshot('1'));
    expect(trusts('1')).toEqual(['unverified', 'resyncing', 'unverified']);
    expect(session.stats()[0]).toMatchObject({ resyncs: 1 });
  });

  it('M7: the complementary token, which nobody wants, is neither told of nor asked for', async () => {
    const { socket, events } = await live();
    const told = events.length;
    socket().say(wrongChange('3'));
    expect([events.length - told, socket().frames.length]).toEqual([0, 1]);
  });

  it('M7: one that stays wrong is asked for at most every 5 s', async () => {
    const { socket, answering } = await live();
    for (let i = 0; i < 10; i += 1) {
      socket().say(wrongChange('1'));
      socket().say(snapshot('1'));
      await answering(1_000);
    }
    expect(socket().frames.slice(1).length).toBeLessThanOrEqual(3 * 2);
  });

  it('M4: an outcome nothing comes for is asked for three times, and told', async () => {
    const { session, socket, answering, problems } = scripted();
    session.want(books('closed'));
    session.start();
    socket().onopen?.();
    socket().say('[]');
    await answering(20_000);
    expect(socket().frames).toHaveLength(1 + 2 * 2);
    expect(problems()).toMatchObject([{ code: 'timeout', symbol: 'closed', feed: 'book' }]);
  });

  it('M7: changes without ever a snapshot: the connection is replaced', async () => {
    const { sockets, answering, socket } = await live();
    socket().say(wrongChange('1'));
    await answering(20_000);
    expect(sockets).toHaveLength(2);
  });
});

describe('silence', () => {
  it('M4, M5: a clock that was set back puts off neither the alarm nor the next request for a snapshot', async () => {
    const { session, timers, socket, answering } = scripted();
    session.want(books(YES));
    session.start();
    socket().onopen?.();
    timers.setBack(3_600_000);
    await answering(16_000);
    expect(socket().frames).toHaveLength(1 + 2 * 2);
    await answering(50_000);
    expect(session.status).toMatchObject({ phase: 'live', silentSince: expect.any(Number) });
    await answering(120_000);
    expect(socket(0).isClosed).toBe(true);
  });

  it('M5: alarms after 30 s though PONG comes; data ends it', async () => {
    const { session, socket, answering, timers } = scripted();
    session.want(books('1'));
    session.start();
    socket().onopen?.();
    await answering(1_000);
    socket().say([snapshot('1')]);
    const since = timers.now();
    await answering(29_000);
    expect(session.status).toEqual({ phase: 'live', silentSince: null });
    await answering(1_000);
    expect(session.status).toEqual({ phase: 'live', silentSince: since });
    socket().say(snapshot('1'));
    expect(session.status).toEqual({ phase: 'live', silentSince: null });
  });

  it('M5: after 120 s the connection is replaced', async () => {
    const { session, sockets, socket, answering, taps } = scripted();
    session.want(books('1'));
    session.start();
    socket().onopen?.();
    socket().say([snapshot('1')]);
    await answering(119_000);
    expect(sockets).toHaveLength(1);
    await answering(1_000);
    expect(sockets).toHaveLength(2);
    socket().onopen?.();
    expect(socket().frames).toEqual([first('1')]);
    expect(taps.filter(({ frame, dir }) => dir === 'out' && frame.startsWith('{"type":"market"'))).toHaveLength(2);
  });

  const restBook = (bid: string, ts: number): BookSnapshot => ({
    ts,
    bids: [[bid, '1']],
    asks: [['0.6', '1']],
    seq: 0,
  });

  it.each([
    ['the same book: nothing is done', async () => restBook('0.4', 1_700_000_000_000), 1],
    ['another, newer book: replaced', async () => restBook('0.5', 1_700_000_000_001), 2],
    ['an older book: nothing is done', async () => restBook('0.5', 1_699_999_999_999), 1],
    ['no answer: replaced', () => Promise.reject(new Error('unreachable')), 2],
  ] satisfies readonly (readonly [string, CheckBook, number])[])(
    'M5: after 120 s of silence REST has %s',
    async (_, checkBook, connections) => {
      const { session, sockets, socket, answering } = scripted({ checkBook });
      session.want(books('1'));
      session.start();
      socket().onopen?.();
      socket().say([snapshot('1')]);
      await answering(125_000);
      expect(sockets).toHaveLength(connections);
      expect(session.status.phase).toBe(connections === 1 ? 'live' : 'connecting');
    },
  );
});

it('M4, M7: a token with changes and never a snapshot has its connection replaced once, not for ever', async () => {
  const { session, sockets, socket, timers, problems } = scripted();
  session.want(books(YES, NO));
  session.start();
  const change = { asset_id: YES, price: '0.5', size: '1', side: 'BUY', best_bid: '0.5', best_ask: '' };
  const talk = async () => {
    socket().onopen?.();
    for (let i = 0; i < 60; i += 1) {
      if (socket().sent.at(-1) === 'PING') socket().say('PONG');
      socket().say({ event_type: 'price_change', market: '0x1', timestamp: '1', price_changes: [change] });
      socket().say([{ event_type: 'book', asset_id: NO, market: '0x1', timestamp: '1', hash: '', bids: [], asks: [] }]);
      const before = sockets.length;
      await timers.advance(1_000);
      if (sockets.length > before) return true;
    }
    return false;
  };
  expect([await talk(), await talk()]).toEqual([true, false]);
  expect(problems().filter(({ symbol }) => symbol === YES).length).toBeGreaterThan(1);
});

describe('the user channel', () => {
  const given: Given = { options: { credentials: KEYS } };

  it('M12: says who it is with the first frame, to nobody else, for all markets or those named', () => {
    const { session, socket, taps } = scripted({ options: { credentials: KEYS, markets: ['0x1'] } });
    session.want(ACCOUNT);
    session.start();
    expect(socket().url).toBe('wss://venue.test/ws/user');
    socket().onopen?.();
    socket().say({ event_type: 'order', owner: KEYS.apiKey });
    expect(socket().frames).toEqual([{ type: 'user', markets: ['0x1'], auth: KEYS }]);
    expect(socket().sent[1]).toBe('PING');
    expect(taps).toEqual([]);
  });

  it.each([
    ['1008', (socket: FakeSocket) => socket.end(1008, `no such key ${KEYS.apiKey}`)],
    ['an error in words', (socket: FakeSocket) => socket.say({ error: `invalid api key ${KEYS.apiKey}` })],
  ])('M12: credentials refused by %s are shown, not retried, and not repeated in words', async (_, refuse) => {
    const { session, sockets, socket, timers, problems } = scripted(given);
    session.want(ACCOUNT);
    session.start();
    socket().onopen?.();
    refuse(socket());
    expect(session.status).toMatchObject({ phase: 'refused', reason: expect.stringContaining('key …') });
    expect(problems()).toMatchObject([{ code: 'login_refused' }]);
    await timers.advance(600_000);
    expect([sockets.length, timers.size]).toEqual([1, 0]);
    session.reconnect();
    socket().onopen?.();
    expect(session.status).toEqual({ phase: 'live', silentSince: null });
  });

  it('M12: three silent closes right after the credentials are a refusal; closes of a session that went well are not', async () => {
    const { session, sockets, socket, timers, answering } = scripted(given);
    session.want(ACCOUNT);
    session.start();
    socket().onopen?.();
    await answering(20_000);
    for (let i = 0; i < 3; i += 1) {
      socket().end();
      await timers.advance(session.status.phase === 'waiting' ? session.status.retryAt - timers.now() : 0);
      expect(session.status.phase).toBe('connecting');
      socket().onopen?.();
    }
    socket().end();
    expect(session.status.phase).toBe('refused');
    expect(sockets).toHaveLength(4);
    await timers.advance(3_599_999);
    expect(sockets).toHaveLength(4);
    // Nobody said that they were refused: one try an hour, and no lock-out by a bad network.
    await timers.advance(1);
    expect(sockets).toHaveLength(5);
    socket().onopen?.();
    socket().end();
    expect([session.status.phase, sockets.length]).toEqual(['refused', 5]);
    await timers.advance(3_600_000);
    socket().onopen?.();
    await answering(20_000);
    expect(session.status).toEqual({ phase: 'live', silentSince: null });
    socket().end();
    expect(session.status.phase).toBe('waiting');
  });

  it('M12: a network that fails in between makes no refusal; what is closed for good has no further try', async () => {
    const { session, socket, timers } = scripted(given);
    session.want(ACCOUNT);
    session.start();
    const wait = () => timers.advance(session.status.phase === 'waiting' ? session.status.retryAt - timers.now() : 0);
    for (let i = 0; i < 10; i += 1) {
      socket().onopen?.();
      socket().end();
      await wait();
      if (i % 2 === 0) continue;
      socket().end();
      expect(session.status.phase).toBe('waiting');
      await wait();
    }
    for (let i = 0; i < 3; i += 1) {
      socket().onopen?.();
      socket().end();
      await wait();
    }
    expect(session.status.phase).toBe('refused');
    session.close();
    expect(timers.size).toBe(0);
  });

  it('the account without credentials is told once, and nothing is connected', () => {
    const { session, sockets, problems } = scripted();
    session.start();
    session.want(ACCOUNT);
    session.want(ACCOUNT);
    expect(problems()).toMatchObject([{ code: 'subscription_refused', feed: 'account' }]);
    expect(sockets).toEqual([]);
  });

  it('M13: orders and fills of an account come in', async () => {
    const { session, timers, venue, events } = served(given);
    session.want(ACCOUNT);
    session.start();
    await timers.advance(10);
    const [question] = QUESTIONS;
    if (!question) throw new Error('no question');
    const trade = venue.user.match(venue.user.place(question, 0, 'BUY', '0.4', '10'), '4');
    venue.user.advance(trade, 'MINED');
    venue.user.advance(trade, 'MINED');
    venue.user.advance(trade, 'CONFIRMED');
    await timers.advance(10);
    const told = events.flatMap((event) => (event.type === 'account' ? [event.event] : []));
    expect(told.flatMap((event) => (event.type === 'fill' ? [event.fill.status] : []))).toEqual([
      'MATCHED',
      'MINED',
      'CONFIRMED',
    ]);
    expect(told.flatMap((event) => (event.type === 'order' ? [[event.order.filled, event.order.open]] : []))).toEqual([
      ['0', true],
      ['4', true],
    ]);
    expect(venue.violations).toEqual([]);
  });
});

describe('with a venue', () => {
  it('M2 – M10: keeps books true through wrong best prices, a finer grid, a cut, and a freeze, within every limit', async () => {
    const { session, timers, venue, events, trusts } = served({}, { rate: 5, depth: 12 });
    venue.start();
    session.want(books(YES, NO, OTHER));
    session.start();
    await timers.advance(10_000);
    venue.wrongBest(YES);
    await timers.advance(10_000);
    expect(trusts(YES)).toContain('resyncing');
    venue.refineTick(OTHER);
    await timers.advance(10_000);
    venue.cutAll();
    await timers.advance(20_000);
    venue.isFrozen = true;
    await timers.advance(60_000);
    expect(session.status).toMatchObject({ phase: 'live', silentSince: expect.any(Number) });
    venue.isFrozen = false;
    await timers.advance(10_000);
    venue.pause();
    await timers.advance(5_000);
    const kept = new Map(events.flatMap((event) => (event.type === 'book' ? [[event.symbol, event.book]] : [])));
    for (const symbol of [YES, NO, OTHER]) {
      const book = kept.get(symbol);
      const numbers = (side: 'bids' | 'asks') =>
        Array.from({ length: book?.[side].length ?? 0 }, (_, rank) => [
          (book?.[side].price(rank) ?? 0) / 10 ** (book?.priceDecimals ?? 0),
          (book?.[side].size(rank) ?? 0) / 10 ** (book?.sizeDecimals ?? 0),
        ]);
      const truth = venue.book(symbol);
      expect(numbers('bids')).toEqual(truth.bids.map((level) => level.map(Number)));
      expect(numbers('asks')).toEqual(truth.asks.map((level) => level.map(Number)));
      expect(trusts(symbol).at(-1)).toMatch(/verified/);
    }
    expect([venue.violations, new Set(venue.subscribed).size]).toEqual([[], 3]);
    const [stats] = session.stats();
    expect(stats?.byType['price_change']?.count).toBeGreaterThan(100);
    expect(stats).toMatchObject({ reconnects: 1, dropped: 0, latency: { p50: 0 } });
    session.close();
  });
});
