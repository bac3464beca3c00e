/**
 * Who is next: users take turns, whatever they have waiting; of one user the first runs first, and sweeps take turns.
 * Single runs go before parts of sweeps, which are many and small.
 */
export interface SweepSource<C> {
  /** The next part; `undefined`: none is left to give out. */
  readonly next: () => C | undefined;
}

/** Turns among what is in it: who was served goes to the end. */
class Ring<T> {
  readonly #turns: T[] = [];

  get items(): readonly T[] {
    return this.#turns;
  }

  add(item: T): void {
    if (!this.#turns.includes(item)) this.#turns.push(item);
  }

  remove(item: T): void {
    const index = this.#turns.indexOf(item);
    if (index >= 0) this.#turns.splice(index, 1);
  }

  /** The first item that has something to give. */
  serve<R>(give: (item: T) => R | undefined): R | undefined {
    for (const item of this.#turns.slice()) {
      const given = give(item);
      if (given === undefined) continue;
      this.remove(item);
      this.#turns.push(item);
      return given;
    }
    return undefined;
  }
}

export class FairQueue<R, C> {
  readonly #users = new Ring<string>();
  readonly #runs = new Map<string, R[]>();
  readonly #sweepUsers = new Ring<string>();
  readonly #sweeps = new Map<string, Ring<SweepSource<C>>>();

  /** Runs that wait. */
  get length(): number {
    let count = 0;
    for (const runs of this.#runs.values()) count += runs.length;
    return count;
  }

  lengthOf(user: string): number {
    return this.#runs.get(user)?.length ?? 0;
  }

  addRun(user: string, run: R): void {
    this.#users.add(user);
    const runs = this.#runs.get(user);
    if (runs) runs.push(run);
    else this.#runs.set(user, [run]);
  }

  /** Whether it was waiting. */
  removeRun(user: string, run: R): boolean {
    const runs = this.#runs.get(user) ?? [];
    const index = runs.indexOf(run);
    if (index < 0) return false;
    runs.splice(index, 1);
    this.#forgetIdle(user);
    return true;
  }

  addSweep(user: string, sweep: SweepSource<C>): void {
    this.#sweepUsers.add(user);
    const ring = this.#sweeps.get(user) ?? new Ring();
    this.#sweeps.set(user, ring);
    ring.add(sweep);
  }

  removeSweep(user: string, sweep: SweepSource<C>): void {
    const ring = this.#sweeps.get(user);
    ring?.remove(sweep);
    if (ring?.items.length !== 0) return;
    this.#sweeps.delete(user);
    this.#sweepUsers.remove(user);
  }

  next(): { readonly type: 'run'; readonly run: R } | { readonly type: 'part'; readonly part: C } | undefined {
    const run = this.#users.serve((user) => this.#runs.get(user)?.shift());
    if (run !== undefined) {
      for (const user of this.#users.items.slice()) this.#forgetIdle(user);
      return { type: 'run', run };
    }
    const part = this.#sweepUsers.serve((user) => this.#sweeps.get(user)?.serve((sweep) => sweep.next()));
    return part === undefined ? undefined : { type: 'part', part };
  }

  #forgetIdle(user: string): void {
    if (this.#runs.get(user)?.length !== 0) return;
    this.#runs.delete(user);
    this.#users.remove(user);
  }
}
