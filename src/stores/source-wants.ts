/** What is wanted of a source, counted by whoever looks; let go a while after the last has looked away. */
import type { Timers } from '#domain/clock.ts';
import type { Subscription } from '#venues/venue.ts';

/** Long enough to come back from another page. */
const RELEASE_AFTER_MS = 5_000;

export class SourceWants {
  readonly #timers: Timers;
  readonly #changed: (wanted: readonly Subscription[]) => void;
  readonly #held = new Map<string, { readonly subscription: Subscription; holders: number }>();
  #isTelling = false;

  constructor(timers: Timers, changed: (wanted: readonly Subscription[]) => void) {
    this.#timers = timers;
    this.#changed = changed;
  }

  get all(): readonly Subscription[] {
    return [...this.#held.values()].map(({ subscription }) => subscription);
  }

  /** Returns how to let go. */
  hold(subscription: Subscription): () => void {
    const key = `${subscription.feed} ${subscription.symbol}`;
    const held = this.#held.get(key) ?? { subscription, holders: 0 };
    held.holders += 1;
    if (!this.#held.has(key)) {
      this.#held.set(key, held);
      this.#tell();
    }
    let isLetGo = false;
    return () => {
      if (isLetGo) return;
      isLetGo = true;
      this.#timers.after(RELEASE_AFTER_MS, () => {
        held.holders -= 1;
        if (held.holders > 0) return;
        this.#held.delete(key);
        this.#tell();
      });
    };
  }

  /** A page asks for many things at once: they are told together. */
  #tell(): void {
    if (this.#isTelling) return;
    this.#isTelling = true;
    queueMicrotask(() => {
      this.#isTelling = false;
      this.#changed(this.all);
    });
  }
}
