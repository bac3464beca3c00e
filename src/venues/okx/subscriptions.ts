/** O3: what is asked of one connection, and how far that is. Pure book-keeping; nothing is ever subscribed twice. */
import { isBookChannel, keyOf, needsLogin } from './channels.ts';
import type { OkxArg } from './schema.ts';

/** Of the 64 KB that `args` may have, with room for the rest of the frame. */
const MOST_BYTES = 60_000;
/** Answers come within seconds; what is older is forgotten. */
const MOST_REQUESTS = 256;

interface Entry {
  readonly arg: OkxArg;
  state: 'asked' | 'on' | 'leaving' | 'refused';
  /** When the last request about it left. */
  askedAt: number;
  request: string;
  /** Data has come: it counts as answered, for data may come before its ack. */
  heard: boolean;
  /** A book without its snapshot. */
  bare: boolean;
}

export interface Request {
  readonly id: string;
  readonly op: 'subscribe' | 'unsubscribe';
  readonly args: readonly OkxArg[];
}

/** What is wrong with what was asked long ago. */
export interface Overdue {
  /** Neither acks nor an error: nobody knows what this connection has. */
  readonly unanswered: boolean;
  /** Refused in a request of which the venue did not say which argument it minds. */
  readonly refused: readonly OkxArg[];
  /** Books whose snapshot did not come. */
  readonly bare: readonly string[];
}

export class Subscriptions {
  #wanted = new Map<string, OkxArg>();
  readonly #entries = new Map<string, Entry>();
  readonly #requests = new Map<string, { readonly keys: readonly string[]; failed: boolean }>();
  /** To be asked for one at a time. */
  readonly #alone = new Set<string>();
  readonly #resync = new Set<string>();
  #ids = 0;

