/** Answers that may be given again for a short while; equal requests at the same time are one. */
import type { Clock } from '#domain/clock.ts';

interface Kept {
  readonly at: number;
  readonly answer: Promise<string>;
  /** Once it is there. */
  bytes: number;
}

const MAX_BYTES = 32 * 1024 * 1024;
const MAX_ANSWERS = 500;

export class AnswerCache {
  readonly #clock: Clock;
  /** Oldest first. */
  readonly #kept = new Map<string, Kept>();
  #bytes = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** What is no older than `freshMs`, or on its way; else what `ask` gives. A failure is not kept. */
  async get(key: string, freshMs: number, ask: () => Promise<string>): Promise<string> {
    const known = this.#kept.get(key);
    // Of before the clock was set back: nobody knows how old.
    const age = known && known.at <= this.#clock.now() ? this.#clock.now() - known.at : Infinity;
    if (known && (known.bytes === 0 || age < freshMs)) return known.answer;
    this.#forget(key);
    const kept: Kept = { at: this.#clock.now(), answer: ask(), bytes: 0 };
    this.#kept.set(key, kept);
    try {
      const text = await kept.answer;
      // Never 0: that is one on its way.
      kept.bytes = text.length + 1;
      if (this.#kept.get(key) === kept) this.#bytes += kept.bytes;
      this.#tidy();
      return text;
    } catch (error) {
      if (this.#kept.get(key) === kept) this.#kept.delete(key);
      throw error;
    }
  }

  #tidy(): void {
    for (const [key, { bytes }] of this.#kept) {
      if (this.#bytes <= MAX_BYTES && this.#kept.size <= MAX_ANSWERS) return;
      if (bytes > 0) this.#forget(key);
    }
  }

  #forget(key: string): void {
    const kept = this.#kept.get(key);
    if (!kept) return;
    this.#kept.delete(key);
    this.#bytes -= kept.bytes;
  }
}
