/** Backtests from the request to the durable result (G21). */
import { randomUUID } from 'node:crypto';
import type { Timers } from '#domain/clock.ts';
import type { CandleColumns } from '#domain/candle-columns.ts';
import type { BacktestConfig, BacktestView } from '#protocol/backtest-shapes.ts';
import { ProtocolError } from '#protocol/errors.ts';
import type { LogLevel } from '#protocol/shapes.ts';
import type { Bus } from '#server/bus.ts';
import { recurring } from '#server/host/recurring.ts';
import type { Backtests, BacktestEnd } from '#server/storage/backtests.ts';
import { transact, type Database } from '#server/storage/transaction.ts';
import type { RunOutcome } from '#server/workers/messages.ts';
import { sharedColumns } from '#server/workers/shared-columns.ts';
import type { JobEnd, JobNews } from '#server/workers/worker-pool.ts';
import { JobChannels } from './job-channels.ts';
import { RunProgress } from './run-progress.ts';
import type { Scheduler, Work } from './scheduler.ts';

/** Runs that may wait for a thread; more are refused until some have ended. */
export const MAX_WAITING = 200;
/** So that nobody alone keeps the others out. */
export const MAX_WAITING_OF_USER = 100;
const RETRY_AFTER_MS = 5_000;
const PROGRESS_MS = 1_000;
/** Z11 for runs that have ended: of so many, the newest. `backtest.get` knows all. */
const ENDED_PROVIDED = 100;
const KILLED = 'the engine ended before the run did; run it again';
const STOPPED = 'the engine was stopped before the run ended; run it again';

export interface DataPort {
  /** Throws a `ProtocolError` that names the field, `data.<field>`. */
  resolve(
    data: BacktestConfig['data'],
  ): Promise<{ readonly columns: CandleColumns; readonly ref: NonNullable<BacktestView['dataset']> }>;
}

export interface BacktestPorts {
  readonly db: Database;
  readonly backtests: Backtests;
  readonly bus: Bus;
  readonly timers: Timers;
  readonly scheduler: Scheduler;
  readonly data: DataPort;
  /** Path of the database: replays of sessions read the journal beside the engine. */
  readonly database: string;
  readonly log: (level: LogLevel, source: string, message: string) => void;
}

/** One that has been asked for and has not ended. */
interface OpenRun {
  readonly id: string;
  readonly user: string;
  readonly config: BacktestConfig;
  readonly progress: RunProgress;
  readonly work: Work;
  readonly ended: Promise<void>;
  readonly end: () => void;
  state: 'queued' | 'running';
  startedAt: number | null;
  dataset: BacktestView['dataset'];
  isCancelled: boolean;
  cancel: () => void;
  outcome: RunOutcome | undefined;
}

export class BacktestService {
  readonly #o: BacktestPorts;
  readonly #open = new Map<string, OpenRun>();
  readonly #channels: JobChannels;
  readonly #stopTelling: () => void;
  #newest: number;
  #closing = false;

