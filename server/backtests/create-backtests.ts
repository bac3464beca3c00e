/** Backtests as an engine composes them: storage, threads, turns, commands. */
import { availableParallelism } from 'node:os';
import type { Timers } from '#domain/clock.ts';
import type { LogLevel } from '#protocol/shapes.ts';
import type { Bus } from '#server/bus.ts';
import type { Handlers, ResponseStore } from '#server/gateway/handlers.ts';
import { Backtests } from '#server/storage/backtests.ts';
import { Sweeps } from '#server/storage/sweeps.ts';
import type { Database } from '#server/storage/transaction.ts';
import { WorkerPool } from '#server/workers/worker-pool.ts';
import { backtestHandlers } from './backtest-handlers.ts';
import { BacktestService, type DataPort } from './backtest-service.ts';
import { Scheduler } from './scheduler.ts';
import { sweepHandlers } from './sweep-handlers.ts';
import { SweepService } from './sweep-service.ts';

export interface CreateBacktestsOptions {
  readonly db: Database;
  readonly bus: Bus;
  readonly timers: Timers;
  readonly responses: ResponseStore;
  readonly data: DataPort;
  readonly log: (level: LogLevel, source: string, message: string) => void;
  /** Path of `db`. */
  readonly database: string;
  /** The built thread. */
  readonly workerFile: string;
  /** As many as there are cores if not given. */
  readonly threads?: number;
}

export interface BacktestDesk {
  readonly handlers: Handlers;
  /** Backtests and sweeps that have not ended. */
  readonly open: number;
  /** Reads what is stored, and for nothing else. */
  readonly backtests: Backtests;
  /** What runs is interrupted, durably; threads have ended then. */
  close(): Promise<void>;
}

/** What was open when the engine last ended is interrupted now. */
export function createBacktests(options: CreateBacktestsOptions): BacktestDesk {
  const { db, bus, timers, responses, data, log, database, workerFile, threads = availableParallelism() } = options;
  const backtests = new Backtests(db);
  const scheduler = new Scheduler(new WorkerPool({ file: workerFile, size: threads, timers }));
  const ports = { db, bus, timers, scheduler, data, log };
  const service = new BacktestService({ ...ports, backtests, database });
  const sweeps = new Sweeps(db);
  const sweepService = new SweepService({ ...ports, sweeps });
  return {
    handlers: {
      ...backtestHandlers({ db, backtests, service, data, responses, clock: timers }),
      ...sweepHandlers({ db, sweeps, service: sweepService, data, responses, clock: timers }),
    },
    backtests,
    get open() {
      return service.open + sweepService.open;
    },
    async close() {
      service.close();
      sweepService.close();
      await scheduler.close();
    },
  };
}
