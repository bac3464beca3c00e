import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import { createEngine, restoreEngine } from '#engine/create-engine.ts';
import type { EngineEvent } from '#engine/events.ts';
import { familyOf, isEventData } from '#protocol/channels.ts';
import { commands, type Action, type Params, type Result } from '#protocol/commands.ts';
import type { GridConfig } from '#protocol/shapes.ts';
import { InProcessBus, type BusEvent } from '#server/bus.ts';
import type { Call, Handler } from '#server/gateway/handlers.ts';
import type { Market } from '#server/markets/market.ts';
import { openDatabase } from '#server/storage/database.ts';
import type { CoreFactory } from './core.ts';
import { createHost, type Host, type HostDeps } from './create-host.ts';
import { diskError, failingDisk } from './testing/failing-disk.ts';
import { ManualTimers } from './testing/manual-timers.ts';
import { BTC, ScriptedMarket } from './testing/scripted-market.ts';
import { tinyCore } from './testing/tiny-core.ts';

const MINUTE = 60_000;

let folder: string;
let db: DatabaseSyncInstance;
let hosts: Host[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'griddesk-host-'));
  db = openDatabase(join(folder, 'griddesk.db'));
  hosts = [];
});
afterEach(async () => {
  for (const host of hosts) await host.stop();
  db.close();
  rmSync(folder, { recursive: true });
});

interface Desk {
  readonly host: Host;
  readonly market: ScriptedMarket;
  readonly bus: InProcessBus;
  readonly timers: ManualTimers;
  readonly events: BusEvent[];
  /** What the core was given, in order. */
  readonly inputs: EngineEvent[];
}

async function desk(overrides: Partial<HostDeps> & { market?: ScriptedMarket } = {}): Promise<Desk> {
  const market = overrides.market ?? new ScriptedMarket();
  const timers = (overrides.timers as ManualTimers | undefined) ?? new ManualTimers();
  const bus = new InProcessBus();
  const events: BusEvent[] = [];
  bus.onEvent((event) => events.push(event));
  const inputs: EngineEvent[] = [];
  const host = await createHost({ db, markets: [market], bus, timers, core: recording(inputs), ...overrides });
  inputs.length = 0;
  hosts.push(host);
  return { host, market, bus, timers, events, inputs };
}

