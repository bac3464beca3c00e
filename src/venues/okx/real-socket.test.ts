/** The session over real sockets, against a server that was written from the protocol's page alone. */
import { afterEach, describe, expect, it } from 'vitest';
import type { AccountEvent } from '#domain/account.ts';
import { formatUnits } from '#domain/order-book-units.ts';
import type { OrderBook } from '#domain/order-book.ts';
import { nodeSockets } from '#server/venues/node-socket.ts';
import { nodeTimers, startNodeVenueServer } from '#testing/venues/node-venue-server.ts';
import { OkxServer, type OkxHabits } from '#testing/venues/okx-server.ts';
import type { RawFrame, SessionStatus, Subscription, VenueEvent, VenueSession } from '../venue.ts';
import type { OkxCredentials } from './login.ts';
import { createOkxSession } from './session.ts';

const KEYS = { apiKey: 'key-1', secret: 'secret-1', passphrase: 'phrase-1' };
/** Connects are paced (O5), and this machine may be busy. */
const soon = <T>(read: () => T) => expect.poll(read, { timeout: 10_000, interval: 10 });
const endings: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end();
});

async function setUp(wanted: readonly Subscription[], habits: Partial<OkxHabits> = {}, credentials?: OkxCredentials) {
  const keys = { [KEYS.apiKey]: { secret: KEYS.secret, passphrase: KEYS.passphrase } };
  const server = new OkxServer({ timers: nodeTimers, rate: 100, habits, keys });
  const { url, stop, handshakes } = await startNodeVenueServer(server, { deflate: true });
  endings.push(stop, () => server.stop());
  const events: VenueEvent[] = [];
  const statuses: SessionStatus[] = [];
  const taps: RawFrame[] = [];
  const books = new Map<string, OrderBook>();
  const session: VenueSession = createOkxSession(
    { url, venue: 'okx.okx', instruments: [], ...(credentials && { credentials }) },
    {
      timers: nodeTimers,
      random: Math.random,
      openSocket: nodeSockets(),
      emit: (batch) => {
        events.push(...batch);
        for (const event of batch) if (event.type === 'book') books.set(event.symbol, event.book);
      },
      onStatus: (status) => statuses.push(status),
      tap: (frame) => taps.push(frame),
    },
  );
  endings.push(() => session.close());
  session.want(wanted);
  session.start();
  server.start();
  const has = (type: VenueEvent['type']) => soon(() => events.some((event) => event.type === type)).toBe(true);
  return { server, handshakes, session, events, statuses, taps, books, has };
}

const levelsOf = (book: OrderBook | undefined) => {
  if (!book) return undefined;
  const side = (levels: OrderBook['bids']) =>
    Array.from({ length: levels.length }, (_, rank) => [
      Number(formatUnits(levels.price(rank) ?? 0, book.priceDecimals)),
      Number(formatUnits(levels.size(rank), book.sizeDecimals)),
    ]);
  return { state: book.state, bids: side(book.bids), asks: side(book.asks) };
};

const trueLevels = (server: OkxServer, symbol: string) => {
  const { bids, asks } = server.book(symbol);
  const numbers = (levels: typeof bids) => levels.map(([price, size]) => [Number(price), Number(size)]);
  return { state: 'live', bids: numbers(bids), asks: numbers(asks) };
};

const MARKET: readonly Subscription[] = [
  { feed: 'book', symbol: 'BTC-USDT' },
  { feed: 'ticker', symbol: 'BTC-USDT' },
  { feed: 'trades', symbol: 'BTC-USDT' },
  { feed: 'candle_1m', symbol: 'BTC-USDT' },
  { feed: 'market', symbol: 'BTC-USDT' },
];