  /** Runs that were open when the engine ended are interrupted now. */
  constructor(ports: BacktestPorts) {
    this.#o = ports;
    const { db, backtests, bus, timers, log } = ports;
    this.#channels = new JobChannels({ kind: 'backtest', bus, timers, ended: ENDED_PROVIDED });
    const interrupted = transact(db, () => backtests.interruptOpen(timers.now(), KILLED));
    if (interrupted > 0) log('warn', 'backtests', `the engine’s end interrupted backtests: ${interrupted}`);
    this.#newest = backtests.newest();
    this.#stopTelling = recurring(
      timers,
      () => PROGRESS_MS,
      () => this.#tell(),
    );
  }

  /** Runs that have not ended. */
  get open(): number {
    return this.#open.size;
  }

  /** Throws where too many wait, before anything is kept. */
  checkRoom(user: string): void {
    const { scheduler } = this.#o;
    const refuse = (why: string) => {
      throw new ProtocolError('RATE_LIMITED', why, { retry_after_ms: RETRY_AFTER_MS });
    };
    if (this.#closing) refuse('the engine is stopping');
    if (scheduler.waiting >= MAX_WAITING) refuse(`${MAX_WAITING} backtests wait already; try again later`);
    if (scheduler.waitingOf(user) >= MAX_WAITING_OF_USER)
      refuse(`${MAX_WAITING_OF_USER} backtests of yours wait already; cancel some or try again later`);
  }

  /** Keeps a checked run as queued; `alsoWrite` is of the same transaction (Z13). Its turn comes by itself. */
  add(
    run: { readonly id: string; readonly user: string; readonly config: BacktestConfig },
    alsoWrite: () => void,
  ): void {
    const { db, backtests, timers } = this.#o;
    const { id, user, config } = run;
    // Lists go on from a run's time: no two have the same.
    const created_at = Math.max(timers.now(), this.#newest + 1);
    const over = config.data.symbol ?? config.data.session;
    const name = config.name ?? [config.strategy, over].filter(Boolean).join(' ');
    transact(db, () => {
      backtests.insert({ id, user, name, config, created_at });
      alsoWrite();
    });
    this.#newest = created_at;
    const open = this.#openRun(run);
    this.#open.set(id, open);
    this.#channels.provide(id, (now) => open.progress.event(now), this.#open);
    this.#publishProgress(open);
    this.#o.scheduler.addRun(user, open.work);
  }

  /** `undefined`: no such run. */
  view(id: string): BacktestView | undefined {
    const view = this.#o.backtests.get(id);
    return view && this.#asItIs(view);
  }

  /** What the rows cannot know yet: how far a run has come. */
  views(views: readonly BacktestView[]): BacktestView[] {
    return views.map((view) => this.#asItIs(view));
  }

  /** Resolves once it has ended, by that or before it. */
  async cancel(id: string): Promise<void> {
    const run = this.#open.get(id);
    if (!run) return;
    run.isCancelled = true;
    // Its data may take longer than it should take to end.
    const hasNotBegun = this.#o.scheduler.removeRun(run.user, run.work) || run.state === 'queued';
    if (hasNotBegun) this.#ended(run, { type: 'cancelled' });
    else run.cancel();
    await run.ended;
  }

  /** Open runs are interrupted, durably. */
  close(): void {
    this.#closing = true;
    this.#stopTelling();
    const { db, backtests, timers, log } = this.#o;
    const runs = [...this.#open.values()];
    for (const run of runs) {
      run.isCancelled = true;
      this.#o.scheduler.removeRun(run.user, run.work);
    }
    this.#open.clear();
    if (runs.length === 0) return;
    const ts = timers.now();
    try {
      transact(db, () => {
        for (const { id, progress } of runs)
          backtests.end(id, { state: 'interrupted', reason: STOPPED, progress: progress.done, ts });
      });
    } catch (error) {
      // The next start interrupts them; what else has to be stopped must be.
      log('error', 'backtests', `their interruption could not be stored: ${String(error)}`);
    }
    for (const run of runs) run.end();
  }

  #asItIs(view: BacktestView): BacktestView {
    if (view.state !== 'queued' && view.state !== 'running') return view;
    const run = this.#open.get(view.id);
    if (!run) return { ...view, state: 'interrupted', reason: 'its end could not be stored; run it again' };
    const { state, progress, startedAt, dataset } = run;
    return { ...view, state, progress: progress.done, started_at: startedAt, dataset };
  }

  #openRun({
    id,
    user,
    config,
  }: {
    readonly id: string;
    readonly user: string;
    readonly config: BacktestConfig;
  }): OpenRun {
    let end = (): void => undefined;
    const ended = new Promise<void>((resolve) => (end = resolve));
    const run: OpenRun = {
      id,
      user,
      config,
      progress: new RunProgress(id, config.config?.initial_capital ?? 0),
      ended,
      end,
      state: 'queued',
      startedAt: null,
      dataset: null,
      isCancelled: false,
      cancel: () => undefined,
      outcome: undefined,
      work: {
        prepare: () => this.#prepare(run),
        running: (cancel) => {
          run.cancel = cancel;
          if (run.isCancelled) cancel();
        },
        news: (news) => this.#news(run, news),
        ended: (how) => this.#ended(run, how),
      },
    };
    return run;
  }

  async #prepare(run: OpenRun) {
    const { db, backtests, timers, data } = this.#o;
    const { session } = run.config.data;
    const found = session === undefined ? await data.resolve(run.config.data) : undefined;
    if (run.isCancelled || !this.#open.has(run.id)) return undefined;
    const ref = found?.ref ?? null;
    run.startedAt = timers.now();
    run.dataset = ref;
    transact(db, () => backtests.start(run.id, timers.now(), ref));
    run.state = 'running';
    run.progress.started(timers.now());
    this.#channels.started(run.id);
    if (found) return { type: 'run' as const, config: run.config, columns: sharedColumns(found.columns) };
    return { type: 'session' as const, id: session ?? '', database: this.#o.database };
  }

  #news(run: OpenRun, news: JobNews): void {
    if (!this.#open.has(run.id)) return;
    const { db, backtests } = this.#o;
    if (news.type === 'progress') run.progress.note(news);
    else if (news.type === 'pages') transact(db, () => backtests.addPages(run.id, news.pages));
    else if (news.type === 'outcome') run.outcome = news;
  }

  #ended(run: OpenRun, how: JobEnd): void {
    if (!this.#open.has(run.id)) return;
    const { outcome } = run;
    if (how.type === 'done' && outcome) this.#finish(run, { state: 'completed' }, outcome);
    else if (how.type === 'cancelled') this.#finish(run, { state: 'cancelled' });
    else this.#finish(run, { state: 'error', reason: this.#why(run, how) });
  }

  /** In words for whoever asked; a fault of ours goes to the log under a number. */
  #why(run: OpenRun, how: JobEnd): string {
    if (how.type === 'failed' && how.expected) return how.message;
    const message = how.type === 'failed' ? how.message : 'it ended without a result';
    const number = randomUUID().slice(0, 8);
    this.#o.log('error', `backtest.${run.id}`, `failed (${number}): ${message}`);
    return `the run failed: ${message.split('\n', 1)[0] ?? ''} (${number} in the log)`;
  }

  #finish(run: OpenRun, { state, reason }: Pick<BacktestEnd, 'state' | 'reason'>, outcome?: RunOutcome): void {
    const { db, backtests, timers, log } = this.#o;
    const ts = timers.now();
    try {
      transact(db, () => {
        if (outcome) backtests.putResult(run.id, outcome.result);
        const progress = outcome ? 1 : run.progress.done;
        backtests.end(run.id, { state, reason, progress, ts, ...(outcome && { metrics: outcome.metrics }) });
        if (outcome) backtests.prune();
      });
    } catch (error) {
      log('error', `backtest.${run.id}`, `its end could not be stored: ${String(error)}`);
      this.#close(run, 'error', 'its end could not be stored; run it again');
      return;
    }
    if (outcome) run.progress.completed();
    this.#close(run, state, reason);
  }

  #close(run: OpenRun, state: BacktestEnd['state'], reason: string | undefined): void {
    this.#open.delete(run.id);
    this.#publishProgress(run);
    this.#channels.ended(run.id, state, reason);
    const took = run.startedAt === null ? '' : ` after ${((this.#o.timers.now() - run.startedAt) / 1000).toFixed(1)} s`;
    const text = `${run.config.name ?? run.config.strategy} ${state}${took}${reason === undefined ? '' : `: ${reason}`}`;
    this.#o.log(state === 'error' ? 'warn' : 'info', `backtest.${run.id}`, text);
    run.end();
  }

  #tell(): void {
    for (const run of this.#open.values()) if (run.state === 'running') this.#publishProgress(run);
  }

  #publishProgress({ id, progress }: OpenRun): void {
    this.#channels.progress(id, progress.event(this.#o.timers.now()));
  }

  /** A run that was deleted has no current value any more. */
  forget(id: string): void {
    this.#channels.forget(id);
  }
}
