/** Threads for calculations: started when there is work, ended when there is none for a while, replaced when they fail. */
import { Worker } from 'node:worker_threads';
import type { Timers } from '#domain/clock.ts';
import type { FromWorker, Job, ToWorker } from './messages.ts';

/** G21: a cancelled job is over within 100 ms; one that does not hear of it loses its thread after so many. */
const CANCEL_GRACE_MS = 75;
const IDLE_MS = 60_000;
/** Columns are shared and not counted; what a run leaves behind has room in it, and the engine beside it. */
const HEAP_MB = 1024;

export type JobEnd =
  | { readonly type: 'done' }
  | { readonly type: 'cancelled' }
  /** `expected`: the run itself says why it cannot be; else a fault of ours, or the thread's death. */
  | { readonly type: 'failed'; readonly message: string; readonly expected: boolean };

export type JobNews = Exclude<FromWorker, JobEnd>;

export interface JobListener {
  /** Pages are to be written before it returns; a throw ends the job as failed. */
  readonly news: (news: JobNews) => void;
  /** Once, and nothing after it. */
  readonly ended: (end: JobEnd) => void;
}

export interface WorkerPoolOptions {
  readonly file: string;
  readonly size: number;
  readonly timers: Timers;
  readonly idleMs?: number;
  readonly heapMb?: number;
}

interface Busy {
  readonly listener: JobListener;
  readonly cancelled: Int32Array;
  stopGrace: () => void;
}

interface Seat {
  readonly worker: Worker;
  busy: Busy | undefined;
  stopIdle: () => void;
}

export class WorkerPool {
  readonly #o: WorkerPoolOptions;
  readonly #seats = new Set<Seat>();
  #closed = false;

  constructor(options: WorkerPoolOptions) {
    this.#o = options;
  }

  get size(): number {
    return this.#o.size;
  }

  /** Whether a job can be taken now. */
  get hasRoom(): boolean {
    return !this.#closed && this.#working < this.#o.size;
  }

  /** Threads that run, busy or not. */
  get threads(): number {
    return this.#seats.size;
  }

  /** Only while `hasRoom`. The returned function cancels the job; `ended` says `cancelled` then, or what came first. */
  run(job: Job, listener: JobListener): () => void {
    const seat = [...this.#seats].find(({ busy }) => busy === undefined) ?? this.#start();
    const busy: Busy = {
      listener,
      cancelled: new Int32Array(new SharedArrayBuffer(4)),
      stopGrace: () => undefined,
    };
    seat.stopIdle();
    seat.busy = busy;
    seat.worker.postMessage({ type: 'job', job, cancelled: busy.cancelled } satisfies ToWorker);
    return () => this.#cancel(seat, busy);
  }

  /** Ends all threads; their jobs end as cancelled. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#seats].map((seat) => this.#dismiss(seat, { type: 'cancelled' })));
  }

  get #working(): number {
    let count = 0;
    for (const { busy } of this.#seats) if (busy) count += 1;
    return count;
  }

  #start(): Seat {
    const worker = new Worker(this.#o.file, { resourceLimits: { maxOldGenerationSizeMb: this.#o.heapMb ?? HEAP_MB } });
    const seat: Seat = { worker, busy: undefined, stopIdle: () => undefined };
    this.#seats.add(seat);
    worker.on('message', (message: FromWorker) => this.#heard(seat, message));
    worker.on('error', (error: unknown) => this.#died(seat, reasonOf(error)));
    worker.on('exit', () => this.#died(seat, 'its thread ended'));
    return seat;
  }

  #heard(seat: Seat, message: FromWorker): void {
    const { busy } = seat;
    if (!busy) return;
    if (message.type === 'done' || message.type === 'cancelled' || message.type === 'failed') {
      this.#free(seat);
      busy.listener.ended(message);
      return;
    }
    try {
      busy.listener.news(message);
      // In a later turn, so that prices come between two writes.
      if (message.type === 'pages') setImmediate(() => seat.worker.postMessage({ type: 'written' } satisfies ToWorker));
    } catch (error) {
      void this.#dismiss(seat, { type: 'failed', message: reasonOf(error), expected: false });
    }
  }

  #cancel(seat: Seat, busy: Busy): void {
    if (seat.busy !== busy) return;
    Atomics.store(busy.cancelled, 0, 1);
    busy.stopGrace();
    busy.stopGrace = this.#o.timers.after(CANCEL_GRACE_MS, () => {
      if (seat.busy === busy) void this.#dismiss(seat, { type: 'cancelled' });
    });
  }

  #free(seat: Seat): void {
    seat.busy?.stopGrace();
    seat.busy = undefined;
    if (this.#closed) return;
    seat.stopIdle = this.#o.timers.after(this.#o.idleMs ?? IDLE_MS, () => {
      if (seat.busy === undefined) void this.#dismiss(seat, { type: 'cancelled' });
    });
  }

  /** Out of memory, a fault outside a job, a failed start: the job fails, the next finds a fresh thread. */
  #died(seat: Seat, reason: string): void {
    void this.#dismiss(seat, { type: 'failed', message: reason, expected: false });
  }

  async #dismiss(seat: Seat, end: JobEnd): Promise<void> {
    if (!this.#seats.delete(seat)) return;
    seat.stopIdle();
    const { busy } = seat;
    busy?.stopGrace();
    seat.busy = undefined;
    busy?.listener.ended(end);
    await seat.worker.terminate();
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const outOfMemory = 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
  return outOfMemory ? 'it needs more memory than one run may have' : error.message;
}
