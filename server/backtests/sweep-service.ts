/** Sweeps from the request to the verdict: which are open, what of them is durable, who hears of it (G21, G22). */
import type { Timers } from '#domain/clock.ts';
import type { SweepCell, SweepView } from '#protocol/backtest-shapes.ts';
import { ProtocolError } from '#protocol/errors.ts';
import type { LogLevel } from '#protocol/shapes.ts';
import type { Bus } from '#server/bus.ts';
import { recurring } from '#server/host/recurring.ts';
import type { SweepEnd, Sweeps } from '#server/storage/sweeps.ts';
import { transact, type Database } from '#server/storage/transaction.ts';
import { sharedColumns } from '#server/workers/shared-columns.ts';
import type { DataPort } from './backtest-service.ts';
import { CellStream } from './cell-stream.ts';
import type { SweepSource } from './fair-queue.ts';
import { JobChannels } from './job-channels.ts';
import type { Scheduler, Work } from './scheduler.ts';
import { SweepRun, type SweepPlan } from './sweep-run.ts';

/** Sweeps that have not ended; more are refused. Each holds its data and its cells. */
export const MAX_OPEN_SWEEPS = 20;
const RETRY_AFTER_MS = 5_000;
const PROGRESS_MS = 1_000;
const ENDED_PROVIDED = 50;
const KILLED = 'the engine ended before the sweep did; run it again';
const STOPPED = 'the engine was stopped before the sweep ended; run it again';

export interface SweepPorts {
  readonly db: Database;
  readonly sweeps: Sweeps;
  readonly bus: Bus;
  readonly timers: Timers;
  readonly scheduler: Scheduler;
  readonly data: DataPort;
  readonly log: (level: LogLevel, source: string, message: string) => void;
}

interface OpenSweep {
  readonly id: string;
  readonly user: string;
  readonly plan: SweepPlan;
  readonly run: SweepRun;
  readonly stream: CellStream;
  readonly ended: Promise<void>;
  readonly end: () => void;
  state: 'queued' | 'running';
  startedAt: number | null;
  dataset: SweepView['dataset'];
  source: SweepSource<Work> | undefined;
  isComplete: boolean;
}

export class SweepService {
  readonly #o: SweepPorts;
  readonly #open = new Map<string, OpenSweep>();
  readonly #channels: JobChannels;
  readonly #stopTelling: () => void;
  #newest: number;
  #closing = false;

  /** Sweeps that were open when the engine ended are interrupted now, with the cells they had. */
  constructor(ports: SweepPorts) {
    this.#o = ports;
    const { db, sweeps, bus, timers, log } = ports;
    this.#channels = new JobChannels({ kind: 'sweep', bus, timers, ended: ENDED_PROVIDED });
    const interrupted = transact(db, () => sweeps.interruptOpen(timers.now(), KILLED));
    if (interrupted > 0) log('warn', 'sweeps', `the engine’s end interrupted sweeps: ${interrupted}`);
    this.#newest = sweeps.newest();
    this.#stopTelling = recurring(
      timers,
      () => PROGRESS_MS,
      () => {
        for (const sweep of this.#open.values()) if (sweep.state === 'running') this.#publishProgress(sweep);
      },
    );
  }

  /** Sweeps that have not ended. */
  get open(): number {
    return this.#open.size;
  }

