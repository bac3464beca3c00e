/**
 * What the dashboard listens to, kept true at the server: after every change the patterns wanted are compared with
 * the patterns sent, and the difference leaves as one frame (Z10, Z18).
 */
import { isChannelPattern } from '#domain/channel.ts';
import type { Timers } from '#domain/clock.ts';
import type { ClientFrame, ServerFrameOf, WireError } from '#protocol/envelope.ts';
import { MAX_SUBSCRIPTIONS } from '#protocol/limits.ts';
import type { ResumeCursor } from './resume-cursor.ts';
import { retryAfterMs } from './retry-after.ts';
import type { Listener } from './routes.ts';
import { wirePatterns } from './wire-patterns.ts';

/** How long a pattern nobody listens to any more stays subscribed: the next page may want it. */
export const RELEASE_DELAY_MS = 5_000;
/** Longer than any channel's name; fifty of them still fit one frame. */
const MAX_PATTERN_LENGTH = 512;

interface Entry {
  readonly listeners: Set<Listener>;
  /** Someone new wants the current values, though the pattern is subscribed (Z11). */
  ask: boolean;
  denied: boolean;
  cancelRelease: (() => void) | undefined;
}

interface SentFrame {
  readonly type: 'subscribe' | 'unsubscribe';
  readonly patterns: readonly string[];
  /** A resubscription after a cut: its listeners must hear of a gap. */
  readonly resumes: boolean;
}

export interface SubscriptionPorts {
  readonly timers: Timers;
  readonly cursor: ResumeCursor;
  readonly send: (frame: Extract<ClientFrame, { type: 'subscribe' | 'unsubscribe' }>) => void;
  /** Z9: the engine at the other end names no capabilities. */
  readonly comparesBySegment: () => boolean;
  /** The engine's own limit (Z18), where it names one. */
  readonly limit: () => number;
  readonly changed: () => void;
}

export class Subscriptions {
  readonly #ports: SubscriptionPorts;
  readonly #entries = new Map<string, Entry>();
  /** On the wire of this connection. */
  readonly #sent = new Set<string>();
  /** Were on the wire before the cut: to be resumed. */
  readonly #resume = new Set<string>();
  readonly #frames = new Map<string, SentFrame>();
  #frameCount = 0;
  #ready = false;
  #flushDue = false;

  constructor(ports: SubscriptionPorts) {
    this.#ports = ports;
  }

  get patterns(): ReadonlyMap<string, { readonly listeners: ReadonlySet<Listener> }> {
    return this.#entries;
  }

  add(pattern: string, listener: Listener): () => void {
    if (pattern.length > MAX_PATTERN_LENGTH || !isChannelPattern(pattern)) {
      queueMicrotask(() => listener.onDenied?.('INVALID_CHANNEL'));
      return () => undefined;
    }
    let entry = this.#entries.get(pattern);
    if (!entry) {
      entry = { listeners: new Set(), ask: false, denied: false, cancelRelease: undefined };
      this.#entries.set(pattern, entry);
    }
    entry.cancelRelease?.();
    entry.cancelRelease = undefined;
    entry.listeners.add(listener);
    entry.ask = true;
    entry.denied = false;
    this.#changed();
    return () => this.#remove(pattern, listener);
  }

  /** Asks for the current values of a pattern once more; one request under way is enough. */
  refresh(pattern: string): void {
    const entry = this.#entries.get(pattern);
    if (!entry || !this.#ready) return;
    for (const { type, patterns } of this.#frames.values()) {
      if (type === 'subscribe' && patterns.includes(pattern)) return;
    }
    entry.ask = true;
    this.#flushSoon();
  }

  /** Sequence numbers of another run say nothing about this one's events. */
  forgetNumbers(): void {
    for (const { listeners } of this.#entries.values()) {
      for (const listener of listeners) {
        listener.since = 0;
        listener.valueSeq = -1;
      }
    }
  }

  /** A connection on which the server will listen. */
  begin(): void {
    this.#ready = true;
    this.#flush();
  }

  /** The connection is gone. */
  end(): void {
    for (const pattern of this.#sent) this.#resume.add(pattern);
    this.unsay();
  }

  /** The server has heard nothing of what was sent: all of it again at the next `begin`. */
  unsay(): void {
    this.#ready = false;
    this.#sent.clear();
    this.#frames.clear();
    for (const entry of this.#entries.values()) entry.denied = false;
  }

  subscribed({ id, data }: ServerFrameOf<'subscribed'>): void {
    const frame = this.#takeFrame('subscribe', id);
    for (const { channel, code } of data.denied ?? []) this.#deny(channel, code);
    if (!frame?.resumes) return;
    for (const pattern of frame.patterns) this.#resume.delete(pattern);
    this.#ports.cursor.replayAnswered(data.replayed ?? 0);
    // An answer that does not speak of the replay comes from an engine that has none.
    if (data.gap === true || data.replayed === undefined) this.#gap(frame.patterns);
  }

  unsubscribed({ id }: ServerFrameOf<'unsubscribed'>): void {
    this.#takeFrame('unsubscribe', id);
  }

  /** An `error` that names one of our frames, or one of our patterns in its details. */
  refused(id: string | undefined, error: WireError): void {
    const frame = id === undefined ? undefined : this.#frames.get(id);
    if (frame && id !== undefined && error.code === 'RATE_LIMITED') {
      this.#frames.delete(id);
      this.#ports.timers.after(retryAfterMs(error.details), () => this.#undo(frame));
    }
    const { details } = error;
    if (typeof details === 'object' && details !== null && 'channel' in details)
      this.#deny(details.channel, error.code);
  }

  #remove(pattern: string, listener: Listener): void {
    const entry = this.#entries.get(pattern);
    if (!entry?.listeners.delete(listener)) return;
    this.#ports.changed();
    if (entry.listeners.size > 0) return;
    entry.cancelRelease = this.#ports.timers.after(RELEASE_DELAY_MS, () => {
      this.#entries.delete(pattern);
      this.#changed();
    });
  }

