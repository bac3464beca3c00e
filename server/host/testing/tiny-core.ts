/**
 * A core small enough to see through, for tests of the host around it: every grid trades one lot whenever a price is
 * a multiple of ten. It keeps the contract of `Engine`, quiet events included.
 */
import type { Effect, GridState, Outcome, Reply } from '#engine/effects.ts';
import type { Engine } from '#engine/engine.ts';
import { instrumentKey, type EngineCommand, type EngineEvent, type GridParams } from '#engine/events.ts';
import type { GridSnapshot } from '#engine/views.ts';
import type { CoreFactory } from '../core.ts';

interface TinyGrid {
  state: GridState;
  readonly params: GridParams;
  readonly created_at: number;
  trades: number;
}

interface TinyState {
  readonly prices: Record<string, number>;
  readonly grids: Record<string, TinyGrid>;
  kill: { active: boolean; reason: string; since: number | null };
}

const QUIET: Outcome = { quiet: true, effects: [] };

/** A grid of this name makes the core throw when a price comes: a defect. */
export const POISON = 'poison';

class TinyEngine implements Engine {
  readonly #state: TinyState;

  constructor(state: TinyState) {
    this.#state = state;
  }

  process(event: EngineEvent): Outcome {
    switch (event.type) {
      case 'print':
        this.#state.prices[event.key] = event.price;
        return event.price % 10 === 0 ? this.#trade(event.ts, event.key) : QUIET;
      case 'bar':
        this.#state.prices[event.key] = event.close;
        return this.#trade(event.ts, event.key);
      case 'command': {
        const effects: Effect[] = [];
        const reply = this.#command(event.ts, event.command, effects);
        return { quiet: false, effects, reply };
      }
      case 'quote':
      case 'candle':
      case 'feed_gap':
      case 'clock':
      case 'instrument':
        return QUIET;
    }
  }

  snapshot(): string {
    const sorted = <T>(record: Record<string, T>) =>
      Object.fromEntries(Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1)));
    const { prices, grids, kill } = this.#state;
    return JSON.stringify({ prices: sorted(prices), grids: sorted(grids), kill });
  }

  preview(): { ok: false; error: { code: 'VENUE_UNAVAILABLE'; message: string } } {
    return { ok: false, error: { code: 'VENUE_UNAVAILABLE', message: 'no price yet' } };
  }

  grids(): readonly GridSnapshot[] {
    return Object.keys(this.#state.grids).map((id) => this.#view(id));
  }

  grid(id: string): GridSnapshot | undefined {
    return this.#state.grids[id] && this.#view(id);
  }

  holdings(): undefined {
    return undefined;
  }

  strategies(): readonly [] {
    return [];
  }

  strategy(): undefined {
    return undefined;
  }

  openOrders(): readonly [] {
    return [];
  }

  accounts(): readonly [] {
    return [];
  }

  killSwitch() {
    return this.#state.kill;
  }

  #trade(ts: number, key: string): Outcome {
    const effects: Effect[] = [];
    for (const [grid_id, grid] of Object.entries(this.#state.grids)) {
      if (grid.state !== 'running' || instrumentKey({ venue: grid.params.venue, symbol: grid.params.pair }) !== key) {
        continue;
      }
      // Half-way through, so that what the host keeps of a defect shows.
      grid.trades += 1;
      if (grid.params.name === POISON) throw new Error('a defect');
      const order = {
        ts,
        grid_id,
        order_id: `${grid_id}-${grid.trades}`,
        level: 0,
        side: 'buy',
        price: String(this.#state.prices[key]),
        amount: '1',
        position_after: String(grid.trades),
      } as const;
      effects.push({ type: 'order', event: 'filled', ...order });
      effects.push({
        type: 'trade',
        ...order,
        trade_id: String(grid.trades),
        fee: '0',
        fee_currency: 'USDC',
        realized_pnl: '0',
        liquidity: 'maker',
      });
    }
    return { quiet: effects.length === 0, effects };
  }

  #command(ts: number, command: EngineCommand, effects: Effect[]): Reply {
    switch (command.action) {
      case 'grid.start': {
        const { grid_id, params } = command;
        if (this.#state.kill.active) {
          return { ok: false, error: { code: 'KILL_SWITCH_ACTIVE', message: 'the kill switch is active' } };
        }
        this.#state.grids[grid_id] = { state: 'running', params, created_at: ts, trades: 0 };
        effects.push({ type: 'lifecycle', ts, grid_id, event: 'started', state: 'running', params });
        return { ok: true, action: 'grid.start', grid_id, status: 'running' };
      }
      case 'grid.stop': {
        const grid = this.#state.grids[command.id];
        if (!grid) return { ok: false, error: { code: 'NOT_FOUND', message: `there is no grid ${command.id}` } };
        grid.state = 'stopped';
        effects.push({ type: 'lifecycle', ts, grid_id: command.id, event: 'stopped', state: 'stopped' });
        const { trades: total_trades } = grid;
        return { ok: true, action: 'grid.stop', grid_id: command.id, status: 'stopped', final_pnl: '0', total_trades };
      }
      case 'kill_switch.activate':
      case 'kill_switch.deactivate': {
        const active = command.action === 'kill_switch.activate';
        const { reason, by } = command;
        this.#state.kill = { active, reason, since: active ? ts : null };
        const affected = { grids_stopped: 0, strategies_stopped: 0, orders_cancelled: 0, positions_closed: 0 };
        effects.push({ type: 'kill_switch', ts, active, reason, by, affected });
        return { ok: true, action: 'kill_switch', active, affected };
      }
      case 'grid.update_params':
        return { ok: true, action: command.action, grid_id: command.id, updated_params: Object.keys(command.params) };
      case 'strategy.start':
      case 'strategy.stop':
      case 'strategy.pause':
      case 'strategy.resume':
      case 'strategy.update_params':
        return { ok: false, error: { code: 'NOT_FOUND', message: 'no strategies here' } };
      case 'grid.pause':
      case 'grid.resume':
        return { ok: true, action: command.action, grid_id: command.id, status: 'running' };
    }
  }

  #view(id: string): GridSnapshot {
    const grid = this.#state.grids[id];
    if (!grid) throw new Error(`no grid ${id}`);
    const { state, params, created_at, trades } = grid;
    const key = instrumentKey({ venue: params.venue, symbol: params.pair });
    return {
      id,
      state,
      params,
      created_at,
      started_at: created_at,
      ended_at: null,
      quantity: '1',
      figures: {
        current_price: String(this.#state.prices[key] ?? 0),
        position: String(trades),
        realized_pnl: '0',
        unrealized_pnl: '0',
        grid_profit: '0',
        fees: '0',
        fees_quote: '0',
        fees_base: '0',
        quote: '0',
        equity: String(trades),
        invested: '1000',
      },
      active_buy_orders: 0,
      active_sell_orders: 0,
      unfunded: 0,
      cycles: 0,
      total_trades: trades,
      risk_checks: 0,
      orders_rejected: 0,
    };
  }
}

export const tinyCore: CoreFactory = {
  create: () => new TinyEngine({ prices: {}, grids: {}, kill: { active: false, reason: '', since: null } }),
  restore: (snapshot) => new TinyEngine(JSON.parse(snapshot) as TinyState),
};
