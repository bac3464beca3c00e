import { describe, expect, it } from 'vitest';
import type { Random } from '#domain/random.ts';
import { FAILING_SEEDS } from '#testing/failing-seeds.ts';
import type { VirtualTimers } from '#testing/virtual-timers.ts';
import { CHAOS_TIMEOUT_MS, chaosSeeds, playChaos, type ChaosStage } from '#testing/venues/chaos.ts';
import { OKX_LISTINGS } from '#testing/venues/okx-instruments.ts';
import { OkxServer } from '#testing/venues/okx-server.ts';
import { createOkxSession } from '../okx/session.ts';
import type { FeedName, Subscription } from '../venue.ts';

const SYMBOLS = ['BTC-USDT', 'PEPE-USDT'];
const LISTINGS = OKX_LISTINGS.filter(({ instId }) => SYMBOLS.includes(instId));
const KEY = { secret: 's', passphrase: 'p' };
const FEEDS: readonly FeedName[] = ['ticker', 'trades', 'candle_1m'];
const CHANNELS: Readonly<Record<string, (symbol: string) => readonly string[]>> = {
  ticker: (symbol) => [`tickers:${symbol}`],
  trades: (symbol) => [`trades:${symbol}`],
  book: (symbol) => [`books:${symbol}`],
  candle_1m: (symbol) => [`candle1m:${symbol}`],
  account: () => ['account:', 'positions:', 'orders:', 'grid-orders-spot:'],
};
const GARBAGE = ['', 'pong', '{', 'null', '[]', '{"arg":{"channel":"books"},"data":[{}]}', '{"event":"error"}'];

function stage(timers: VirtualTimers, random: Random): ChaosStage {
  const chance = (share: number) => random() < share;
  const checksum = chance(0.5) ? 'real' : chance(0.5) ? 'zero' : 'absent';
  const server = new OkxServer({
    timers,
    seed: Math.floor(random() * 1_000),
    listings: LISTINGS,
    depth: 25,
    rate: 3,
    keys: { k: KEY },
    habits: {
      dataBeforeAck: chance(0.5),
      shuffleAcks: chance(0.5),
      ackDelayMs: chance(0.5) ? Math.floor(random() * 2_000) : 0,
      checksum,
    },
  });
  const symbol = () => SYMBOLS[Math.floor(random() * SYMBOLS.length)] ?? '';
  const forAWhile = (from: () => void, to: () => void, longestMs: number) => {
    from();
    timers.after(Math.ceil(random() * longestMs), to);
  };
  return {
    server,
    faults: [
      () => server.gap(symbol(), 1 + Math.floor(random() * 3)),
      () => server.duplicate(symbol()),
      () => server.maintenance(symbol()),
      () => server.miscount(symbol()),
      () => server.broadcast(GARBAGE[Math.floor(random() * GARBAGE.length)] ?? ''),
      () => server.notice(10_000),
      () => server.cutAll(),
      () => server.hangAll(),
      // Without a checksum nobody could tell.
      ...(checksum === 'real' ? [() => server.corrupt(symbol())] : []),
      () => server.closeAll([1001, 4002, 4004, 4006][Math.floor(random() * 4)] ?? 1006),
      () =>
        forAWhile(
          () => (server.isFrozen = true),
          () => (server.isFrozen = false),
          20_000,
        ),
      () =>
        forAWhile(
          () => (server.isMute = true),
          () => (server.isMute = false),
          40_000,
        ),
      () =>
        forAWhile(
          () => server.quiet(symbol()),
          () => SYMBOLS.forEach((each) => server.quiet(each, false)),
          20_000,
        ),
    ],
    createSession: (ports) =>
      createOkxSession(
        {
          url: 'wss://venue.test',
          venue: 'okx.okx',
          instruments: [],
          credentials: { apiKey: 'k', secret: KEY.secret, passphrase: KEY.passphrase },
        },
        ports,
      ),
    pick() {
      const picked: Subscription[] = SYMBOLS.flatMap((each) => [
        ...(chance(0.8) ? [{ feed: 'book' as const, symbol: each }] : []),
        ...FEEDS.filter(() => chance(0.4)).map((feed) => ({ feed, symbol: each })),
      ]);
      if (chance(0.3)) picked.push({ feed: 'account', symbol: '' });
      return picked.length > 0 ? picked : [{ feed: 'book', symbol: 'BTC-USDT' }];
    },
    calm() {
      server.isFrozen = false;
      server.isMute = false;
      SYMBOLS.forEach((each) => server.quiet(each, false));
      server.rate = 0.5;
    },
    lastBlow() {
      const one = symbol();
      const isGap = chance(0.5);
      if (isGap) server.gap(one);
      else if (checksum === 'real') server.corrupt(one);
      else server.maintenance(one);
      // O12: after maintenance a book goes on.
      return isGap || checksum === 'real' ? 1 : 0;
    },
    calmMs: 110_000,
    expected: (subscriptions) => subscriptions.flatMap(({ feed, symbol: each }) => CHANNELS[feed]?.(each) ?? []),
    subscribed: () => server.subscribed,
    book: (each) => server.book(each),
    isOneConnection: false,
    // O5.
    connectsPerSecond: 3,
  };
}

describe('OKX in a storm', () => {
  const pinned = Object.entries(FAILING_SEEDS).filter(([name]) => name.startsWith('OKX: '));
  it.each(pinned)('%s', (_, seed) => expect(playChaos(seed, stage)).toEqual([]));

  it(
    'O3, O5, O7, O12: ends with the true books and all subscriptions, within every limit, and leaves nothing behind',
    () => {
      for (const seed of chaosSeeds(200)) expect(playChaos(seed, stage), `seed ${seed}`).toEqual([]);
    },
    CHAOS_TIMEOUT_MS,
  );
});
