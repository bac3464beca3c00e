/**
 * The published zigQuant server (Z, "peer"): no capabilities, runs or numbers, grids only as `strategy.start`, and of
 * events only `system.health` and `strategy.<id>.status`.
 */
import type { Timers } from '#domain/clock.ts';
import { ProtocolError } from '#protocol/errors.ts';
import { FakeEngine, FOREIGN } from '../fake-engine.ts';
import type { ServerSocket } from '../socket-pair.ts';
import { every } from './venue-socket.ts';

const GRID_COMMANDS = ['grid.start', 'grid.stop', 'grid.update_params'];

export interface ForeignEngine {
  readonly engine: FakeEngine;
  /** As the engine's own, but a frame it cannot read is answered, not thrown at whoever delivers it. */
  accept(socket: ServerSocket): void;
  /** Ids of the strategies that run. */
  readonly running: ReadonlySet<string>;
  start(statusMs?: number): void;
  stop(): void;
}

export function createForeignEngine(timers: Timers, authRequired = true): ForeignEngine {
  const engine = new FakeEngine(timers, { ...FOREIGN, authRequired });
  const running = new Set<string>();
  const startedAt = timers.now();
  const endings: (() => void)[] = [];
  let ids = 0;

  for (const action of GRID_COMMANDS) {
    engine.on(action, () => new ProtocolError('DEPRECATED', `${action}: use strategy.start with strategy 'grid'`));
  }
  engine.on('strategy.start', () => {
    ids += 1;
    const strategy_id = `strategy_${ids}`;
    running.add(strategy_id);
    return { strategy_id, status: 'running' };
  });
  engine.on('strategy.stop', (params) => {
    const id = typeof params === 'object' && params !== null && 'id' in params ? String(params.id) : '';
    if (!running.delete(id)) return new ProtocolError('NOT_FOUND', `no strategy ${id}`);
    return { strategy_id: id, status: 'stopped', final_pnl: 0 };
  });

  function health(): void {
    engine.publish('system.health', 'update', {
      status: 'healthy',
      running_grids: 0,
      running_strategies: running.size,
      running_backtests: 0,
      kill_switch: false,
      memory_mb: 38.5,
      uptime_seconds: Math.floor((timers.now() - startedAt) / 1_000),
    });
  }

  function statuses(): void {
    for (const id of running) engine.publish(`strategy.${id}.status`, 'update', { id, state: 'running', position: 0 });
  }

  return {
    engine,
    running,
    accept(socket) {
      engine.accept(socket);
      const { onText } = socket;
      socket.onText = (text) => {
        try {
          onText(text);
        } catch (error) {
          const message = error instanceof Error ? error.message : String(error);
          const answer = { type: 'error', timestamp: timers.now(), error: { code: 'PARSE_ERROR', message } };
          socket.send(JSON.stringify(answer));
        }
      };
    },
    start: (statusMs = 1_000) => void endings.push(every(timers, 5_000, health), every(timers, statusMs, statuses)),
    stop() {
      for (const end of endings.splice(0)) end();
      for (const { socket } of engine.connections) if (socket.isOpen) socket.close(1001, 'shutting down');
    },
  };
}
