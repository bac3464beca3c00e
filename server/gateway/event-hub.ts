/**
 * From the bus to the clients: gives every event its `seq` (Z12), keeps the durable ones for replay, finds its
 * subscribers without a regular expression and writes once a client and tick.
 */
import { channelMatches } from '#domain/channel.ts';
import { channelKind, familyOf, hasCurrentValue, type ChannelKind, type Family } from '#protocol/channels.ts';
import type { Role } from '#protocol/roles.ts';
import type { Bus, BusEvent } from '#server/bus.ts';
import { currentFrame, eventFrame, type EventFrame } from './event-frame.ts';
import { ReplayRing, type RingLimits } from './replay-ring.ts';
import { groupKey, maySee, SubscriberGroup, type Receiver } from './subscriber-group.ts';

/** Where a client says it was (Z12). */
export interface Position {
  readonly run: string;
  readonly seq: number;
}

export interface Subscribed {
  /** Durable events since the client's position; `null`: it named one that can no longer be replayed from. */
  readonly replay: readonly EventFrame[] | null;
  /** Z11. */
  readonly current: readonly EventFrame[];
}

export interface HubOptions {
  readonly bus: Bus;
  /** Names this run of the engine: a `seq` means something only within it. */
  readonly run: string;
  /** When the ticks are; by default after the current batch of I/O. */
  readonly schedule?: (flush: () => void) => void;
}

interface Route {
  readonly family: Family;
  readonly kind: ChannelKind;
  readonly groups: readonly SubscriberGroup[];
}

const RING: RingLimits = { events: 50_000, bytes: 16 * 1024 * 1024 };
/** A longer replay is a gap: it would overflow the client's own queue (Z19). */
const REPLAY_BYTES = 512 * 1024;
const MAX_ROUTES = 20_000;

/** One connection's seat: what it has subscribed to, and since when. */
export class Seat {
  readonly receiver: Receiver;
  role: Role;
  /** Pattern → the `seq` after which this connection has been sent, or will be, every durable event of it. */
  readonly patterns = new Map<string, number>();
  group: SubscriberGroup | undefined;

  constructor(receiver: Receiver, role: Role) {
    this.receiver = receiver;
    this.role = role;
  }

  has(channel: string, seq: number): boolean {
    for (const [pattern, from] of this.patterns) if (seq > from && channelMatches(pattern, channel)) return true;
    return false;
  }
}

export class EventHub {
  readonly run: string;
  readonly #bus: Bus;
  readonly #ring = new ReplayRing(RING);
  readonly #schedule: (flush: () => void) => void;
  readonly #groups = new Map<string, SubscriberGroup>();
  readonly #routes = new Map<string, Route | null>();
  readonly #lastSeq = new Map<string, number>();
  readonly #unsubscribe: () => void;
  #dirty: SubscriberGroup[] = [];
  #scheduled = false;
  #seq = 0;

  constructor(options: HubOptions) {
    this.run = options.run;
    this.#bus = options.bus;
    this.#schedule = options.schedule ?? ((flush) => void setImmediate(flush));
    this.#unsubscribe = options.bus.onEvent((event) => this.#publish(event));
  }

  get seq(): number {
    return this.#seq;
  }

  get ringBytes(): number {
    return this.#ring.bytes;
  }

  close(): void {
    this.#unsubscribe();
    this.flush();
  }

  /** Adds the patterns (Z10: naming one again is no error) and tells what the client is to be sent first. */
  subscribe(seat: Seat, patterns: readonly string[], after: Position | undefined): Subscribed {
    const wanted = (channel: string, family: Family): boolean =>
      maySee(seat.role, family) && patterns.some((pattern) => channelMatches(pattern, channel));
    const replay = after ? this.#replay(seat, after, wanted) : [];
    const from = after && replay ? after.seq : this.#seq;
    for (const pattern of patterns) seat.patterns.set(pattern, Math.min(from, seat.patterns.get(pattern) ?? from));
    this.reseat(seat);
    // What has been published comes before the values of now: a client takes numbers for ascending.
    seat.group?.flush();
    const replayed = new Set(replay?.map((frame) => frame.seq));
    const current = this.#current(wanted).filter(({ kind, seq }) => kind !== 'durable' || !replayed.has(seq));
    return { replay, current };
  }

