/** The session over real sockets, against a server that was written from the protocol's page alone. */
import { afterEach, describe, expect, it } from 'vitest';
import type { OrderBook } from '#domain/order-book.ts';
import { nodeSockets } from '#server/venues/node-socket.ts';
import { nodeTimers, startNodeVenueServer } from '#testing/venues/node-venue-server.ts';
import { QUESTIONS } from '#testing/venues/polymarket-questions.ts';
import { PolymarketServer } from '#testing/venues/polymarket-server.ts';
import type { SessionStatus, Subscription, VenueEvent } from '../venue.ts';
import { createPolymarketSession } from './session.ts';
import type { PolymarketCredentials } from './wire.ts';

const KEYS = { apiKey: 'key-1', secret: 'secret-1', passphrase: 'phrase-1' };
const TOKENS = QUESTIONS.flatMap(({ tokens }) => tokens);
/** This machine may be busy. */
const soon = <T>(read: () => T) => expect.poll(read, { timeout: 10_000, interval: 10 });
const endings: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end();
});

async function setUp(wanted: readonly Subscription[], credentials?: PolymarketCredentials) {
  const server = new PolymarketServer({ timers: nodeTimers, rate: 100, depth: 20, keys: [KEYS] });
  const { url, stop } = await startNodeVenueServer(server);
  endings.push(stop, () => server.stop());
  const events: VenueEvent[] = [];
  const statuses: SessionStatus[] = [];
  const books = new Map<string, OrderBook>();
  const session = createPolymarketSession(
    { url, venue: 'p.polymarket', instruments: [], ...(credentials && { credentials }) },
    {
      timers: nodeTimers,
      random: Math.random,
      openSocket: nodeSockets(),
      emit: (batch) => {
        events.push(...batch);
        for (const event of batch) if (event.type === 'book') books.set(event.symbol, event.book);
      },
      onStatus: (status) => statuses.push(status),
    },
  );
  endings.push(() => session.close());
  session.want(wanted);
  session.start();
  server.start();
  return { server, session, events, statuses, books };
}

describe('Polymarket over real sockets', () => {
  it('M2, M6, M7: every outcome’s book is the venue’s once it rests', async () => {
    const { server, books, events } = await setUp(TOKENS.map((symbol) => ({ feed: 'book', symbol })));
    await soon(() => events.filter(({ type }) => type === 'trade').length).toBeGreaterThan(3);
    server.pause();
    const scaled = (book: OrderBook | undefined, side: 'bids' | 'asks') =>
      Array.from({ length: book?.[side].length ?? 0 }, (_, rank) => [
        (book?.[side].price(rank) ?? 0) / 10 ** (book?.priceDecimals ?? 0),
        (book?.[side].size(rank) ?? 0) / 10 ** (book?.sizeDecimals ?? 0),
      ]);
    for (const token of TOKENS) {
      const truth = server.book(token);
      await soon(() => scaled(books.get(token), 'bids')).toEqual(truth.bids.map((level) => level.map(Number)));
      await soon(() => scaled(books.get(token), 'asks')).toEqual(truth.asks.map((level) => level.map(Number)));
    }
    expect(server.violations).toEqual([]);
    expect(events.filter(({ type }) => type === 'problem')).toEqual([]);
  });

  it('M12, M13: an account’s orders and fills come in; wrong credentials are refused', async () => {
    const account: readonly Subscription[] = [{ feed: 'account', symbol: '' }];
    const { server, events, session } = await setUp(account, KEYS);
    await soon(() => server.received.length).toBeGreaterThan(1);
    const [question] = QUESTIONS;
    if (!question) throw new Error('no question');
    server.user.match(server.user.place(question, 1, 'SELL', '0.6', '10'), '10');
    await soon(() => events.flatMap((event) => (event.type === 'account' ? [event.event.type] : []))).toEqual([
      'order',
      'fill',
      'order',
    ]);
    expect(session.status).toEqual({ phase: 'live', silentSince: null });
    const refused = await setUp(account, { ...KEYS, secret: 'wrong' });
    await soon(() => refused.session.status).toEqual({ phase: 'refused', reason: 'Unauthorized' });
  });
});
