/** What a venue's session must survive: a seeded storm, then calm, then the account of what is left. */
import type { BookLevel, BookTrust } from '#domain/market-data.ts';
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
  /** One thing more that goes wrong once, and nothing else later makes good; returns how many books may start anew for it. */
  readonly lastBlow: () => number;
  /** Until which everything has to be right again. */
  readonly calmMs: number;
  /** What the server should have subscribed for these, sorted; and has. */
  readonly expected: (subscriptions: readonly Subscription[]) => readonly string[];
  readonly subscribed: () => readonly string[];
  readonly book: (symbol: string) => Truth;
  /** All books come over one connection: while it is down none may pass for fresh. */
  readonly isOneConnection: boolean;
  /** Connects a second, at most, as the venue allows. */
  readonly connectsPerSecond: number;
}

const STORM_MS = 45_000;
/** By then every dead connection has been noticed. */
const HEARTBEAT_MS = 45_000;
/** Longer than between two updates in the calm: by then a gap is found. */
const SAMPLE_MS = 6_000;

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
  let wanted: readonly Subscription[] = [];
  const want = () => {
    wanted = stage.pick();
    seen.keep(wanted);
    session.want(wanted);
  };
  want();
  session.start();
  server.start();
  const end = timers.now() + STORM_MS;
  while (timers.now() < end) {
    timers.run(Math.ceil(random() * 5_000));
    if (stage.isOneConnection && session.status.phase === 'waiting') seen.noneFresh(wanted);
    if (random() < 0.15) want();
    else if (random() < 0.05) session.reconnect();
    else faults[Math.floor(random() * faults.length)]?.();
  }
  network.weather = FAIR;
  stage.calm();
  timers.run(HEARTBEAT_MS);
  const resyncs = () => session.stats().reduce((sum, each) => sum + each.resyncs, 0);
  const before = resyncs();
  const allowed = stage.lastBlow();
  for (let passed = 0; passed < stage.calmMs; passed += SAMPLE_MS) {
    timers.run(SAMPLE_MS);
    for (const { feed, symbol } of wanted) if (feed === 'book') seen.sample(symbol, stage.book(symbol));
  }
  server.pause();
  timers.run(2_000);

  if (resyncs() - before > allowed) complaints.push(`${resyncs() - before} resyncs instead of ${allowed}`);
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
  readonly #wrong = new Set<string>();
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

  /** What nobody wants any more is forgotten; it comes anew. */
  keep(wanted: readonly Subscription[]): void {
    for (const symbol of this.#standings.keys()) {
      if (!wanted.some((each) => each.symbol === symbol && each.feed === 'book')) this.#standings.delete(symbol);
    }
  }

  /** Called while nothing can come in. */
  noneFresh(wanted: readonly Subscription[]): void {
    for (const { symbol } of wanted) {
      const trust = this.#standings.get(symbol)?.trust;
      if (isTrusted(trust)) this.#complaints.push(`the book of ${symbol} is ${trust} though the connection is down`);
    }
  }

  /** A book that says it is verified may be behind for an update, not for longer. */
  sample(symbol: string, truth: Truth): void {
    const isWrong = this.#standings.get(symbol)?.trust === 'verified' && this.#differences(symbol, truth).length > 0;
    if (isWrong && this.#wrong.has(symbol))
      this.#complaints.push(`the book of ${symbol} is wrong, and says it is verified`);
    if (isWrong) this.#wrong.add(symbol);
    else this.#wrong.delete(symbol);
  }

  compare(symbol: string, truth: Truth): void {
    const trust = this.#standings.get(symbol)?.trust;
    if (!isTrusted(trust)) this.#complaints.push(`the book of ${symbol} is ${trust}`);
    this.#complaints.push(...this.#differences(symbol, truth));
  }

  #differences(symbol: string, truth: Truth): string[] {
    const book = this.#books.get(symbol)?.snapshot();
    return (['bids', 'asks'] as const).flatMap((side) => {
      const [has, should] = [plain(book?.[side] ?? []), plain(truth[side])];
      return has === should ? [] : [`${side} of ${symbol} are ${has.slice(0, 120)} instead of ${should.slice(0, 120)}`];
    });
  }
}

interface Truth {
  readonly bids: readonly BookLevel[];
  readonly asks: readonly BookLevel[];
}

function isTrusted(trust: BookTrust | undefined): boolean {
  return trust === 'verified' || trust === 'unverified';
}

/** Levels as numbers, so that `0.50` is `0.5`. */
function plain(levels: readonly BookLevel[]): string {
  return levels.map(([price, size]) => `${Number(price)}×${Number(size)}`).join(' ');
}

/** Far more than a thousand runs take on a busy machine. */
export const CHAOS_TIMEOUT_MS = 600_000;

/** How many seeds a test plays: `CHAOS_RUNS`, or this many. */
export function chaosSeeds(usual: number): readonly number[] {
  const runs = Number(process.env['CHAOS_RUNS'] ?? usual);
  return Array.from({ length: runs }, (_, seed) => seed);
}
