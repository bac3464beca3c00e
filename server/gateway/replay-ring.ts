/** Z12: the newest durable events of this run, bounded in number and bytes. */
import type { EventFrame } from './event-frame.ts';

export interface RingLimits {
  readonly events: number;
  readonly bytes: number;
}

export class ReplayRing {
  readonly #limits: RingLimits;
  #frames: EventFrame[] = [];
  /** Index of the oldest kept frame; the array is compacted now and then instead of shifted each time. */
  #head = 0;
  #bytes = 0;
  #forgottenTo = 0;

  constructor(limits: RingLimits) {
    this.#limits = limits;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get size(): number {
    return this.#frames.length - this.#head;
  }

  push(frame: EventFrame): void {
    this.#frames.push(frame);
    this.#bytes += frame.bytes.length;
    while (this.size > this.#limits.events || this.#bytes > this.#limits.bytes) this.#forgetOldest();
    if (this.#head > 1024 && this.#head * 2 > this.#frames.length) {
      this.#frames = this.#frames.slice(this.#head);
      this.#head = 0;
    }
  }

  /** Every durable event after `seq` that `wanted` picks, oldest first; `undefined`: some may be forgotten. */
  since(seq: number, wanted: (frame: EventFrame) => boolean): EventFrame[] | undefined {
    if (seq < this.#forgottenTo) return undefined;
    const found: EventFrame[] = [];
    for (let i = this.#firstAfter(seq); i < this.#frames.length; i += 1) {
      const frame = this.#frames[i];
      if (frame && wanted(frame)) found.push(frame);
    }
    return found;
  }

  #firstAfter(seq: number): number {
    let low = this.#head;
    let high = this.#frames.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#frames[middle]?.seq ?? 0) > seq) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #forgetOldest(): void {
    const oldest = this.#frames[this.#head];
    if (!oldest) return;
    this.#head += 1;
    this.#bytes -= oldest.bytes.length;
    this.#forgottenTo = oldest.seq;
  }
}
