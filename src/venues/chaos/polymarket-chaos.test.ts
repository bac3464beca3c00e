import { describe, expect, it } from 'vitest';
import { seededRandom, type Random } from '#domain/random.ts';
import { FAILING_SEEDS } from '#testing/failing-seeds.ts';
import { createSocketPair } from '#testing/socket-pair.ts';
import { VirtualTimers } from '#testing/virtual-timers.ts';
import { CHAOS_TIMEOUT_MS, chaosSeeds, playChaos, type ChaosStage } from '#testing/venues/chaos.ts';
import { ask, QUESTIONS } from '#testing/venues/polymarket-questions.ts';
import { PolymarketServer } from '#testing/venues/polymarket-server.ts';
import { openSocketOver } from '#testing/venues/venue-network.ts';
import { createPolymarketSession } from '../polymarket/session.ts';
import type { Subscription } from '../venue.ts';

const ASKED = QUESTIONS.slice(0, 2);
const TOKENS = ASKED.flatMap(({ tokens }) => tokens);
const GARBAGE = [
  '',
  'PONG',
  '{',
  'null',
  '[]',
  '[null]',
  '{"event_type":"book"}',
  '{"event_type":"?"}',
  'INVALID OPERATION',
];

function stage(timers: VirtualTimers, random: Random): ChaosStage {
  const chance = (share: number) => random() < share;
  /** Whole books after trades: what was silently lost is found then at the latest (M5, M7). */
  const isLossy = chance(0.5);
  const server = new PolymarketServer({
    timers,
    seed: Math.floor(random() * 1_000),
    questions: ASKED,
    depth: 12,
    rate: 3,
    habits: {
      order: chance(0.7) ? 'wire' : 'best-first',
      bookAfterTrade: isLossy,
      laterSnapshots: chance(0.5) ? 'objects' : 'array',
    },
  });
  const token = () => TOKENS[Math.floor(random() * TOKENS.length)] ?? '';
  const forAWhile = (from: () => void, to: () => void, longestMs: number) => {
    from();
    timers.after(Math.ceil(random() * longestMs), to);
  };
  const refined = new Set<string>();
  let asked = 0;
  return {
    server,
    faults: [
      () => server.duplicate(token()),
      () => server.wrongBest(token()),
      () => server.resnapshot(token()),
      () => server.broadcast(GARBAGE[Math.floor(random() * GARBAGE.length)] ?? ''),
      () => server.newMarket(ask((asked += 1) + 1_000, 'New?', 'new', ['Yes', 'No'], '0.5', 'New')),
      () => server.cutAll(),
      () => server.hangAll(),
      () => server.closeAll([1001, 1006, 1008][Math.floor(random() * 3)] ?? 1001),
      () =>
        forAWhile(
          () => server.quiet(token()),
          () => TOKENS.forEach((each) => server.quiet(each, false)),
          20_000,
        ),
      () => {
        const one = token();
        const { conditionId } = ASKED.find(({ tokens }) => tokens.includes(one)) ?? { conditionId: '' };
        if (!refined.has(conditionId)) server.refineTick(one);
        refined.add(conditionId);
      },
      ...(isLossy
        ? [
            () => server.gap(token(), 1 + Math.floor(random() * 3)),
            () =>
              forAWhile(
                () => (server.isFrozen = true),
                () => (server.isFrozen = false),
                40_000,
              ),
            () =>
              forAWhile(
                () => (server.isMute = true),
                () => (server.isMute = false),
                40_000,
              ),
          ]
        : []),
    ],
    createSession: (ports) =>
      createPolymarketSession({ url: 'wss://venue.test', venue: 'poly.polymarket', instruments: [] }, ports),
    pick() {
      const picked: Subscription[] = TOKENS.filter(() => chance(0.7)).map((symbol) => ({ feed: 'book', symbol }));
      return picked.length > 0 ? picked : [{ feed: 'book', symbol: token() }];
    },
    calm() {
      server.isFrozen = false;
      server.isMute = false;
      TOKENS.forEach((each) => server.quiet(each, false));
      server.rate = 0.5;
    },
    lastBlow() {
      if (isLossy) server.gap(token());
      else server.wrongBest(token());
      // Of both outcomes.
      return 2;
    },
    calmMs: 110_000,
    expected: (subscriptions) => subscriptions.map(({ symbol }) => symbol),
    subscribed: () => server.subscribed,
    book: (symbol) => server.book(symbol),
    isOneConnection: true,
    connectsPerSecond: Number.POSITIVE_INFINITY,
  };
}

describe('Polymarket in a storm', () => {
  const pinned = Object.entries(FAILING_SEEDS).filter(([name]) => name.startsWith('Polymarket: '));
  it.each(pinned)('%s', (_, seed) => expect(playChaos(seed, stage)).toEqual([]));

  it(
    'M2, M3, M6, M7: ends with the true books and all subscriptions, within every limit, and leaves nothing behind',
    () => {
      for (const seed of chaosSeeds(200)) expect(playChaos(seed, stage), `seed ${seed}`).toEqual([]);
    },
    CHAOS_TIMEOUT_MS,
  );

  it('M2: spreads 500 tokens over connections, through a cut, none twice and never too many', () => {
    const timers = new VirtualTimers();
    const network = createSocketPair(seededRandom(1), timers);
    const questions = Array.from({ length: 250 }, (_, i) =>
      ask(i + 1, `Q${i}?`, `q${i}`, ['Yes', 'No'], '0.4', 'Many'),
    );
    const server = new PolymarketServer({ timers, questions, depth: 3, rate: 1 });
    network.onConnection = (socket) => server.accept(socket);
    const tokens = questions.flatMap((question) => question.tokens);
    const session = createPolymarketSession(
      { url: 'wss://venue.test', venue: 'poly.polymarket', instruments: [] },
      {
        timers,
        random: seededRandom(2),
        openSocket: openSocketOver(network),
        emit: () => undefined,
        onStatus: () => undefined,
      },
    );
    session.start();
    session.want(tokens.map((symbol) => ({ feed: 'book', symbol })));
    timers.run(5_000);
    expect(server.subscribed.toSorted()).toEqual(tokens.toSorted());
    server.cutAll();
    timers.run(60_000);
    expect(server.subscribed.toSorted()).toEqual(tokens.toSorted());
    expect(server.violations).toEqual([]);
    session.close();
    timers.run(60_000);
    expect(timers.size).toBe(0);
  });
});
