/** Z13, in memory: which request each recent id belonged to, reads included. */

const MAX_IDS = 100_000;

export class RecentIds {
  readonly #windowMs: number;
  readonly #ids = new Map<string, { readonly digest: string; readonly at: number }>();

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  /** `false`: the id belonged to another request. */
  note(user: string, id: string, digest: string, now: number): boolean {
    this.#forget(now);
    const key = `${user}\n${id}`;
    const known = this.#ids.get(key);
    if (known) return known.digest === digest;
    this.#ids.set(key, { digest, at: now });
    return true;
  }

  #forget(now: number): void {
    for (const [key, { at }] of this.#ids) {
      if (now - at <= this.#windowMs && this.#ids.size < MAX_IDS) return;
      this.#ids.delete(key);
    }
  }
}