  #changed(): void {
    this.#ports.changed();
    this.#flushSoon();
  }

  #flushSoon(): void {
    if (this.#flushDue) return;
    this.#flushDue = true;
    // One page subscribes to many patterns in one go: they leave together.
    queueMicrotask(() => {
      this.#flushDue = false;
      this.#flush();
    });
  }

  #flush(): void {
    if (!this.#ready) return;
    const wanted = this.#plan();
    const dropped = [...this.#sent].filter((pattern) => !wanted.has(pattern));
    for (const pattern of this.#resume) if (!wanted.has(pattern)) this.#resume.delete(pattern);
    const resumed = [...this.#resume].filter((pattern) => !this.#sent.has(pattern));
    const added = [...wanted].filter(
      ([pattern, ask]) => (ask || !this.#sent.has(pattern)) && !resumed.includes(pattern),
    );
    // Room first, then what needs it. What resumes goes ahead of what is new, so that nothing live overtakes the replay.
    this.#post('unsubscribe', dropped, false);
    this.#resumeAfterCut(resumed);
    this.#post(
      'subscribe',
      added.map(([pattern]) => pattern),
      false,
    );
  }

  #resumeAfterCut(patterns: readonly string[]): void {
    const { cursor } = this.#ports;
    if (patterns.length > 0 && cursor.after) {
      cursor.replayAsked();
      this.#post('subscribe', patterns, true);
      return;
    }
    this.#post('subscribe', patterns, false);
    for (const pattern of patterns) this.#resume.delete(pattern);
    this.#gap(patterns);
  }

  #post(type: SentFrame['type'], patterns: readonly string[], resumes: boolean): void {
    if (patterns.length === 0) return;
    this.#frameCount += 1;
    const id = `${type[0]}${this.#frameCount}`;
    const channels = [...patterns];
    this.#frames.set(id, { type, patterns, resumes });
    for (const pattern of patterns) this.#sent[type === 'subscribe' ? 'add' : 'delete'](pattern);
    const { after } = this.#ports.cursor;
    this.#ports.send(resumes && after ? { type, id, channels, after } : { type, id, channels });
  }

  /** The wire patterns to have, at most the limit, each with whether its current values are asked for (again). */
  #plan(): Map<string, boolean> {
    const wanted = new Map<string, boolean>();
    const limit = Math.min(MAX_SUBSCRIPTIONS, this.#ports.limit());
    // Patterns that only linger make room for those listened to.
    const entries = [...this.#entries].sort(
      ([, a], [, b]) => Number(b.listeners.size > 0) - Number(a.listeners.size > 0),
    );
    for (const [pattern, entry] of entries) {
      const forms = wirePatterns(pattern, this.#ports.comparesBySegment());
      const more = forms.filter((form) => !wanted.has(form)).length;
      if (wanted.size + more > limit) {
        this.#deny(pattern, 'SUBSCRIPTION_LIMIT');
        continue;
      }
      for (const form of forms) wanted.set(form, entry.ask || wanted.get(form) === true);
      entry.ask = false;
    }
    return wanted;
  }

  /** Foreign engines do not echo the id: theirs is the answer to the oldest frame of that kind. */
  #takeFrame(type: SentFrame['type'], id: string | undefined): SentFrame | undefined {
    const key = id ?? [...this.#frames].find(([, sent]) => sent.type === type)?.[0];
    const frame = key === undefined ? undefined : this.#frames.get(key);
    if (key !== undefined) this.#frames.delete(key);
    return frame;
  }

  #undo({ type, patterns }: SentFrame): void {
    if (!this.#ready) return;
    for (const pattern of patterns) this.#sent[type === 'subscribe' ? 'delete' : 'add'](pattern);
    this.#flush();
  }

  #deny(pattern: unknown, code: string): void {
    const entry = typeof pattern === 'string' ? this.#entries.get(pattern) : undefined;
    if (!entry || entry.denied) return;
    entry.denied = true;
    for (const listener of entry.listeners) listener.onDenied?.(code);
  }

  #gap(wire: readonly string[]): void {
    for (const [pattern, entry] of this.#entries) {
      if (!wirePatterns(pattern, this.#ports.comparesBySegment()).some((form) => wire.includes(form))) continue;
      for (const listener of entry.listeners) listener.onGap?.();
    }
  }
}