  unsubscribe(seat: Seat, patterns: readonly string[]): void {
    for (const pattern of patterns) seat.patterns.delete(pattern);
    this.reseat(seat);
  }

  leave(seat: Seat): void {
    seat.patterns.clear();
    this.reseat(seat);
  }

  /** Moves the seat to the group of its patterns and role; events published before do not follow it there. */
  reseat(seat: Seat): void {
    const key = groupKey(seat.role, seat.patterns.keys());
    const old = seat.group;
    let group = seat.patterns.size > 0 ? this.#groups.get(key) : undefined;
    if (group && group === old) return;
    old?.flush();
    group?.flush();
    if (!group && seat.patterns.size > 0) {
      group = new SubscriberGroup(seat.role, seat.patterns.keys());
      this.#groups.set(key, group);
      this.#routes.clear();
    }
    old?.members.delete(seat.receiver);
    group?.members.add(seat.receiver);
    seat.group = group;
    if (old?.members.size === 0) this.#drop(old);
  }

  /** The channel's value as of now; a book's is a snapshot. */
  currentOf(channel: string): EventFrame | undefined {
    const value = this.#bus.current(channel);
    return value && currentFrame(channel, value, this.#seq);
  }

  flush(): void {
    this.#scheduled = false;
    const dirty = this.#dirty;
    this.#dirty = [];
    for (const group of dirty) group.flush();
  }

  #publish(event: BusEvent): void {
    const route = this.#route(event.channel);
    if (!route) return;
    this.#seq += 1;
    const durable = route.kind === 'durable';
    if (!durable && route.groups.length === 0) return;
    const frame = eventFrame(event, route.family, this.#seq);
    if (durable) {
      this.#ring.push(frame);
      if (hasCurrentValue(route.family)) this.#lastSeq.set(event.channel, this.#seq);
    }
    for (const group of route.groups) if (group.add(frame)) this.#dirty.push(group);
    if (this.#dirty.length > 0 && !this.#scheduled) {
      this.#scheduled = true;
      this.#schedule(() => this.flush());
    }
  }

  #route(channel: string): Route | null {
    const known = this.#routes.get(channel);
    if (known !== undefined) return known;
    const family = familyOf(channel);
    const groups = [...this.#groups.values()];
    const route = family
      ? { family, kind: channelKind(family), groups: groups.filter((group) => group.wants(channel, family)) }
      : null;
    if (this.#routes.size >= MAX_ROUTES) this.#routes.clear();
    this.#routes.set(channel, route);
    return route;
  }

  #replay(
    seat: Seat,
    after: Position,
    wanted: (channel: string, family: Family) => boolean,
  ): readonly EventFrame[] | null {
    if (after.run !== this.run || after.seq > this.#seq) return null;
    // What another pattern of this connection already brought or brings is not sent twice.
    const replay = this.#ring.since(
      after.seq,
      ({ channel, family, seq }) => wanted(channel, family) && !seat.has(channel, seq),
    );
    const bytes = replay?.reduce((sum, frame) => sum + frame.bytes.length, 0) ?? 0;
    return replay && bytes <= REPLAY_BYTES ? replay : null;
  }

  #current(wanted: (channel: string, family: Family) => boolean): EventFrame[] {
    const found: EventFrame[] = [];
    for (const channel of this.#bus.provided()) {
      const family = familyOf(channel);
      if (!family || !hasCurrentValue(family) || !wanted(channel, family)) continue;
      // A durable value keeps the number of its event, so that a client knows whether it has seen it (Z12).
      const seq = channelKind(family) === 'durable' ? (this.#lastSeq.get(channel) ?? 0) : this.#seq;
      found.push(...this.#bus.currents(channel).flatMap((value) => currentFrame(channel, value, seq) ?? []));
    }
    return found;
  }

  #drop(group: SubscriberGroup): void {
    for (const [key, candidate] of this.#groups) if (candidate === group) this.#groups.delete(key);
    this.#routes.clear();
  }
}
