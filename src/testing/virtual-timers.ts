import type { Timers } from '#domain/clock.ts';

interface Task {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

/** Lets everything that is due by promises happen, without any time passing. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Time that passes only when told to, in order, each task with all that follows from it before the next one. */
export class VirtualTimers implements Timers {
  #now: number;
  #behind = 0;
  #order = 0;
  #tasks: Task[] = [];

  constructor(startAt = 1_700_000_000_000) {
    this.#now = startAt;
  }

  /** Tasks that still wait. */
  get size(): number {
    return this.#tasks.length;
  }

  now(): number {
    return this.#now - this.#behind;
  }

  /** Somebody sets the clock back; what was planned comes when it would have. */
  setBack(ms: number): void {
    this.#behind += ms;
  }

  after(ms: number, run: () => void): () => void {
    const task = { at: this.#now + Math.max(0, ms), order: (this.#order += 1), run };
    this.#tasks.push(task);
    return () => {
      this.#tasks = this.#tasks.filter((other) => other !== task);
    };
  }

  async advance(ms: number): Promise<void> {
    const until = this.#now + ms;
    await settle();
    for (;;) {
      const next = this.#next();
      if (!next || next.at > until) break;
      this.#now = next.at;
      this.#tasks = this.#tasks.filter((task) => task !== next);
      next.run();
      await settle();
    }
    this.#now = until;
  }

  /** `advance` for what makes no promises: thousands of runs a second. */
  run(ms: number): void {
    const until = this.#now + ms;
    for (let next = this.#next(); next && next.at <= until; next = this.#next()) {
      const task = next;
      this.#now = task.at;
      this.#tasks = this.#tasks.filter((other) => other !== task);
      task.run();
    }
    this.#now = until;
  }

  /** Puts `setTimeout` and `clearTimeout` on this time, for libraries that take no port; returns how to undo it. */
  install(): () => void {
    const { setTimeout: realSet, clearTimeout: realClear } = globalThis;
    const cancels = new Map<number, () => void>();
    const set = (run: () => void, ms = 0): number => {
      const id = (this.#order += 1);
      cancels.set(
        id,
        this.after(ms, () => {
          cancels.delete(id);
          run();
        }),
      );
      return id;
    };
    const clear = (id?: number): void => {
      if (id === undefined) return;
      cancels.get(id)?.();
      cancels.delete(id);
    };
    Object.assign(globalThis, { setTimeout: set, clearTimeout: clear });
    return () => void Object.assign(globalThis, { setTimeout: realSet, clearTimeout: realClear });
  }

  #next(): Task | undefined {
    let first: Task | undefined;
    for (const task of this.#tasks) {
      if (!first || task.at < first.at || (task.at === first.at && task.order < first.order)) first = task;
    }
    return first;
  }
}
