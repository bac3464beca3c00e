/** Gives threads their work: fair among users, no more at once than there are threads. */
import type { Job } from '#server/workers/messages.ts';
import type { JobEnd, JobListener, WorkerPool } from '#server/workers/worker-pool.ts';
import { FairQueue, type SweepSource } from './fair-queue.ts';

export interface Work extends JobListener {
  /** Asked when its turn has come; `undefined`: it is not wanted any more. A rejection ends it as failed. */
  readonly prepare: () => Promise<Job | undefined>;
  /** Once a thread has it; `cancel` ends it within 100 ms (G21). */
  readonly running: (cancel: () => void) => void;
}

export class Scheduler {
  readonly #pool: WorkerPool;
  readonly #queue = new FairQueue<Work, Work>();
  #active = 0;
  #closed = false;

  constructor(pool: WorkerPool) {
    this.#pool = pool;
  }

  /** Threads there may be. */
  get width(): number {
    return this.#pool.size;
  }

  /** Single runs that wait. */
  get waiting(): number {
    return this.#queue.length;
  }

  waitingOf(user: string): number {
    return this.#queue.lengthOf(user);
  }

  addRun(user: string, work: Work): void {
    this.#queue.addRun(user, work);
    this.pump();
  }

  /** Whether it had not begun. */
  removeRun(user: string, work: Work): boolean {
    return this.#queue.removeRun(user, work);
  }

  addSweep(user: string, sweep: SweepSource<Work>): void {
    this.#queue.addSweep(user, sweep);
    this.pump();
  }

  removeSweep(user: string, sweep: SweepSource<Work>): void {
    this.#queue.removeSweep(user, sweep);
  }

  /** Looks for work, for a sweep that has parts to give out again. */
  pump(): void {
    while (!this.#closed && this.#active < this.#pool.size) {
      const next = this.#queue.next();
      if (!next) return;
      this.#active += 1;
      void this.#carryOut(next.type === 'run' ? next.run : next.part).finally(() => {
        this.#active -= 1;
        this.pump();
      });
    }
  }

  /** Nothing new begins, what waits for its data neither; threads end, and with them what they were at. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#pool.close();
  }

  async #carryOut(work: Work): Promise<void> {
    let job: Job | undefined;
    try {
      job = await work.prepare();
    } catch (error) {
      work.ended({ type: 'failed', message: error instanceof Error ? error.message : String(error), expected: true });
      return;
    }
    if (job === undefined || this.#closed) {
      work.ended({ type: 'cancelled' });
      return;
    }
    const wanted = job;
    await new Promise<void>((resolve) => {
      const ended = (end: JobEnd) => {
        work.ended(end);
        resolve();
      };
      try {
        work.running(this.#pool.run(wanted, { news: (news) => work.news(news), ended }));
      } catch (error) {
        // The system has no thread left to give.
        ended({ type: 'failed', message: error instanceof Error ? error.message : String(error), expected: false });
      }
    });
  }
}
