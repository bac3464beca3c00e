/** The commands about sweeps. */
import type { Clock } from '#domain/clock.ts';
import type { SweepView } from '#protocol/backtest-shapes.ts';
import type { Action } from '#protocol/commands.ts';
import { ProtocolError } from '#protocol/errors.ts';
import type { Handler, RequestKey, ResponseStore } from '#server/gateway/handlers.ts';
import type { Sweeps } from '#server/storage/sweeps.ts';
import { transact, type Database } from '#server/storage/transaction.ts';
import { briefCells } from './brief-cells.ts';
import type { DataPort } from './backtest-service.ts';
import { planSweep } from './check-sweep.ts';
import { newId } from './new-id.ts';
import type { SweepService } from './sweep-service.ts';

export interface SweepHandlerPorts {
  readonly db: Database;
  readonly sweeps: Sweeps;
  readonly service: SweepService;
  readonly data: DataPort;
  readonly responses: ResponseStore;
  readonly clock: Clock;
}

type SweepHandlers = { readonly [A in Extract<Action, `sweep.${string}`>]-?: Handler<A> };

export function sweepHandlers(ports: SweepHandlerPorts): SweepHandlers {
  const { db, sweeps, service, data, responses, clock } = ports;

  /** Z13: written in the transaction of what it answers. */
  function answer<T>(call: RequestKey, value: T): T {
    responses.record(call, { success: true, data: value }, clock.now());
    return value;
  }

  function find(id: string): SweepView {
    const view = service.view(id);
    if (!view) throw new ProtocolError('NOT_FOUND', `there is no sweep ${id}`);
    return view;
  }

  return {
    'sweep.run': async (config, call) => {
      const plan = planSweep(config);
      service.checkRoom();
      await data.resolve(config.data);
      service.checkRoom();
      const id = newId('sw', call, (candidate) => sweeps.get(candidate) !== undefined);
      const response = { sweep_id: id, status: 'queued' as const, cells: plan.combinations.length };
      service.add({ id, user: call.user, plan }, () => answer(call, response));
      return response;
    },

    'sweep.cancel': async ({ id }) => {
      find(id);
      await service.cancel(id);
      const { state, progress } = find(id);
      return { sweep_id: id, status: state, progress };
    },

    'sweep.list': async ({ limit = 100, before }) => ({ sweeps: service.views(sweeps.list(before, limit)) }),

    'sweep.get': async ({ id, brief = false }) => {
      const view = find(id);
      const cells = sweeps.cells(id);
      return { ...view, cells: brief ? briefCells(cells, view.config) : cells, ...sweeps.walk(id) };
    },

    'sweep.delete': async ({ id }, call) => {
      find(id);
      await service.cancel(id);
      const response = transact(db, () => {
        sweeps.remove(id);
        return answer(call, { sweep_id: id });
      });
      service.forget(id);
      return response;
    },
  };
}