function recording(inputs: EngineEvent[]): CoreFactory {
  const record = (engine: ReturnType<CoreFactory['create']>) =>
    new Proxy(engine, {
      get(target, name) {
        if (name === 'process') {
          return (event: EngineEvent) => {
            inputs.push(event);
            return target.process(event);
          };
        }
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  return {
    create: (options) => record(tinyCore.create(options)),
    restore: (snapshot, options) => record(tinyCore.restore(snapshot, options)),
  };
}

let requests = 0;
function call(role: Call['role'] = 'trader', id = `r${++requests}`): Call {
  return { user: 'ada', role, id, digest: id, sessionId: 's' };
}

/** Through the handler, and checked against the protocol's own shape of the result. */
async function ask<A extends Action>(host: Host, action: A, params: Params<A>, by = call()): Promise<Result<A>> {
  const handlers: { readonly [K in Action]?: Handler<K> } = host.handlers;
  const handler = handlers[action];
  if (!handler) throw new Error(`no handler for ${action}`);
  const result = await handler(params, by);
  expect(commands[action].result.safeParse(result).error).toBeUndefined();
  return result;
}

const GRID: GridConfig = { pair: 'BTC-USDC', upper_price: 110.5, lower_price: 0.0000001, grid_count: 10, name: 'one' };
const turns = async (count = 4) => {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
};
const on = (events: readonly BusEvent[], pattern: RegExp) => events.filter(({ channel }) => pattern.test(channel));

describe('what the engine sees', () => {
  it('trades are prints and changed best prices quotes, in integer units of the instrument', async () => {
    const { host, market, inputs } = await desk();
    await host.start();
    await turns();
    inputs.length = 0;
    market.trade(5, '95000.5');
    const ticker = {
      venue: 'sim',
      instrument: 'BTC-USDC',
      ts: 6,
      last: '95000.5',
      bid: '95000.4',
      ask: null,
      open24h: '1',
      high24h: '1',
      low24h: '1',
      volume24h: '1',
    };
    market.say({ type: 'ticker', ticker });
    market.say({ type: 'ticker', ticker: { ...ticker, ts: 7 } });
    // The core forgets its quote in a gap: the same one is news then.
    market.say({ type: 'gap', symbol: 'BTC-USDC' });
    market.say({ type: 'ticker', ticker: { ...ticker, ts: 8 } });
    await turns();
    expect(inputs).toMatchObject([
      { type: 'print', ts: 5, key: 'sim:BTC-USDC', price: 950005 },
      { type: 'quote', ts: 6, key: 'sim:BTC-USDC', bid: 950004, ask: 0 },
      { type: 'feed_gap' },
      { type: 'quote', ts: 8, key: 'sim:BTC-USDC', bid: 950004, ask: 0 },
    ]);
  });

  it('a price finer than the instrument allows is left out and told once', async () => {
    const { host, market, inputs, events } = await desk();
    await host.start();
    await turns();
    inputs.length = 0;
    market.trade(5, '95000.55');
    market.trade(6, '95000.55');
    await turns();
    expect(inputs).toEqual([]);
    expect(on(events, /^system\.log$/).filter(({ event }) => event === 'warn')).toHaveLength(1);
  });

  it('an instrument is told at the first start and when its rules changed, else never', async () => {
    const told = (inputs: EngineEvent[]) => inputs.filter(({ type }) => type === 'instrument').length;
    for (const expected of [1, 0]) {
      const { host, inputs } = await desk();
      await host.start();
      await turns();
      expect(told(inputs)).toBe(expected);
      await host.stop();
      hosts.pop();
    }
    const changed = { ...BTC, instrument: { ...BTC.instrument, makerFee: '0.0001' } };
    const { host, inputs } = await desk({ market: new ScriptedMarket([changed]) });
    await host.start();
    await turns();
    expect(told(inputs)).toBe(1);
  });

  it('G10: a gap and a reconnection are feed gaps, the first connection is not another one', async () => {
    const { host, market, inputs } = await desk();
    await host.start();
    await turns();
    const gaps = () => inputs.filter(({ type }) => type === 'feed_gap').length;
    expect(gaps()).toBe(1);
    market.say({ type: 'gap', symbol: 'BTC-USDC' });
    market.say({ type: 'status', state: 'disconnected', reason: 'cable' });
    market.say({ type: 'status', state: 'connected' });
    await turns();
    expect(gaps()).toBe(3);
  });

  it('G16: a clock event each whole minute', async () => {
    const { host, inputs, timers } = await desk();
    await host.start();
    timers.advance(3 * MINUTE);
    await turns();
    const clocks = inputs.filter(({ type }) => type === 'clock').map(({ ts }) => ts);
    expect(clocks).toHaveLength(3);
    for (const ts of clocks) expect(ts % MINUTE).toBe(0);
  });

  it('G11: a market of bars trades on whole bars only, in its own time, and never twice after a restart', async () => {
    const bars = () => new ScriptedMarket([BTC], 'bars');
    const candle = (ts: number) => ({ ts, open: '1', high: '2', low: '1', close: '2', volume: '1', closed: true });
    const first = await desk({ market: bars() });
    await first.host.start();
    first.market.say({ type: 'bar', symbol: 'BTC-USDC', candle: candle(1_000) });
    first.market.trade(1_000, '2');
    const { grid_id } = await ask(first.host, 'grid.start', GRID);
    first.market.say({ type: 'bar', symbol: 'BTC-USDC', candle: candle(2_000) });
    await turns();
    expect(first.inputs.filter(({ type }) => type === 'print')).toEqual([]);
    expect(first.inputs.find(({ type }) => type === 'command')?.ts).toBe(1_000);
    await first.host.stop();
    hosts.pop();

    const second = await desk({ market: bars() });
    await second.host.start();
    for (const ts of [1_000, 2_000, 3_000]) second.market.say({ type: 'bar', symbol: 'BTC-USDC', candle: candle(ts) });
    await turns();
    expect(second.inputs.filter(({ type }) => type === 'bar').map(({ ts }) => ts)).toEqual([3_000]);
    const fills = await ask(second.host, 'grid.fills', { id: grid_id });
    expect(fills.fills.map(({ ts }) => ts)).toEqual([3_000, 2_000]);
  });
});

describe('coming back', () => {
  it('a market without grids starts anew, whatever was on the database before', async () => {
    const first = await desk();
    await first.host.start();
    first.market.trade(first.timers.now(), '1.0');
    await first.host.stop();
    hosts.pop();
    const replayed = { ...BTC, instrument: { ...BTC.instrument, venue: 'replay' } };
    const second = await desk({ market: new ScriptedMarket([replayed], 'bars') });
    await second.host.start();
    const candle = { ts: 1_000, open: '1', high: '2', low: '1', close: '2', volume: '1', closed: true };
    second.market.say({ type: 'bar', symbol: 'BTC-USDC', candle });
    await turns();
    expect(second.inputs.filter(({ type }) => type === 'bar')).toHaveLength(1);
  });

  it('G18: whole bars that open after the last event, then the gap, then what came meanwhile', async () => {
    const first = await desk();
    await first.host.start();
    const { grid_id } = await ask(first.host, 'grid.start', GRID);
    await first.host.stop();
    hosts.pop();

    const last = first.timers.now();
    const open = Math.ceil(last / MINUTE) * MINUTE;
    const market = new ScriptedMarket();
    const bar = (ts: number) => ({ ts, open: '1', high: '2', low: '1', close: '2', volume: '1', closed: true });
    market.bars = [
      bar(open - MINUTE),
      bar(open),
      bar(open + MINUTE),
      bar(open + 2 * MINUTE),
      { ...bar(open + 3 * MINUTE), closed: false },
    ];
    const timers = new ManualTimers(open + 2 * MINUTE + 5_000);
    const second = await desk({ market, timers });
    const back = timers.now();
    // Live already while the bars are being fetched.
    const { candles } = market;
    market.candles = async (...args) => {
      market.trade(back, '7.0');
      timers.advance(3_000);
      return candles.apply(market, args);
    };
    await second.host.start();
    await turns();
    expect(second.inputs.map(({ type, ts }) => [type, ts])).toEqual([
      ['bar', open],
      ['bar', open + MINUTE],
      ['feed_gap', back],
      ['print', back],
    ]);
    const { fills } = await ask(second.host, 'grid.fills', { id: grid_id });
    expect(fills.map(({ ts }) => ts)).toEqual([back, open + MINUTE, open]);
  });

  it('G18: a market that cannot tell of the time away costs the bars, not the start', async () => {
    const first = await desk();
    await first.host.start();
    await ask(first.host, 'grid.start', GRID);
    await first.host.stop();
    hosts.pop();
    const market: Market = Object.assign(new ScriptedMarket(), {
      candles: () => Promise.reject(new Error('no history')),
    });
    const second = await desk({ markets: [market] });
    await second.host.start();
    await turns();
    expect(second.inputs.map(({ type }) => type)).toEqual(['feed_gap']);
  });

  it('G18: an instrument that is listed no more costs no other the bars of its time away', async () => {
    const eth = { ...BTC, instrument: { ...BTC.instrument, symbol: 'ETH-USDC', base: 'ETH' } };
    const first = await desk({ market: new ScriptedMarket([eth, BTC]) });
    await first.host.start();
    await ask(first.host, 'grid.start', { ...GRID, pair: 'ETH-USDC' });
    await ask(first.host, 'grid.start', GRID);
    await first.host.stop();
    hosts.pop();
    const open = Math.ceil(first.timers.now() / MINUTE) * MINUTE;
    const market = new ScriptedMarket();
    market.bars = [{ ts: open, open: '1', high: '2', low: '1', close: '2', volume: '1', closed: true }];
    const { candles } = market;
    market.candles = async (symbol, ...asked) => {
      if (symbol === 'ETH-USDC') throw new Error('no such instrument');
      return candles.call(market, symbol, ...asked);
    };
    const second = await desk({ market, timers: new ManualTimers(open + 2 * MINUTE) });
    await second.host.start();
    await turns();
    expect(second.inputs.map(({ type }) => type)).toContain('bar');
  });

  it('one engine a database', async () => {
    await desk();
    await expect(desk()).rejects.toThrow(/another engine is running/);
  });

  it('a disk that refuses: degraded, told in the log, and all of it caught up afterwards', async () => {
    const disk = failingDisk(db);
    const { host, market, events, inputs, timers } = await desk({ db: disk.db });
    await host.start();
    await ask(host, 'grid.start', GRID);
    disk.refuse = () => {
      throw diskError('disk I/O error');
    };
    market.trade(5, '1.0');
    await turns();
    expect(host.health()).toMatchObject({ status: 'degraded', components: { storage: 'down' } });
    expect(on(events, /\.trade$/).filter(({ event }) => event === 'executed')).toEqual([]);
    market.trade(6, '2.0');
    await expect(ask(host, 'grid.start', GRID)).rejects.toMatchObject({ code: 'INTERNAL_ERROR', message: /storage/ });

    inputs.length = 0;
    disk.refuse = () => undefined;
    timers.advance(20_000);
    await turns();
    market.trade(7, '3.0');
    await turns();
    expect(host.health()).toMatchObject({ status: 'healthy', components: { storage: 'up' } });
    expect(inputs.map(({ type }) => type)).toEqual(['feed_gap', 'print']);
    const { logs } = await ask(host, 'system.logs', { source: 'storage' });
    expect(logs.map(({ level }) => level)).toEqual(['info', 'error']);
  });
});

describe('what clients hear', () => {
  it('every event is of its channel’s shape', async () => {
    const { host, market, events, timers } = await desk();
    await host.start();
    const { grid_id } = await ask(host, 'grid.start', GRID);
    market.trade(5, '1.0');
    await turns();
    timers.advance(6_000);
    await ask(host, 'system.kill_switch', { action: 'activate', reason: 'enough' });
    await ask(host, 'grid.stop', { id: grid_id });
    const misshapen = events.filter(({ channel, event, data }) => {
      const family = familyOf(channel);
      return family === undefined || !isEventData(family, event, data);
    });
    expect(misshapen).toEqual([]);
    const seen = new Set(events.map(({ channel }) => familyOf(channel)));
    for (const family of ['grid.status', 'grid.pnl', 'grid.order', 'grid.trade', 'grid.lifecycle', 'market.trade']) {
      expect(seen).toContain(family);
    }
    for (const family of ['system.health', 'system.log', 'system.kill_switch', 'system.exchange']) {
      expect(seen).toContain(family);
    }
  });

  it('status every second while running, PnL at most four times a second and only on change', async () => {
    const { host, market, events, timers } = await desk();
    await host.start();
    const { grid_id } = await ask(host, 'grid.start', GRID);
    timers.advance(1_000);
    events.length = 0;
    timers.advance(10_000);
    expect(on(events, /status$/)).toHaveLength(10);
    expect(on(events, /pnl$/)).toHaveLength(0);
    for (let i = 0; i < 40; i++) {
      market.trade(i, '1.0');
      await turns(2);
      timers.advance(50);
    }
    expect(on(events, /pnl$/)).toHaveLength(8);
    timers.advance(1_000);
    events.length = 0;
    market.trade(50, '1.1');
    await turns();
    timers.advance(1_000);
    expect(on(events, /pnl$/)).toEqual([]);
    await ask(host, 'grid.stop', { id: grid_id });
    events.length = 0;
    timers.advance(5_000);
    expect(on(events, /^grid\./)).toEqual([]);
  });

  it('Z11: current values of every stateful channel, of ended grids too', async () => {
    const { host, market, bus } = await desk();
    await host.start();
    const { grid_id } = await ask(host, 'grid.start', GRID);
    await ask(host, 'grid.stop', { id: grid_id });
    market.currentBook = { ts: 1, bids: [], asks: [], seq: 4 };
    const candle = { ts: 60_000, open: '1', high: '1', low: '1', close: '1', volume: '1', closed: false };
    market.say({ type: 'candle', symbol: 'BTC-USDC', interval: '1m', candle });
    expect(bus.current('system.kill_switch')).toMatchObject({ event: 'deactivated', data: { active: false } });
    await ask(host, 'system.kill_switch', { action: 'activate', reason: 'enough' });
    expect(bus.current(`grid.${grid_id}.status`)).toMatchObject({ event: 'update', data: { state: 'stopped' } });
    expect(bus.current(`grid.${grid_id}.pnl`)).toMatchObject({ event: 'updated', data: { grid_id } });
    expect(bus.current('market.sim.BTC-USDC.book')).toMatchObject({ event: 'snapshot', data: { seq: 4 } });
    expect(bus.current('market.sim.BTC-USDC.candle_1m')).toMatchObject({ event: 'update', data: candle });
    expect(bus.current('system.health')).toMatchObject({ data: { status: 'healthy', kill_switch: true } });
    expect(bus.current('system.kill_switch')).toMatchObject({ event: 'activated', data: { reason: 'enough' } });
    expect(bus.current('system.exchange')).toMatchObject({ event: 'connected', data: { venue: 'sim' } });
  });

  it('Z11: a bounded number of ended grids, however long the engine runs', async () => {
    const { host, bus } = await desk();
    await host.start();
    const statuses = () => [...bus.provided()].filter((channel) => /^grid\..*\.status$/.test(channel));
    const started = await Promise.all(Array.from({ length: 510 }, () => ask(host, 'grid.start', GRID)));
    const [running, ...others] = started.map(({ grid_id }) => grid_id);
    expect(statuses()).toHaveLength(510);
    await Promise.all(others.map((id) => ask(host, 'grid.stop', { id })));
    expect(statuses()).toEqual([running, ...others.slice(-500)].map((id) => `grid.${id}.status`));
    expect([...bus.provided()].filter((channel) => channel.endsWith('.pnl'))).toHaveLength(501);
  });
});

describe('commands', () => {
  it('grid.start: numbers become the decimals they show, and the id is one of a kind', async () => {
    const { host, inputs } = await desk();
    await host.start();
    const { grid_id } = await ask(host, 'grid.start', GRID);
    expect(grid_id).toMatch(/^grid_[0-9a-f]{6}$/);
    const command = inputs.find(({ type }) => type === 'command');
    expect(command).toMatchObject({
      command: { grid_id, params: { venue: 'sim', upper_price: '110.5', lower_price: '0.0000001', grid_count: 10 } },
    });
    expect((await ask(host, 'grid.get', { id: grid_id })).config).toMatchObject({ ...GRID, venue: 'sim' });
    expect((await ask(host, 'grid.list', {})).grids.map(({ id }) => id)).toEqual([grid_id]);
    await expect(ask(host, 'grid.get', { id: 'none' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(ask(host, 'grid.stop', { id: 'none' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('Z13: a request sent again after a crash is the same grid', async () => {
    const by = call();
    const first = await desk();
    await first.host.start();
    const answer = await ask(first.host, 'grid.start', GRID, by);
    await first.host.stop();
    hosts.pop();
    const second = await desk();
    await second.host.start();
    expect(await ask(second.host, 'grid.start', GRID, by)).toEqual(answer);
    expect((await ask(second.host, 'grid.list', {})).grids).toHaveLength(1);
  });

  it('grid.update_params: null takes a field away; another market is refused with the field', async () => {
    const { host, inputs } = await desk();
    await host.start();
    const { grid_id: id } = await ask(host, 'grid.start', GRID);
    await ask(host, 'grid.update_params', { id, params: { stop_loss: null, name: 'two', pair: 'BTC-USDC' } });
    expect(inputs.at(-1)).toMatchObject({ command: { params: { stop_loss: null, name: 'two' } } });
    await expect(ask(host, 'grid.update_params', { id, params: { pair: 'ETH-USDC' } })).rejects.toMatchObject({
      code: 'VALIDATION_ERROR',
      details: [{ path: 'pair' }],
    });
  });

  it('Z7: the kill switch is let go by an admin only; its history tells who did what', async () => {
    const { host } = await desk();
    await host.start();
    await ask(host, 'system.kill_switch', { action: 'activate', reason: 'enough' });
    await expect(ask(host, 'grid.start', GRID)).rejects.toMatchObject({ code: 'KILL_SWITCH_ACTIVE' });
    const deactivate = { action: 'deactivate', reason: 'calm again' } as const;
    await expect(ask(host, 'system.kill_switch', deactivate)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect((await ask(host, 'system.kill_switch_history', {})).active).toBe(true);
    expect(await ask(host, 'system.kill_switch', deactivate, call('admin'))).toMatchObject({ kill_switch: false });
    const { active, history } = await ask(host, 'system.kill_switch_history', {});
    expect(active).toBe(false);
    expect(history.map(({ reason, by }) => [reason, by])).toEqual([
      ['calm again', 'ada'],
      ['enough', 'ada'],
    ]);
  });

  it('G16: risk decisions are told again after a restart, with the grid they stopped', async () => {
    const core = { create: createEngine, restore: restoreEngine };
    const first = await desk({ core });
    await first.host.start();
    first.market.trade(first.timers.now() + 1, '100.0');
    await turns();
    const config = { pair: 'BTC-USDC', upper_price: 110, lower_price: 90, grid_count: 4, investment: 1000 };
    const { grid_id: id } = await ask(first.host, 'grid.start', config);
    await ask(first.host, 'system.kill_switch', { action: 'activate', reason: 'enough' });
    const [told] = on(first.events, /\.risk$/).slice(-1);
    expect(told).toMatchObject({ event: 'kill_switch', data: { grid_id: id, reason: 'enough' } });
    await first.host.stop();
    hosts.pop();
    const second = await desk({ core });
    await second.host.start();
    const [newest] = (await ask(second.host, 'grid.risk', { id, limit: 1 })).decisions;
    expect(newest).toEqual({ ...(told?.data as object), ts: told?.timestamp });
    expect((await ask(second.host, 'grid.risk', { id: 'none' })).decisions).toEqual([]);
  });

  it('orders, logs, instruments, candles; what is not there is NOT_FOUND', async () => {
    const { host, market } = await desk();
    await host.start();
    const { grid_id: id } = await ask(host, 'grid.start', GRID);
    market.trade(5, '1.0');
    market.trade(6, '2.0');
    await turns();
    host.log('error', 'test', 'something');
    host.log('info', 'test', 'something else');
    await turns();
    const { orders } = await ask(host, 'grid.orders', { id });
    expect(orders.map(({ price, state }) => [price, state])).toEqual([
      [20, 'filled'],
      [10, 'filled'],
    ]);
    expect((await ask(host, 'grid.orders', { state: 'open' })).orders).toEqual([]);
    expect((await ask(host, 'system.logs', { level: 'error' })).logs).toMatchObject([{ message: 'something' }]);
    expect((await ask(host, 'system.logs', { source: 'test' })).logs.map(({ level }) => level)).toEqual([
      'info',
      'error',
    ]);
    expect((await ask(host, 'market.instruments', {})).instruments).toMatchObject([
      { symbol: 'BTC-USDC', simulated: true, has_book: true },
    ]);
    expect((await ask(host, 'market.instruments', { venue: 'okx' })).instruments).toEqual([]);
    const of = { venue: 'sim', instrument: 'BTC-USDC' };
    expect((await ask(host, 'market.candles', { ...of, interval: '1m' })).candles).toEqual([]);
    expect((await ask(host, 'market.trades', of)).trades).toEqual([]);
    for (const wrong of [
      { ...of, venue: 'okx' },
      { ...of, instrument: 'NO-PE' },
    ]) {
      await expect(ask(host, 'market.trades', wrong)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
    await expect(ask(host, 'grid.preview', GRID)).rejects.toMatchObject({ code: 'VENUE_UNAVAILABLE' });
    expect(await ask(host, 'account.equity', {})).toEqual({ currency: '', points: [] });
    expect(host.metrics()).toMatchObject({ runningGrids: 1, storageUp: true, queueLength: 0 });
  });
});
