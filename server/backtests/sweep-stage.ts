/** One step of a sweep: many small runs, given out in parts that take a thread about as long as a price may wait. */
import type { SweepCell } from '#protocol/backtest-shapes.ts';
import type { CellsJob, CellTask, Job } from '#server/workers/messages.ts';
import type { JobEnd } from '#server/workers/worker-pool.ts';
import type { Clock } from '#domain/clock.ts';
import type { SweepSource } from './fair-queue.ts';
import type { Work } from './scheduler.ts';

/** Then a thread takes the next of whoever's turn it is. */
const PART_MS = 80;
const MOST_IN_PART = 256;

/** Runs over the same part of the data; at least one. */
export interface Batch {
  readonly tasks: readonly CellTask[];
  /** Loaded when its first part has its turn. */
  readonly data: () => Promise<Omit<CellsJob, 'type' | 'cells'>>;
}

export interface StagePorts {
  readonly clock: Clock;
  readonly cells: (cells: readonly SweepCell[], batch: number) => void;
  /** All are done, or one part has failed; once. Nothing follows it. */
  readonly ended: (end: JobEnd) => void;
}

export class SweepStage implements SweepSource<Work> {
  readonly #batches: readonly Batch[];
  readonly #o: StagePorts;
  /** Parts that are with threads, and how to end them. */
  readonly #out = new Set<{ cancel: () => void }>();
  #batch = 0;
  #task = 0;
  #taskMs: number | undefined;
  #isOver = false;

  constructor(batches: readonly Batch[], ports: StagePorts) {
    this.#batches = batches;
    this.#o = ports;
  }

  next(): Work | undefined {
    const batch = this.#batches[this.#batch];
    if (this.#isOver || !batch) return undefined;
    const index = this.#batch;
    // Before anything has been measured, one by one.
    const count = Math.min(MOST_IN_PART, Math.max(1, Math.floor(PART_MS / (this.#taskMs ?? PART_MS))));
    const tasks = batch.tasks.slice(this.#task, this.#task + count);
    this.#task += tasks.length;
    if (this.#task >= batch.tasks.length) {
      this.#batch += 1;
      this.#task = 0;
    }
    return this.#part(batch, index, tasks);
  }

  /** Parts that are with threads end within 100 ms; `ended` is not called any more. */
  cancel(): void {
    this.#isOver = true;
    for (const part of this.#out) part.cancel();
  }

  #part(batch: Batch, index: number, tasks: readonly CellTask[]): Work {
    const part = { cancel: (): void => undefined };
    let began = 0;
    this.#out.add(part);
    return {
      prepare: async (): Promise<Job | undefined> => {
        const data = await batch.data();
        return this.#isOver ? undefined : { type: 'cells', cells: tasks, ...data };
      },
      running: (cancel) => {
        began = this.#o.clock.now();
        part.cancel = cancel;
      },
      news: (news) => {
        if (!this.#isOver && news.type === 'cells') this.#o.cells(news.cells, index);
      },
      ended: (end) => {
        this.#out.delete(part);
        if (this.#isOver) return;
        this.#measured((this.#o.clock.now() - began) / tasks.length);
        const isLast = this.#out.size === 0 && this.#batch >= this.#batches.length;
        if (end.type !== 'done' || isLast) this.#over(end);
      },
    };
  }

  #over(end: JobEnd): void {
    this.cancel();
    this.#o.ended(end);
  }

  #measured(ms: number): void {
    this.#taskMs = Math.max(0.05, this.#taskMs === undefined ? ms : (this.#taskMs + ms) / 2);
  }
}
