/** The sessions over real sockets, at a rate no page could draw, against servers that keep the true books. */
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { BookLevel } from '#domain/market-data.ts';
import type { OrderBook } from '#domain/order-book.ts';
import { seededRandom } from '#domain/random.ts';
import { nodeTimers, startNodeVenueServer, type ServedVenue } from '#testing/venues/node-venue-server.ts';
import { OkxServer } from '#testing/venues/okx-server.ts';
import { PolymarketServer } from '#testing/venues/polymarket-server.ts';
import { PushServer } from '#testing/venues/push-server.ts';
import { createSession } from '../create-session.ts';
import type { Subscription, VenueEvent, VenueKind, VenueSocket } from '../venue.ts';

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

function openSocket(url: string): VenueSocket {
  const socket = new WebSocket(url);
  const end: VenueSocket = {
    onopen: null,
    onmessage: null,
    onclose: null,
    onerror: null,
    send: (text) => socket.send(text),
    close: (code, reason) => socket.close(code, reason),
  };
  socket.on('open', () => end.onopen?.());
  socket.on('message', (data, isBinary) => end.onmessage?.({ data: isBinary ? data : data.toString() }));
  socket.on('close', (code, reason) => end.onclose?.({ code, reason: reason.toString() }));
  socket.on('error', (error) => end.onerror?.(error));
  return end;
}

/** A session that runs, and what it has told so far. */
async function run(kind: VenueKind, venue: ServedVenue, path: string, subscriptions: readonly Subscription[]) {
  const server = await startNodeVenueServer(venue, { deflate: kind === 'okx' });
  endings.push(() => server.stop());
  const books = new Map<string, OrderBook>();
  const counts = new Map<VenueEvent['type'], number>();
  const waiting = new Set<() => void>();
  const session = await createSession(
    kind,
    { url: `${server.url}${path}`, venue: `x.${kind}`, instruments: [] },
    {
      timers: nodeTimers,
      random: seededRandom(1),
      openSocket,
      emit(events) {
        for (const event of events) {
          counts.set(event.type, (counts.get(event.type) ?? 0) + 1);
          if (event.type === 'book') books.set(event.symbol, event.book);
        }
        for (const check of waiting) check();
      },
      onStatus: () => undefined,
    },
  );
  endings.push(() => session.close());
  session.want(subscriptions);
  session.start();
  /** Resolves with the events that make `isSo` true; the test's own time limit says when they do not come. */
  const until = (isSo: () => boolean) =>
    new Promise<void>((resolve) => {
      const check = () => {
        if (!isSo()) return;
        waiting.delete(check);
        resolve();
      };
      waiting.add(check);
      check();
    });
  const count = (type: VenueEvent['type']) => counts.get(type) ?? 0;
  return { session, books, count, until };
}

const plain = (levels: readonly (readonly [string | number, string | number])[]) =>
  levels.map(([price, size]) => [Number(price), Number(size)]);

function isBook(
  book: OrderBook | undefined,
  truth: { bids: readonly BookLevel[]; asks: readonly BookLevel[] },
): boolean {
  const { bids = [], asks = [] } = book?.snapshot() ?? {};
  return JSON.stringify([plain(bids), plain(asks)]) === JSON.stringify([plain(truth.bids), plain(truth.asks)]);
}

describe('sessions over real sockets', () => {
  it('O11, O12: OKX, 400 levels at 200 moves a second: every book ends as the server has it', async () => {
    const server = new OkxServer({ timers: nodeTimers, rate: 200, habits: { checksum: 'real' } });
    const symbols = ['BTC-USDT', 'PEPE-USDT'];
    const wanted = symbols.flatMap((symbol): Subscription[] => [
      { feed: 'book', symbol },
      { feed: 'ticker', symbol },
      { feed: 'trades', symbol },
    ]);
    const { session, books, count, until } = await run('okx', server, '', wanted);
    server.start();
    endings.push(() => server.stop());
    await until(() => count('book') > 150 && count('ticker') > 100 && count('trade') > 20);
    server.pause();
    await until(() => symbols.every((symbol) => isBook(books.get(symbol), server.book(symbol))));
    expect(session.stats().map(({ resyncs, dropped, reconnects }) => [resyncs, dropped, reconnects])).toEqual([
      [0, 0, 0],
    ]);
    expect(server.violations).toEqual([]);
  });

  it('M6, M7: Polymarket at 100 changes a second: both outcomes end as the server has them', async () => {
    const server = new PolymarketServer({ timers: nodeTimers, rate: 100 });
    const tokens = server.questions.flatMap((question) => question.tokens);
    const wanted = tokens.map((symbol): Subscription => ({ feed: 'book', symbol }));
    const { session, books, count, until } = await run('polymarket', server, '', wanted);
    server.start();
    endings.push(() => server.stop());
    await until(() => count('book') > 300 && count('trade') > 10);
    server.pause();
    await until(() => tokens.every((token) => isBook(books.get(token), server.book(token))));
    expect(session.stats().map(({ resyncs, dropped, reconnects }) => [resyncs, dropped, reconnects])).toEqual([
      [0, 0, 0],
    ]);
    expect(server.violations).toEqual([]);
  });

  it('P2, P3, P4: the push server: prices of 1e-8 keep their digits, and it hears nothing but pong', async () => {
    const server = new PushServer({ timers: nodeTimers, rate: 50, habits: { pingMs: 50 } });
    const { books, count, until } = await run('push', server, '/ws', [{ feed: 'book', symbol: 'KOGE-USDT' }]);
    server.start();
    endings.push(() => server.stop());
    await until(() => count('book') > 20 && count('ticker') > 20 && server.received.length > 2);
    server.pause();
    await until(() => {
      const { bids, asks } = books.get('KOGE-USDT')?.snapshot() ?? { bids: [], asks: [] };
      const truth = server.book();
      return JSON.stringify([plain(bids), plain(asks)]) === JSON.stringify([plain(truth.bids), plain(truth.asks)]);
    });
    expect(new Set(server.received.map(({ text }) => text))).toEqual(new Set(['pong']));
    expect(server.violations).toEqual([]);
  });
});