  /** Throws where too many are open, before anything is kept. */
  checkRoom(): void {
    if (!this.#closing && this.#open.size < MAX_OPEN_SWEEPS) return;
    const why = this.#closing ? 'the engine is stopping' : `${MAX_OPEN_SWEEPS} sweeps are at work already`;
    throw new ProtocolError('RATE_LIMITED', `${why}; try again later`, { retry_after_ms: RETRY_AFTER_MS });
  }

  /** Keeps a checked sweep as queued; `alsoWrite` is of the same transaction (Z13). Its turn comes by itself. */
  add(sweep: { readonly id: string; readonly user: string; readonly plan: SweepPlan }, alsoWrite: () => void): void {
    const { db, sweeps, timers } = this.#o;
    const { id, user, plan } = sweep;
    const { config, combinations } = plan;
    // Lists go on from a sweep's time: no two have the same.
    const created_at = Math.max(timers.now(), this.#newest + 1);
    const name = config.name ?? [config.strategy, config.data.symbol].filter(Boolean).join(' ');
    transact(db, () => {
      sweeps.insert({ id, user, name, config, created_at, total: combinations.length });
      alsoWrite();
    });
    this.#newest = created_at;
    const open = this.#openSweep(id, user, plan);
    this.#open.set(id, open);
    this.#channels.provide(id, (now) => this.#progressOf(open, now), this.#open);
    this.#publishProgress(open);
    open.run.begin();
  }

  /** `undefined`: no such sweep. */
  view(id: string): SweepView | undefined {
    const view = this.#o.sweeps.get(id);
    return view && this.#asItIs(view);
  }

  views(views: readonly SweepView[]): SweepView[] {
    return views.map((view) => this.#asItIs(view));
  }

  /** Resolves once it has ended, by that or before it. Cells that were computed stay. */
  async cancel(id: string): Promise<void> {
    const sweep = this.#open.get(id);
    if (!sweep) return;
    this.#finish(sweep, { state: 'cancelled' });
    await sweep.ended;
  }

  /** Open sweeps are interrupted, durably, with the cells they have. */
  close(): void {
    this.#closing = true;
    this.#stopTelling();
    for (const sweep of this.#open.values()) this.#finish(sweep, { state: 'interrupted', reason: STOPPED });
  }

  /** One that was deleted has no current value any more. */
  forget(id: string): void {
    this.#channels.forget(id);
  }

  #asItIs(view: SweepView): SweepView {
    if (view.state !== 'queued' && view.state !== 'running') return view;
    const sweep = this.#open.get(view.id);
    if (!sweep) return { ...view, state: 'interrupted', reason: 'its end could not be stored; run it again' };
    const { state, run, startedAt, dataset } = sweep;
    return { ...view, state, progress: run.progress, started_at: startedAt, dataset, done: run.done, best: run.best };
  }

  #openSweep(id: string, user: string, plan: SweepPlan): OpenSweep {
    const { db, sweeps, timers, bus, scheduler, log } = this.#o;
    let end = (): void => undefined;
    const ended = new Promise<void>((resolve) => (end = resolve));
    const run = new SweepRun(plan, {
      clock: timers,
      load: () => this.#load(sweep),
      cells: (cells) => sweep.stream.add(cells),
      stage: (next) => {
        if (sweep.source) scheduler.removeSweep(user, sweep.source);
        sweep.source = next;
        scheduler.addSweep(user, next);
      },
      ended: (how) => {
        if (how.type === 'done') this.#finish(sweep, { state: 'completed', ...how.verdict });
        else this.#finish(sweep, { state: 'error', reason: how.type === 'failed' ? how.message : 'a thread ended' });
      },
    });
    const store = (cells: readonly SweepCell[]) => transact(db, () => sweeps.addCells(id, cells, run.done, run.best));
    const publish = (cells: readonly SweepCell[]) =>
      bus.publish({
        channel: `sweep.${id}.cells`,
        event: 'computed',
        timestamp: timers.now(),
        data: { id, cells: [...cells] },
      });
    const failed = (error: unknown) => {
      log('error', `sweep.${id}`, `its cells could not be stored: ${String(error)}`);
      this.#finish(sweep, { state: 'error', reason: 'its cells could not be stored; run it again' });
    };
    const sweep: OpenSweep = {
      id,
      user,
      plan,
      run,
      stream: new CellStream(timers, { store, publish, failed }),
      ended,
      end,
      state: 'queued',
      startedAt: null,
      dataset: null,
      source: undefined,
      isComplete: false,
    };
    return sweep;
  }

  async #load(sweep: OpenSweep) {
    const { db, sweeps, timers, data } = this.#o;
    const { columns, ref } = await data.resolve(sweep.plan.config.data);
    if (this.#open.has(sweep.id)) {
      sweep.startedAt = timers.now();
      sweep.dataset = ref;
      transact(db, () => sweeps.start(sweep.id, timers.now(), ref));
      sweep.state = 'running';
      this.#channels.started(sweep.id);
    }
    return sharedColumns(columns);
  }

  #finish(sweep: OpenSweep, how: Omit<SweepEnd, 'ts' | 'best'> & { readonly best?: number | null }): void {
    if (!this.#open.delete(sweep.id)) return;
    const { db, sweeps, timers, log } = this.#o;
    sweep.run.cancel();
    if (sweep.source) this.#o.scheduler.removeSweep(sweep.user, sweep.source);
    let { state, reason } = how;
    try {
      sweep.stream.end();
      transact(db, () => {
        sweeps.end(sweep.id, { ...how, ts: timers.now(), best: how.best ?? sweep.run.best });
        sweeps.prune();
      });
    } catch (error) {
      log('error', `sweep.${sweep.id}`, `its end could not be stored: ${String(error)}`);
      state = 'error';
      reason = 'its end could not be stored; run it again';
    }
    sweep.isComplete = state === 'completed';
    this.#publishProgress(sweep);
    this.#channels.ended(sweep.id, state, reason);
    const { config, combinations } = sweep.plan;
    const text = `${config.name ?? config.strategy} ${state}: ${sweep.run.done} of ${combinations.length} cells`;
    const level = state === 'error' ? 'warn' : 'info';
    log(level, `sweep.${sweep.id}`, reason === undefined ? text : `${text}; ${reason}`);
    sweep.end();
  }

  #progressOf({ id, run, plan, startedAt, isComplete }: OpenSweep, now: number) {
    const progress = isComplete ? 1 : Math.min(run.progress, 0.999);
    const elapsed = startedAt === null ? 0 : (now - startedAt) / 1000;
    const best = run.bestMetrics;
    return {
      id,
      progress,
      current_date: '',
      trades_count: best?.['total_trades'] ?? 0,
      current_equity: best?.['equity_final'] ?? plan.config.config?.initial_capital ?? 0,
      ...(progress > 0 &&
        progress < 1 && { eta_seconds: Math.round(((elapsed * (1 - progress)) / progress) * 10) / 10 }),
      done: run.done,
      total: plan.combinations.length,
      best: run.best,
    };
  }

  #publishProgress(sweep: OpenSweep): void {
    this.#channels.progress(sweep.id, this.#progressOf(sweep, this.#o.timers.now()));
  }
}
