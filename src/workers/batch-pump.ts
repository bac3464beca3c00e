/** Posts batches as fast as the other thread takes them, and no faster: what it has not taken waits coalesced. */
import type { Timers } from '#domain/clock.ts';
import type { VenueEvent } from '#venues/venue.ts';
import { Coalescer } from './coalescer.ts';
import type { FeedBatch } from './feed-protocol.ts';

/** Four a frame: the frame that draws finds the newest, and no frame finds hundreds. */
const POST_EVERY_MS = 4;
const MOST_UNTAKEN = 2;

export class BatchPump {
  readonly #timers: Timers;
  readonly #post: (batch: FeedBatch, transfer: ArrayBuffer[]) => void;
  readonly #coalescer = new Coalescer();
  #untaken = 0;
  #postedAt = 0;
  #cancel: (() => void) | undefined;
  #isHeld = false;

  constructor(timers: Timers, post: (batch: FeedBatch, transfer: ArrayBuffer[]) => void) {
    this.#timers = timers;
    this.#post = post;
  }

  add(events: readonly VenueEvent[], receivedAt: number): void {
    for (const event of events) this.#coalescer.add(event, receivedAt);
    this.#pump();
  }

  /** One batch was taken. */
  taken(): void {
    this.#untaken = Math.max(0, this.#untaken - 1);
    this.#pump();
  }

  /** Collects without posting until `release`. */
  hold(): void {
    this.#isHeld = true;
  }

  release(): void {
    this.#isHeld = false;
    this.#pump();
  }

  /** Forgets what waits. */
  clear(): void {
    this.#coalescer.clear();
  }

  close(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#isHeld = true;
  }

  #pump(): void {
    if (!this.#coalescer.isDirty || this.#isHeld || this.#cancel || this.#untaken >= MOST_UNTAKEN) return;
    const wait = this.#postedAt + POST_EVERY_MS - this.#timers.now();
    // A clock set back must not hold anything up.
    if (wait > 0 && wait <= POST_EVERY_MS) {
      this.#cancel = this.#timers.after(wait, () => {
        this.#cancel = undefined;
        this.#pump();
      });
      return;
    }
    this.#postedAt = this.#timers.now();
    this.#untaken += 1;
    const { batch, transfer } = this.#coalescer.take();
    this.#post(batch, transfer);
  }
}
