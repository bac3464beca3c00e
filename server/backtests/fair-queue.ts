/**
 * Who is next: users take turns, whatever they have waiting; of one user the first runs first, and sweeps take turns.
 * Single runs go before parts of sweeps, which are many and small.
 */
export interface SweepSource<C> {
  /** The next part; `undefined`: none is left to give out. */
  readonly next: () => C | undefined;
}

const REMEMBERED = 1_000;

/** Its turn has who has not been served for longest, though it may have had nothing to give meanwhile. */
class Turns<T> {
  readonly #waiting = new Set<T>();
  /** When it was last served, in turns; who is long not there is forgotten. */
  readonly #served = new Map<T, number>();
  #turn = 0;

  get size(): number {
    return this.#waiting.size;
  }

  add(item: T): void {
    this.#waiting.add(item);
  }

  remove(item: T): void {
    this.#waiting.delete(item);
  }

  /** The first item that has something to give. */
  serve<R>(give: (item: T) => R | undefined): R | undefined {
    const last = (item: T) => this.#served.get(item) ?? 0;
    for (const item of [...this.#waiting].sort((a, b) => last(a) - last(b))) {
      const given = give(item);
      if (given === undefined) continue;
      this.#note(item);
      return given;
    }
    return undefined;
  }

  #note(item: T): void {
    this.#turn += 1;
    this.#served.delete(item);
    this.#served.set(item, this.#turn);
    for (const [oldest] of this.#served) {
      if (this.#served.size <= REMEMBERED) break;
      this.#served.delete(oldest);
    }
  }
}

export class FairQueue<R, C> {
  readonly #users = new Turns<string>();
  readonly #runs = new Map<string, R[]>();
  readonly #sweepUsers = new Turns<string>();
  readonly #sweeps = new Map<string, Turns<SweepSource<C>>>();

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
    const turns = this.#sweeps.get(user) ?? new Turns();
    this.#sweeps.set(user, turns);
    turns.add(sweep);
  }

  removeSweep(user: string, sweep: SweepSource<C>): void {
    const turns = this.#sweeps.get(user);
    turns?.remove(sweep);
    if (turns?.size !== 0) return;
    this.#sweeps.delete(user);
    this.#sweepUsers.remove(user);
  }

  next(): { readonly type: 'run'; readonly run: R } | { readonly type: 'part'; readonly part: C } | undefined {
    const run = this.#users.serve((user) => {
      const first = this.#runs.get(user)?.shift();
      this.#forgetIdle(user);
      return first;
    });
    if (run !== undefined) return { type: 'run', run };
    const part = this.#sweepUsers.serve((user) => this.#sweeps.get(user)?.serve((sweep) => sweep.next()));
    return part === undefined ? undefined : { type: 'part', part };
  }

  #forgetIdle(user: string): void {
    if (this.#runs.get(user)?.length !== 0) return;
    this.#runs.delete(user);
    this.#users.remove(user);
  }
}
