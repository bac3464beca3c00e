/** The middles of what is compared, once a second, for half an hour: in memory, from when the page was opened. */

export const WINDOW_MS = 30 * 60_000;
export const SAMPLE_MS = 1000;

/** `[ms, percent]`; `null`: one of the two had no price then. */
export type DifferencePoint = readonly [ts: number, pct: number | null];

export class SpreadHistory {
  #times: number[] = [];
  #mids = new Map<string, (number | null)[]>();

  get length(): number {
    return this.#times.length;
  }

  /** `mids` by instrument; one that is not named has no price now. */
  sample(now: number, mids: ReadonlyMap<string, number>): void {
    const last = this.#times.at(-1);
    // A clock set back, as after sleep or by hand, begins anew.
    if (last !== undefined && now <= last) {
      this.#times = [];
      this.#mids.clear();
    }
    for (const key of mids.keys()) {
      if (!this.#mids.has(key))
        this.#mids.set(
          key,
          Array.from(this.#times, () => null),
        );
    }
    this.#times.push(now);
    for (const [key, series] of this.#mids) series.push(mids.get(key) ?? null);
    const old = this.#times.findIndex((ts) => ts > now - WINDOW_MS);
    if (old <= 0) return;
    this.#times.splice(0, old);
    for (const [key, series] of this.#mids) {
      series.splice(0, old);
      if (series.every((mid) => mid === null)) this.#mids.delete(key);
    }
  }

  /** How far `key` was above `reference`, in percent, oldest first. */
  differences(key: string, reference: string): DifferencePoint[] {
    const [of, from] = [this.#mids.get(key), this.#mids.get(reference)];
    return this.#times.map((ts, i) => {
      const [mid, base] = [of?.[i] ?? null, from?.[i] ?? null];
      return [ts, mid === null || base === null ? null : (mid / base - 1) * 100];
    });
  }
}
