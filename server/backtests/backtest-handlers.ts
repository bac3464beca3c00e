/** The commands about single backtests. */
import type { Action } from '#protocol/commands.ts';
import type { BacktestFill, BacktestTrade, BacktestView } from '#protocol/backtest-shapes.ts';
import { ProtocolError } from '#protocol/errors.ts';
import type { Clock } from '#domain/clock.ts';
import type { Handler, RequestKey, ResponseStore } from '#server/gateway/handlers.ts';
import type { Backtests } from '#server/storage/backtests.ts';
import { SessionRecords } from '#server/storage/session-records.ts';
import { transact, type Database } from '#server/storage/transaction.ts';
import { PAGE_ROWS, type PageKind } from '#server/workers/messages.ts';
import type { BacktestService, DataPort } from './backtest-service.ts';
import { checkConfig, checkOver, checkSession } from './check-config.ts';
import { newId } from './new-id.ts';

export interface BacktestHandlerPorts {
  readonly db: Database;
  readonly backtests: Backtests;
  readonly service: BacktestService;
  readonly data: DataPort;
  readonly responses: ResponseStore;
  readonly clock: Clock;
}

type BacktestHandlers = { readonly [A in Extract<Action, `backtest.${string}`>]-?: Handler<A> };

export function backtestHandlers(ports: BacktestHandlerPorts): BacktestHandlers {
  const { db, backtests, service, data, responses, clock } = ports;
  const sessions = new SessionRecords(db);

  /** Z13: written in the transaction of what it answers. */
  function answer<T>(call: RequestKey, value: T): T {
    responses.record(call, { success: true, data: value }, clock.now());
    return value;
  }

  function find(id: string): BacktestView {
    const view = service.view(id);
    if (!view) throw new ProtocolError('NOT_FOUND', `there is no backtest ${id}`);
    return view;
  }

  function rows(id: string, kind: PageKind, offset: number, limit: number): { rows: unknown[]; total: number } {
    const total = totalRows(find(id), kind);
    return { rows: readRows(backtests, id, kind, offset, Math.min(limit, total - offset)), total };
  }

  function totalRows({ id, state }: BacktestView, kind: PageKind): number {
    const kept = backtests.total(id, kind);
    if (state !== 'completed' || kept > 0) return kept;
    if ((backtests.result(id)?.[kind] ?? 0) === 0) return 0;
    throw new ProtocolError('NOT_FOUND', `the ${kind} of ${id} are not kept any more; run it again to have them`);
  }

  return {
    'backtest.run': async (config, call) => {
      const { session } = config.data;
      if (session === undefined) checkConfig(config);
      else checkSession(config, sessions.kindOf(session));
      service.checkRoom(call.user);
      if (session === undefined) {
        checkOver(config, (await data.resolve(config.data)).columns);
        service.checkRoom(call.user);
      }
      const id = newId('bt', call, (candidate) => backtests.get(candidate) !== undefined);
      const response = { backtest_id: id, status: 'queued' as const };
      service.add({ id, user: call.user, config }, () => answer(call, response));
      return response;
    },

    'backtest.cancel': async ({ id }) => {
      find(id);
      await service.cancel(id);
      const { state, progress } = find(id);
      return { backtest_id: id, status: state, progress };
    },

    'backtest.list': async ({ strategy, state, limit = 100, before }) => ({
      backtests: service.views(backtests.list({ strategy, state, before, limit })),
    }),

    'backtest.get': async ({ id }) => {
      const result = backtests.result(id);
      return { ...find(id), ...(result && { exact: result.exact }), result };
    },

    // Packed from rows of these shapes by the thread.
    'backtest.trades': async ({ id, offset = 0, limit = 200 }) => {
      const { rows: trades, total } = rows(id, 'trades', offset, limit);
      return { trades: trades as BacktestTrade[], total };
    },
    'backtest.fills': async ({ id, offset = 0, limit = 200 }) => {
      const { rows: fills, total } = rows(id, 'fills', offset, limit);
      return { fills: fills as BacktestFill[], total };
    },

    'backtest.rename': async ({ id, name }, call) => {
      find(id);
      return transact(db, () => {
        backtests.rename(id, name);
        return answer(call, { backtest_id: id, name });
      });
    },

    'backtest.delete': async ({ id }, call) => {
      find(id);
      await service.cancel(id);
      const response = transact(db, () => {
        backtests.remove(id);
        return answer(call, { backtest_id: id });
      });
      service.forget(id);
      return response;
    },
  };
}

/** Rows `offset` to `offset + limit` of the stored pages. */
function readRows(backtests: Backtests, id: string, kind: PageKind, offset: number, limit: number): unknown[] {
  const found: unknown[] = [];
  for (let row = offset; row < offset + limit;) {
    const page = backtests.page(id, kind, Math.floor(row / PAGE_ROWS));
    if (!page) break;
    const first = row % PAGE_ROWS;
    const part = page.slice(first, first + offset + limit - row);
    if (part.length === 0) break;
    found.push(...part);
    row += part.length;
  }
  return found;
}
