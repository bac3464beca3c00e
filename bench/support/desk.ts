/** The engine's own desk of backtests, with its threads and its database, over columns that are there already. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CandleColumns } from '#domain/candle-columns.ts';
import { createBacktests, type BacktestDesk } from '#server/backtests/create-backtests.ts';
import { InProcessBus } from '#server/bus.ts';
import { systemTimers } from '#server/host/system-timers.ts';
import { openDatabase } from '#server/storage/database.ts';
import { SqliteResponses } from '#server/storage/responses.ts';
import { sharedColumns } from '#server/workers/shared-columns.ts';
import { backtestWorkerFile } from '#server/workers/worker-file.ts';

export interface BenchDesk {
  readonly handlers: BacktestDesk['handlers'];
  /** The next call of somebody. */
  readonly call: () => {
    readonly user: string;
    readonly role: 'trader';
    readonly id: string;
    readonly digest: string;
    readonly sessionId: string;
  };
  /** The state a run or a sweep ended in. */
  readonly ended: (id: string) => Promise<string>;
  /** Its first progress beyond nothing. */
  readonly moved: (id: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

const ENDS: ReadonlySet<string> = new Set(['completed', 'cancelled', 'error']);

export function openDesk(columns: CandleColumns, threads: number): BenchDesk {
  const folder = mkdtempSync(join(tmpdir(), 'griddesk-bench-'));
  const database = join(folder, 'griddesk.db');
  const db = openDatabase(database);
  const bus = new InProcessBus();
  const shared = sharedColumns(columns);
  const ref = { id: '', name: 'bench', symbol: 'C-USDC', timeframe: '1m', hash: '', rows: columns.length };
  const desk = createBacktests({
    db,
    bus,
    timers: systemTimers,
    responses: new SqliteResponses(db),
    data: { resolve: async () => ({ columns: shared, ref: { ...ref, from: 0, to: 0 } }) },
    log: (level, source, message) => {
      if (level === 'error') console.error(`${source}: ${message}`);
    },
    database,
    workerFile: backtestWorkerFile(),
    threads,
  });
  /** What came before somebody asked for it. */
  const ends = new Map<string, string>();
  let calls = 0;
  const when = <T>(found: (channel: string, event: string, data: unknown) => T | undefined): Promise<T> =>
    new Promise((resolve) => {
      const stop = bus.onEvent(({ channel, event, data }) => {
        const value = found(channel, event, data);
        if (value === undefined) return;
        stop();
        resolve(value);
      });
    });
  bus.onEvent(({ channel, event }) => {
    const [, id = '', kind] = channel.split('.');
    if (kind === 'lifecycle' && ENDS.has(event)) ends.set(id, event);
  });
  return {
    handlers: desk.handlers,
    call: () => {
      calls += 1;
      return { user: 'bench', role: 'trader', id: String(calls), digest: String(calls), sessionId: '' };
    },
    ended: async (id) =>
      ends.get(id) ??
      when((channel, event) => (channel.endsWith(`.${id}.lifecycle`) && ENDS.has(event) ? event : undefined)),
    moved: async (id) =>
      when((channel, _, data) => {
        const isIts = channel === `backtest.${id}.progress` && typeof data === 'object' && data !== null;
        return isIts && 'progress' in data && Number(data.progress) > 0 ? true : undefined;
      }).then(() => undefined),
    close: async () => {
      await desk.close();
      db.close();
      rmSync(folder, { recursive: true });
    },
  };
}
