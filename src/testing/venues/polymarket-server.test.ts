import { describe, expect, it } from 'vitest';
import { seededRandom } from '#domain/random.ts';
import { createSocketPair } from '../socket-pair.ts';
import { VirtualTimers } from '../virtual-timers.ts';
import { ask, QUESTIONS } from './polymarket-questions.ts';
import { PolymarketServer, type PolymarketServerOptions } from './polymarket-server.ts';
import { openSocketOver, RawClient } from './venue-network.ts';

const KEY = { apiKey: 'k', secret: 's', passphrase: 'p' };
const [FIRST, SECOND] = QUESTIONS;
const YES = FIRST?.tokens[0] ?? '';
const NO = FIRST?.tokens[1] ?? '';
const OTHER = SECOND?.tokens[0] ?? '';

interface Level {
  readonly price: string;
  readonly size: string;
}
interface Message {
  readonly event_type: string;
  readonly asset_id: string;
  readonly bids: Level[];
  readonly asks: Level[];
  readonly hash: string;
  readonly price_changes: readonly (Level & {
    readonly asset_id: string;
    readonly side: 'BUY' | 'SELL';
    readonly best_bid: string;
    readonly best_ask: string;
  })[];
}

function world(options: Partial<PolymarketServerOptions> = {}) {
  const timers = new VirtualTimers();
  const network = createSocketPair(seededRandom(1), timers);
  const server = new PolymarketServer({ timers, keys: [KEY], ...options });
  network.onConnection = (socket) => server.accept(socket);
  const open = openSocketOver(network);
  async function connect(path = 'market') {
    const client = new RawClient(open, `ws://venue.test/ws/${path}`);
    await timers.advance(1);
    return client;
  }
  async function say(client: RawClient, frame: object | string) {
    client.send(frame);
    await timers.advance(1);
    return client.take();
  }
  const begin = (client: RawClient, ...assets_ids: string[]) =>
    say(client, { type: 'market', assets_ids, custom_feature_enabled: true, initial_dump: true, level: 2 });
  return { timers, server, connect, say, begin };
}