describe('over real sockets', () => {
  it.each<[string, Partial<OkxHabits>]>([
    ['as usual', {}],
    ['O3: data before acks, acks in any order', { dataBeforeAck: true, shuffleAcks: true, ackDelayMs: 20 }],
    ['O13: with checksums', { checksum: 'real' }],
    ['O13: without any', { checksum: 'absent' }],
  ])('%s: everything that is wanted comes, and the book is the venue’s', async (_, habits) => {
    const { server, session, books, has, events } = await setUp(MARKET, habits);
    for (const type of ['ticker', 'trade', 'candle', 'instruments', 'book'] as const) await has(type);
    server.gap('BTC-USDT');
    await soon(() => session.stats().find(({ name: line }) => line === 'public')?.resyncs).toBe(1);
    await soon(() => books.get('BTC-USDT')?.state).toBe('live');
    server.maintenance('BTC-USDT');
    const { seqId } = server.book('BTC-USDT');
    await soon(() => server.book('BTC-USDT').seqId).toBeLessThan(seqId);
    server.pause();
    await soon(() => levelsOf(books.get('BTC-USDT'))).toEqual(trueLevels(server, 'BTC-USDT'));
    expect(server.violations).toEqual([]);
    expect(events.filter(({ type }) => type === 'problem')).toEqual([]);
    expect(session.stats().find(({ name }) => name === 'public')).toMatchObject({ resyncs: 1, dropped: 0 });
  });

  it('O7: comes back after a cut', async () => {
    const { server, session, books, has } = await setUp(MARKET);
    await has('book');
    await has('candle');
    server.cutAll();
    await soon(() => session.status.phase).toBe('waiting');
    await soon(() => books.get('BTC-USDT')?.state).toBe('resync');
    session.reconnect();
    await soon(() => session.status.phase).toBe('live');
    await soon(() => books.get('BTC-USDT')?.state).toBe('live');
    server.pause();
    await soon(() => levelsOf(books.get('BTC-USDT'))).toEqual(trueLevels(server, 'BTC-USDT'));
    expect(server.violations).toEqual([]);
  });

  it('O4: a service upgrade is survived without a stale book', async () => {
    const { server, handshakes, session, books, events, has } = await setUp(MARKET);
    await has('book');
    await has('candle');
    server.notice(2_000);
    await soon(() => handshakes.length).toBe(4);
    await soon(() => server.connections.length).toBe(2);
    server.pause();
    await soon(() => levelsOf(books.get('BTC-USDT'))).toEqual(trueLevels(server, 'BTC-USDT'));
    const standings = events.flatMap((event) => (event.type === 'book_state' ? [event.state.trust] : []));
    expect(standings).toEqual(['verified']);
    expect(session.status.phase).toBe('live');
    expect(server.violations).toEqual([]);
  });

  it('O8, O14, O16: the account, by its keys', async () => {
    const { server, events, taps, session } = await setUp([{ feed: 'account', symbol: '' }], {}, KEYS);
    const account = () => events.flatMap((event): AccountEvent[] => (event.type === 'account' ? [event.event] : []));
    const newest = (type: AccountEvent['type']) => account().findLast((event) => event.type === type);
    await soon(() => newest('balance')).toMatchObject({
      balance: { assets: [{ currency: 'USDT' }, { currency: 'BTC' }] },
    });
    server.account.setPosition({
      instId: 'BTC-USDT-SWAP',
      pos: '-2',
      avgPx: '100',
      markPx: '99',
      upl: '2',
      lever: '3',
    });
    await soon(() => newest('positions')).toMatchObject({ positions: [{ side: 'sell', size: '2' }] });
    const id = server.account.place({ instId: 'BTC-USDT', side: 'buy', px: '100', sz: '1' });
    await soon(() => newest('order')).toMatchObject({ order: { id, status: 'live', open: true } });
    const bot = {
      instId: 'BTC-USDT',
      state: 'running',
      minPx: '90',
      maxPx: '110',
      gridNum: '20',
      runType: '2',
    } as const;
    const profit = { investment: '1000', gridProfit: '1', floatProfit: '2', totalPnl: '3', annualizedRate: '0.1' };
    await soon(() => session.status.phase).toBe('live');
    server.account.setBot({ algoId: '77', ...bot, ...profit });
    await soon(() => newest('bots')).toMatchObject({ bots: [{ id: '77', spacing: 'geometric', totalPnl: '3' }] });
    const recorded = JSON.stringify(taps);
    expect(recorded).toContain('positions');
    for (const secret of [...Object.values(KEYS), 'sign']) expect(recorded).not.toContain(secret);
    expect(server.violations).toEqual([]);
  });

  it('O8: a wrong passphrase is refused once', async () => {
    const wrong = { ...KEYS, passphrase: 'other' };
    const { server, events, session } = await setUp([{ feed: 'account', symbol: '' }], {}, wrong);
    await soon(() => session.status.phase).toBe('refused');
    const codes = events.flatMap((event) => (event.type === 'problem' ? [event.problem.venueCode] : []));
    expect(codes).toEqual(['60024', '60024']);
    await soon(() => server.connections).toEqual([]);
  });
});