  /** The whole set from now on. */
  want(args: ReadonlyMap<string, OkxArg>): void {
    this.#wanted = new Map(args);
    // Whoever stops wanting what was refused and wants it again asks again.
    for (const [key, entry] of this.#entries) {
      if (entry.state === 'refused' && !this.#wanted.has(key)) this.#entries.delete(key);
    }
  }

  /** Something wanted is not refused. */
  get hasWork(): boolean {
    for (const key of this.#wanted.keys()) if (this.#entries.get(key)?.state !== 'refused') return true;
    return false;
  }

  /** Something is wanted, and all of it was refused. */
  get isRefused(): boolean {
    return this.#wanted.size > 0 && !this.hasWork;
  }

  get needsLogin(): boolean {
    for (const { channel } of this.#wanted.values()) if (needsLogin(channel)) return true;
    return false;
  }

  get count(): number {
    let count = 0;
    for (const { state } of this.#entries.values()) if (state === 'on') count += 1;
    return count;
  }

  /** Everything wanted is there or refused, books with their snapshots. */
  get isComplete(): boolean {
    for (const key of this.#wanted.keys()) {
      const entry = this.#entries.get(key);
      if (!entry || entry.bare || (entry.state !== 'on' && entry.state !== 'refused')) return false;
    }
    return true;
  }

  /** Whether something waits for an answer. */
  get isPending(): boolean {
    for (const { state, bare } of this.#entries.values())
      if (state === 'asked' || state === 'leaving' || bare) return true;
    return false;
  }

  /** Whether data of this key is to be taken: it is wanted and was asked for. */
  takes(key: string): boolean {
    const entry = this.#entries.get(key);
    return this.#wanted.has(key) && entry !== undefined && (entry.state === 'asked' || entry.state === 'on');
  }

  hasHeard(key: string): boolean {
    return this.#entries.get(key)?.heard ?? false;
  }

  args(): OkxArg[] {
    return Array.from(this.#entries.values(), ({ arg }) => arg);
  }

  /** The next request that is due, as if it were sent now; `undefined`: all is asked for. */
  next(isLoggedIn: boolean, now: number): Request | undefined {
    return this.#nextSubscribe(isLoggedIn, now) ?? this.#nextUnsubscribe(now);
  }

  /** `next` without the effect. */
  isDue(isLoggedIn: boolean): boolean {
    for (const [key, arg] of this.#wanted) if (this.#lacks(key, arg, isLoggedIn)) return true;
    for (const [key, entry] of this.#entries) if (this.#isToLeave(key, entry)) return true;
    return false;
  }

  acked(op: Request['op'], key: string): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    if (op === 'unsubscribe') {
      if (entry.state === 'leaving') this.#entries.delete(key);
    } else if (entry.state === 'asked') {
      entry.state = 'on';
    }
  }

  heard(key: string): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    entry.heard = true;
    if (entry.state === 'asked') entry.state = 'on';
  }

  snapshotCame(key: string): void {
    const entry = this.#entries.get(key);
    if (entry) entry.bare = false;
  }

  /** The argument an error is about, which is given up; `undefined` where the venue does not say. */
  refuse(id: string | undefined, arg: OkxArg | undefined, message: string): OkxArg | undefined {
    const request = id === undefined ? undefined : this.#requests.get(id);
    const key = arg ? keyOf(arg) : this.#keyIn(message, request?.keys);
    const entry = key === undefined ? undefined : this.#entries.get(key);
    if (key === undefined || !entry) {
      if (request) request.failed = true;
      return undefined;
    }
    if (entry.state === 'leaving') this.#entries.delete(key);
    else this.#give(entry);
    return entry.arg;
  }

  /** Gives up whatever of this channel, or of all that need a login, has no answer yet. */
  refuseAll(concerns: (channel: string) => boolean): OkxArg[] {
    const refused: OkxArg[] = [];
    for (const [key, arg] of this.#wanted) {
      const entry = this.#entries.get(key);
      if (!concerns(arg.channel) || entry?.state === 'on' || entry?.state === 'refused') continue;
      this.#give(entry ?? this.#enter(key, arg, '', 0));
      refused.push(arg);
    }
    return refused;
  }

  /** Unsubscribe, and once that is answered subscribe again. */
  resync(key: string): boolean {
    if (!this.#wanted.has(key) || !this.takes(key)) return false;
    this.#resync.add(key);
    return true;
  }

  overdue(now: number, limitMs: number): Overdue {
    const refused: OkxArg[] = [];
    const bare: string[] = [];
    let unanswered = false;
    for (const [key, entry] of this.#entries) {
      const age = now - entry.askedAt;
      // Below 0: the clock was set back.
      if (age >= 0 && age < limitMs) continue;
      if (entry.state === 'leaving') {
        this.#entries.delete(key);
      } else if (entry.state === 'asked') {
        const request = this.#requests.get(entry.request);
        if (!request?.failed) unanswered = true;
        else if (request.keys.length > 1) this.#askAlone(key);
        else refused.push(this.#give(entry).arg);
      } else if (entry.state === 'on' && entry.bare) {
        bare.push(key);
      }
    }
    return { unanswered, refused, bare };
  }

  /** The connection was cut: all is to be asked for again, but for what was refused. */
  lost(): void {
    for (const [key, { state }] of this.#entries) if (state !== 'refused') this.#entries.delete(key);
    this.#requests.clear();
    this.#resync.clear();
  }

  /** Ask for what was refused, too. */
  forgive(): void {
    for (const [key, { state }] of this.#entries) if (state === 'refused') this.#entries.delete(key);
  }

  #nextSubscribe(isLoggedIn: boolean, now: number): Request | undefined {
    const args: OkxArg[] = [];
    let bytes = 0;
    for (const [key, arg] of this.#wanted) {
      if (!this.#lacks(key, arg, isLoggedIn)) continue;
      const isAlone = this.#alone.has(key);
      bytes += JSON.stringify(arg).length + 1;
      if (args.length > 0 && (isAlone || bytes > MOST_BYTES)) break;
      args.push(arg);
      if (isAlone) break;
    }
    return this.#request('subscribe', args, now);
  }

  #nextUnsubscribe(now: number): Request | undefined {
    const args: OkxArg[] = [];
    let bytes = 0;
    for (const [key, entry] of this.#entries) {
      if (!this.#isToLeave(key, entry)) continue;
      bytes += JSON.stringify(entry.arg).length + 1;
      if (args.length > 0 && bytes > MOST_BYTES) break;
      args.push(entry.arg);
    }
    return this.#request('unsubscribe', args, now);
  }

  #request(op: Request['op'], args: readonly OkxArg[], now: number): Request | undefined {
    if (args.length === 0) return undefined;
    const id = `g${(this.#ids += 1)}`;
    this.#requests.set(id, { keys: args.map(keyOf), failed: false });
    const [oldest] = this.#requests.keys();
    if (oldest !== undefined && this.#requests.size > MOST_REQUESTS) this.#requests.delete(oldest);
    for (const arg of args) {
      const key = keyOf(arg);
      const entry = this.#entries.get(key);
      if (op === 'subscribe' || !entry) {
        this.#alone.delete(key);
        this.#enter(key, arg, id, now);
        continue;
      }
      this.#resync.delete(key);
      entry.state = 'leaving';
      entry.heard = false;
      entry.bare = false;
      entry.askedAt = now;
      entry.request = id;
    }
    return { id, op, args };
  }

  #enter(key: string, arg: OkxArg, request: string, askedAt: number): Entry {
    const entry: Entry = { arg, state: 'asked', askedAt, request, heard: false, bare: isBookChannel(arg.channel) };
    this.#entries.set(key, entry);
    return entry;
  }

  #give(entry: Entry): Entry {
    entry.state = 'refused';
    entry.bare = false;
    return entry;
  }

  #askAlone(key: string): void {
    this.#entries.delete(key);
    this.#alone.add(key);
  }

  #lacks(key: string, arg: OkxArg, isLoggedIn: boolean): boolean {
    return !this.#entries.has(key) && (isLoggedIn || !needsLogin(arg.channel));
  }

  #isToLeave(key: string, { state }: Entry): boolean {
    if (state !== 'on' && state !== 'asked') return false;
    return !this.#wanted.has(key) || this.#resync.has(key);
  }

  /** The venue's messages name channel and instrument: `… channel:tickers,instId:NO-SUCH doesn't exist`. */
  #keyIn(message: string, keys: readonly string[] | undefined): string | undefined {
    if (keys?.length === 1) return keys[0];
    const words = new Set(message.split(/[^A-Za-z0-9-]+/));
    const found = Array.from(keys ?? this.#entries.keys()).filter((key) => {
      const entry = this.#entries.get(key);
      if (!entry || (entry.state !== 'asked' && entry.state !== 'leaving')) return false;
      const { channel, instId, instType } = entry.arg;
      return words.has(channel) && words.has(instId ?? instType ?? channel);
    });
    return found.length === 1 ? found[0] : undefined;
  }
}