describe('the test Polymarket', () => {
  it('M4, M6: begins with one array of books, best last; an unknown token gives []', async () => {
    const { server, connect, begin } = world();
    const [books] = (await begin(await connect(), YES, NO)) as [Message[]];
    expect(books.map(({ asset_id, event_type }) => [asset_id, event_type])).toEqual([
      [YES, 'book'],
      [NO, 'book'],
    ]);
    const [yes, no] = books;
    const pairs = (levels: readonly Level[] = []) => levels.map(({ price, size }) => [price, size]);
    expect(pairs(yes?.bids).reverse()).toEqual(server.book(YES).bids);
    expect(Number(yes?.bids[0]?.price)).toBeLessThan(Number(yes?.bids.at(-1)?.price));
    expect(Number(yes?.asks[0]?.price)).toBeGreaterThan(Number(yes?.asks.at(-1)?.price));
    expect(pairs(no?.asks).map(([price, size]) => [(1 - Number(price)).toFixed(2), size])).toEqual(
      pairs(yes?.bids).map(([price, size]) => [Number(price).toFixed(2), size]),
    );
    expect(await begin(await connect(), '123')).toEqual([[]]);
  });

  it('M7: each change names both tokens and their best prices, and they lead to the true books', async () => {
    const { timers, server, connect, begin } = world({ rate: 20, habits: { bookAfterTrade: false } });
    const client = await connect();
    const [snapshot] = (await begin(client, YES)) as [Message[]];
    const sides = {
      BUY: new Map(snapshot[0]?.bids.map(({ price, size }) => [price, size])),
      SELL: new Map(snapshot[0]?.asks.map(({ price, size }) => [price, size])),
    };
    const best = (side: 'BUY' | 'SELL') =>
      [...sides[side].keys()].sort((a, b) => (side === 'BUY' ? 1 : -1) * (Number(b) - Number(a)))[0];
    server.start();
    await timers.advance(20_000);
    server.pause();
    let seen = 0;
    for (const { event_type, price_changes } of client.take() as Message[]) {
      if (event_type !== 'price_change') continue;
      expect(price_changes.map(({ asset_id }) => asset_id)).toEqual([YES, NO]);
      const [yes] = price_changes;
      if (!yes) continue;
      if (yes.size === '0') sides[yes.side].delete(yes.price);
      else sides[yes.side].set(yes.price, yes.size);
      expect([yes.best_bid, yes.best_ask]).toEqual([best('BUY'), best('SELL')]);
      seen += 1;
    }
    expect(seen).toBeGreaterThan(200);
    const sorted = [...sides.BUY].sort(([a], [b]) => Number(b) - Number(a));
    expect(sorted).toEqual(server.book(YES).bids);
  });

  it('M3: answers PING after the first subscription, closes with 1008 before it', async () => {
    const { server, connect, say, begin } = world();
    const [early, late] = [await connect(), await connect()];
    await say(early, 'PING');
    expect(early.closed).toBe(1008);
    expect(server.violations.map(({ rule }) => rule)).toEqual(['M3']);
    await begin(late, YES);
    expect(await say(late, 'PING')).toEqual(['PONG']);
  });

  it('M2: later tokens come as operations; twice, too many and out of turn is written down', async () => {
    const { server, connect, say, begin } = world();
    const client = await connect();
    await begin(client, YES);
    expect(await say(client, { operation: 'subscribe', assets_ids: [OTHER] })).toMatchObject([
      { event_type: 'book', asset_id: OTHER },
    ]);
    expect(server.subscribed).toEqual([YES, OTHER]);
    expect(server.violations).toEqual([]);
    await say(client, { operation: 'subscribe', assets_ids: [OTHER] });
    await say(client, { operation: 'subscribe', assets_ids: Array.from({ length: 101 }, (_, i) => `a${i}`) });
    await say(client, { operation: 'subscribe', assets_ids: Array.from({ length: 100 }, (_, i) => `b${i}`) });
    await begin(client, NO);
    expect(server.violations.map(({ what }) => what.split(':')[0])).toEqual([
      'subscribed twice',
      '101 ids in a frame',
      '203 ids on a connection',
      'a second first frame',
      '204 ids on a connection',
    ]);
    await say(client, { operation: 'unsubscribe', assets_ids: [OTHER] });
    expect(server.subscribed).not.toContain(OTHER);
  });

  it('M5: freezes silently: PONG works, no data', async () => {
    const { timers, server, connect, say, begin } = world({ rate: 20 });
    server.start();
    const client = await connect();
    await begin(client, YES);
    server.isFrozen = true;
    await timers.advance(60_000);
    client.take();
    await timers.advance(60_000);
    expect(client.take()).toEqual([]);
    expect(await say(client, 'PING')).toEqual(['PONG']);
  });

  it('M7: names a best price that is none, leaves one change out, tells one twice', async () => {
    const { timers, server, connect, begin } = world({ rate: 10, habits: { bookAfterTrade: false } });
    const client = await connect();
    await begin(client, YES);
    server.start();
    const changes = async (ms: number) => {
      await timers.advance(ms);
      return (client.take() as Message[]).filter(({ event_type }) => event_type === 'price_change');
    };
    server.wrongBest(YES);
    expect((await changes(2_000))[0]?.price_changes[0]?.best_bid).toBe('0.001');
    server.duplicate(YES);
    const [a, b] = await changes(2_000);
    expect(a).toEqual(b);
    server.gap(YES, 1_000);
    expect(await changes(2_000)).toEqual([]);
  });

  it('M8, M10: refines the grid and sends books on it, asks something new, decides', async () => {
    const { timers, server, connect, begin, say } = world();
    const client = await connect();
    await begin(client, YES);
    server.refineTick(YES);
    await timers.advance(600);
    expect(client.take()).toMatchObject([
      { event_type: 'tick_size_change', asset_id: YES, old_tick_size: '0.01', new_tick_size: '0.001' },
      { event_type: 'book', asset_id: YES },
    ]);
    server.newMarket(ask(77, 'New?', 'new', ['Yes', 'No'], '0.5', 'New'));
    server.resolve(YES);
    await timers.advance(1);
    expect(client.take()).toMatchObject([
      { event_type: 'new_market', question: 'New?', outcomes: ['Yes', 'No'] },
      { event_type: 'market_resolved', winning_asset_id: YES, winning_outcome: 'Yes' },
    ]);
    expect(await say(client, { operation: 'subscribe', assets_ids: [NO] })).toEqual([[]]);
  });

  it('M12, M13: tells a user who is known how orders and trades go on', async () => {
    const { timers, server, connect, say } = world();
    const stranger = await connect('user');
    await say(stranger, { type: 'user', markets: [], auth: { ...KEY, secret: 'x' } });
    expect(stranger.closed).toBe(1008);
    const user = await connect('user');
    await say(user, { type: 'user', markets: [], auth: KEY });
    const order = server.user.place(QUESTIONS[0] ?? ask(1, '', '', ['', ''], '0.5', ''), 0, 'BUY', '0.4', '100');
    const trade = server.user.match(order, '25');
    server.user.advance(trade, 'MINED');
    server.user.advance(trade, 'CONFIRMED');
    server.user.cancel(order, 'CANCELED_MARKET_RESOLVED');
    await timers.advance(1);
    expect(user.take()).toMatchObject([
      { event_type: 'order', type: 'PLACEMENT', status: 'LIVE' },
      { event_type: 'trade', id: trade, status: 'MATCHED', taker_order_id: order },
      { event_type: 'order', type: 'UPDATE', size_matched: '25' },
      { event_type: 'trade', id: trade, status: 'MINED' },
      { event_type: 'trade', id: trade, status: 'CONFIRMED' },
      { event_type: 'order', type: 'CANCELLATION', status: 'CANCELED_MARKET_RESOLVED' },
    ]);
    expect(JSON.stringify(server.received)).not.toContain('"secret"');
  });

  it('M14: tells markets with JSON inside strings, the book of a token and its history', () => {
    const { timers, server } = world();
    const get = (path: string, query: string) => server.rest(path, new URLSearchParams(query), {}).body;
    const [market] = get('/markets', `slug=${FIRST?.slug}`) as [{ clobTokenIds: string }];
    expect(JSON.parse(market.clobTokenIds)).toEqual([YES, NO]);
    const book = get('/book', `token_id=${NO}`) as Message;
    expect(book.bids.map(({ price, size }) => [price, size]).reverse()).toEqual(server.book(NO).bids);
    const { history } = get('/prices-history', `market=${YES}&interval=1d&fidelity=60`) as {
      history: { t: number; p: number }[];
    };
    expect(history).toHaveLength(24);
    expect(history.at(-1)?.t).toBeLessThanOrEqual(timers.now() / 1_000);
    for (const { p } of history) expect(p > 0 && p < 1).toBe(true);
  });
});
