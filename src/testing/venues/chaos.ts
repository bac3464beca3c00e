/** What a venue's session must survive: a seeded storm, then calm, then the account of what is left. */
import type { BookLevel } from '#domain/market-data.ts';
import type { OrderBook } from '#domain/order-book.ts';
import { seededRandom, type Random } from '#domain/random.ts';
import type { BookStanding, SessionPorts, Subscription, VenueEvent, VenueSession } from '#venues/venue.ts';
import { createSocketPair, FAIR, type ServerSocket, type SocketPair } from '../socket-pair.ts';
import { VirtualTimers } from '../virtual-timers.ts';
import { openSocketOver } from './venue-network.ts';
import type { Violation } from './venue-socket.ts';

export interface ChaosServer {
  readonly violations: readonly Violation[];
  readonly rate: number;
  accept(socket: ServerSocket): void;
  start(): void;
  pause(): void;
  stop(): void;
}

export interface ChaosStage {
  readonly server: ChaosServer;
  /** One of them strikes every few seconds. */
  readonly faults: readonly (() => void)[];
  readonly createSession: (ports: SessionPorts) => VenueSession;
  /** Some set of subscriptions; asked for anew now and then. */
  readonly pick: () => readonly Subscription[];
  /** Nothing is switched on any more that goes wrong. */
  readonly calm: () => void;
  /** Until which everything has to be right again. */
  readonly calmMs: number;
  /** What the server should have subscribed for these, sorted; and has. */
  readonly expected: (subscriptions: readonly Subscription[]) => readonly string[];
  readonly subscribed: () => readonly string[];
  readonly book: (symbol: string) => { readonly bids: readonly BookLevel[]; readonly asks: readonly BookLevel[] };
  /** Connects a second, at most, as the venue allows. */
  readonly connectsPerSecond: number;
}

const STORM_MS = 45_000;

/** Everything that was not as it should be; empty: all is well. The same seed gives the same storm. */
export function playChaos(
  seed: number,
  stageOf: (timers: VirtualTimers, random: Random, network: SocketPair) => ChaosStage,
): readonly string[] {
  const complaints: string[] = [];
  const timers = new VirtualTimers();
  const random = seededRandom(seed);
  const network = createSocketPair(seededRandom(seed ^ 0x5e_ed), timers);
  const stage = stageOf(timers, random, network);
  const { server, faults } = stage;
  network.onConnection = (socket) => server.accept(socket);
  const seen = new Watch(complaints);
  const connects: number[] = [];
  const open = openSocketOver(network);
  const session = stage.createSession({
    timers,
    random: seededRandom(seed ^ 0xb0_0f),
    openSocket(url) {
      connects.push(timers.now());
      return open(url);
    },
    emit: (events) => seen.take(events),
    onStatus: () => undefined,
  });

  network.weather = {
    delayMs: Math.floor(random() * 300),
    connectMs: 0,
    cut: random() < 0.5 ? 0.002 : 0,
    duplicate: 0,
    refuse: random() * 0.4,
  };
  let wanted = stage.pick();
  session.want(wanted);
  session.start();
  server.start();
  const end = timers.now() + STORM_MS;
  while (timers.now() < end) {
    timers.run(Math.ceil(random() * 5_000));
    if (random() < 0.15) session.want((wanted = stage.pick()));
    else if (random() < 0.05) session.reconnect();
    else faults[Math.floor(random() * faults.length)]?.();
  }
  network.weather = FAIR;
  stage.calm();
  timers.run(stage.calmMs);
  server.pause();
  timers.run(2_000);

  if (session.status.phase !== 'live') complaints.push(`status is ${JSON.stringify(session.status)}`);
  for (const { rule, what } of server.violations) complaints.push(`${rule}: ${what}`);
  for (const [i, at] of connects.entries()) {
    if (connects.slice(0, i).filter((other) => at - other < 1_000).length >= stage.connectsPerSecond) {
      complaints.push(`too many connects within a second`);
    }
  }
  const [has, should] = [stage.subscribed().toSorted(), stage.expected(wanted).toSorted()];
  if (has.join() !== should.join()) complaints.push(`subscribed is ${has.join()} instead of ${should.join()}`);
  for (const { feed, symbol } of wanted) {
    if (feed === 'book') seen.compare(symbol, stage.book(symbol));
  }

  session.close();
  seen.isOver = true;
  server.stop();
  timers.run(180_000);
  if (timers.size > 0) complaints.push(`${timers.size} timers are left`);
  return complaints;
}

class Watch {
  readonly #complaints: string[];
  readonly #books = new Map<string, OrderBook>();
  readonly #standings = new Map<string, BookStanding>();
  isOver = false;

  constructor(complaints: string[]) {
    this.#complaints = complaints;
  }

  take(events: readonly VenueEvent[]): void {
    if (this.isOver) this.#complaints.push(`emitted after close: ${events.map(({ type }) => type).join()}`);
    for (const event of events) {
      if (event.type === 'book') this.#books.set(event.symbol, event.book);
      else if (event.type === 'book_state') this.#standings.set(event.symbol, event.state);
    }
  }

  compare(symbol: string, truth: { readonly bids: readonly BookLevel[]; readonly asks: readonly BookLevel[] }): void {
    const trust = this.#standings.get(symbol)?.trust;
    if (trust !== 'verified' && trust !== 'unverified') this.#complaints.push(`the book of ${symbol} is ${trust}`);
    const book = this.#books.get(symbol)?.snapshot();
    for (const side of ['bids', 'asks'] as const) {
      const [has, should] = [plain(book?.[side] ?? []), plain(truth[side])];
      if (has !== should)
        this.#complaints.push(`${side} of ${symbol} are ${has.slice(0, 120)} instead of ${should.slice(0, 120)}`);
    }
  }
}

/** Levels as numbers, so that `0.50` is `0.5`. */
function plain(levels: readonly BookLevel[]): string {
  return levels.map(([price, size]) => `${Number(price)}×${Number(size)}`).join(' ');
}

/** How many seeds a test plays: `CHAOS_RUNS`, or this many. */
export function chaosSeeds(usual: number): readonly number[] {
  const runs = Number(process.env['CHAOS_RUNS'] ?? usual);
  return Array.from({ length: runs }, (_, seed) => seed);
}
