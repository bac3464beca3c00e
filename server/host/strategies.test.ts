/** Strategies in the host: bars, commands, what clients hear, and coming back. On the real core, a scripted market. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEngine, restoreEngine } from '#engine/create-engine.ts';
import type { EngineEvent } from '#engine/events.ts';
import { familyOf, isEventData } from '#protocol/channels.ts';
import { commands, type Action, type Params, type Result } from '#protocol/commands.ts';
import type { Candle } from '#domain/market-data.ts';
import { InProcessBus, type BusEvent } from '#server/bus.ts';
import type { Call, Handler } from '#server/gateway/handlers.ts';
import { openDatabase } from '#server/storage/database.ts';
import { createHost, type Host } from './create-host.ts';
import { ManualTimers } from './testing/manual-timers.ts';
import { BTC, ScriptedMarket } from './testing/scripted-market.ts';

const MINUTE = 60_000;
/** A whole minute. */
const START = 1_700_000_040_000;

let folder: string;
let db: DatabaseSyncInstance;
let host: Host;
let market: ScriptedMarket;
let timers: ManualTimers;
let bus: InProcessBus;
let events: BusEvent[];
let inputs: EngineEvent[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'griddesk-strategies-'));
  db = openDatabase(join(folder, 'griddesk.db'));
});
afterEach(async () => {
  await host.stop();
  db.close();
  rmSync(folder, { recursive: true });
});

const bar = (ts: number, close: number): Candle => {
  const price = close.toFixed(1);
  return { ts, open: price, high: price, low: price, close: price, volume: '1', closed: true };
};

/** An engine at `now` on a market that knows `bars`. */
async function open(
  now = START,
  bars: readonly Candle[] = [bar(START - 2 * MINUTE, 101), bar(START - MINUTE, 100)],
  granularity: 'trades' | 'bars' = 'trades',
): Promise<void> {
  market = new ScriptedMarket([BTC], granularity);
  market.bars = bars;
  timers = new ManualTimers(now);
  bus = new InProcessBus();
  events = [];
  inputs = [];
  bus.onEvent((event) => events.push(event));
  const heard = (engine: ReturnType<typeof createEngine>) => ({
    ...engine,
    process: (event: EngineEvent) => {
      inputs.push(event);
      return engine.process(event);
    },
  });
  host = await createHost({
    db,
    markets: [market],
    bus,
    timers,
    core: {
      create: (options) => heard(createEngine(options)),
      restore: (text, options) => heard(restoreEngine(text, options)),
    },
  });
  inputs.length = 0;
  await host.start();
  await turns();
}

async function reopen(now: number, bars: readonly Candle[] = []): Promise<void> {
  await host.stop();
  await open(now, bars);
}

const turns = async (count = 6) => {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
};

let requests = 0;
function call(role: Call['role'] = 'trader', id = `r${++requests}`): Call {
  return { user: 'ada', role, id, digest: id, sessionId: 's' };
}

async function ask<A extends Action>(action: A, params: Params<A>, by = call()): Promise<Result<A>> {
  const handlers: { readonly [K in Action]?: Handler<K> } = host.handlers;
  const handler = handlers[action];
  if (!handler) throw new Error(`no handler for ${action}`);
  const result = await handler(params, by);
  expect(commands[action].result.safeParse(result).error).toBeUndefined();
  return result;
}

const CONFIG = {
  strategy: 'dual_ma',
  symbol: 'BTC-USDC',
  timeframe: '1m',
  params: { fast_period: 1, slow_period: 2 },
} as const;

/** The market says that a minute has closed, and its time has come. */
async function close(ts: number, price: number): Promise<void> {
  timers.advance(Math.max(0, ts + MINUTE - timers.now()));
  market.bars = [...market.bars, bar(ts, price)];
  market.say({ type: 'candle', symbol: 'BTC-USDC', interval: '1m', candle: bar(ts, price) });
  await turns();
}

async function print(price: string): Promise<void> {
  timers.advance(100);
  market.trade(timers.now(), price);
  await turns();
}

const heard = (pattern: RegExp) => events.filter(({ channel }) => pattern.test(channel));
const candles = () => inputs.flatMap((event) => (event.type === 'candle' ? [event.ts] : []));

describe('a strategy’s life', () => {
  it('G19: starts, decides at a close, trades at the next price, pauses, comes back and stops', async () => {
    await open();
    await print('100.0');
    const { strategy_id: id, status } = await ask('strategy.start', { ...CONFIG, capital: 500 });
    expect(id).toMatch(/^strategy_[0-9a-f]{6}$/);
    expect(status).toBe('running');
    expect(host.health().running_strategies).toBe(1);
    await close(START, 101);
    expect(heard(/\.signal$/)).toMatchObject([
      { channel: `strategy.${id}.signal`, event: 'generated', data: { side: 'long', price: 101, bar: START } },
    ]);
    expect(heard(/^strategy\..*\.trade$/)).toEqual([]);
    await print('101.0');
    expect(heard(/^strategy\..*\.trade$/)).toMatchObject([
      { channel: `strategy.${id}.trade`, event: 'executed', data: { side: 'buy', price: 101.1, trade_id: '1' } },
    ]);
    expect(bus.current(`strategy.${id}.status`)).toMatchObject({ data: { state: 'running', target: 'long' } });
    expect(await ask('strategy.pause', { id })).toEqual({ strategy_id: id, status: 'paused' });
    const before = await ask('strategy.get', { id });

    await reopen(timers.now() + 1_000);
    expect(await ask('strategy.get', { id })).toEqual({
      ...before,
      status: { ...before.status, uptime_seconds: expect.any(Number) as number },
    });
    expect((await ask('strategy.fills', { id })).fills).toHaveLength(1);
    expect((await ask('strategy.signals', {})).signals).toMatchObject([{ strategy_id: id, side: 'long' }]);
    await ask('strategy.resume', { id });
    await print('102.0');
    const stopped = await ask('strategy.stop', { id, close_position: true });
    expect(stopped).toMatchObject({ strategy_id: id, status: 'stopped' });
    expect(host.health().running_strategies).toBe(0);
    const { fills } = await ask('strategy.fills', { id });
    expect(fills.map(({ side, position_after }) => [side, position_after])).toEqual([
      ['sell', 0],
      ['buy', fills[0]?.amount],
    ]);
    expect(stopped.final_pnl).toBe(fills[0]?.realized_pnl);
    expect((await ask('strategy.list', {})).strategies.map(({ state }) => state)).toEqual(['stopped']);
  });

  it('every event is of its channel’s shape; status comes each second while it lives', async () => {
    await open();
    await print('100.0');
    const { strategy_id: id } = await ask('strategy.start', CONFIG);
    await close(START, 101);
    await print('101.0');
    events.length = 0;
    timers.advance(5_000);
    expect(heard(/^strategy\..*\.status$/)).toHaveLength(5);
    expect(heard(/^account\..*\.positions$/)).toMatchObject([{ data: [{ symbol: 'BTC-USDC', entry_price: 101.201 }] }]);
    expect(heard(/^account\..*\.orders$/)).toMatchObject([{ data: [{ order_id: `${id}-1`, status: 'Filled' }] }]);
    await ask('strategy.update_params', { id, params: { slow_period: 3 } });
    await ask('strategy.stop', { id });
    expect(heard(/lifecycle$/).map(({ event }) => event)).toEqual(['updated', 'stopped']);
    const misshapen = events.filter(({ channel, event, data }) => {
      const family = familyOf(channel);
      return family === undefined || !isEventData(family, event, data);
    });
    expect(misshapen).toEqual([]);
    events.length = 0;
    timers.advance(5_000);
    expect(heard(/^strategy\./)).toEqual([]);
  });

  it('Z13: a request sent again after a crash is the same strategy', async () => {
    const by = call();
    await open();
    const answer = await ask('strategy.start', CONFIG, by);
    await reopen(START + 1_000, market.bars);
    expect(await ask('strategy.start', CONFIG, by)).toEqual(answer);
    expect((await ask('strategy.list', {})).strategies).toHaveLength(1);
  });

  it('G17: the kill switch counts the strategies it stopped', async () => {
    await open();
    await print('100.0');
    await ask('strategy.start', CONFIG);
    await close(START, 101);
    await print('101.0');
    const kill = { action: 'activate', reason: 'enough', close_positions: true } as const;
    expect(await ask('system.kill_switch', kill)).toMatchObject({
      affected: { strategies_stopped: 1, positions_closed: 1 },
    });
    await expect(ask('strategy.start', CONFIG)).rejects.toMatchObject({ code: 'KILL_SWITCH_ACTIVE' });
  });

  it('what is refused says which field, or how many bars are missing', async () => {
    await open(START, [bar(START - MINUTE, 100)]);
    const start = (change: object) => ask('strategy.start', { ...CONFIG, ...change });
    await expect(start({})).rejects.toMatchObject({
      code: 'VENUE_UNAVAILABLE',
      message: expect.stringMatching(/needs 2 closed 1m bars.*1 are missing/) as string,
    });
    await expect(start({ mode: 'mainnet' })).rejects.toMatchObject({
      code: 'VALIDATION_ERROR',
      details: [{ path: 'mode' }],
    });
    await expect(start({ symbol: 'NO-PE' })).rejects.toMatchObject({
      code: 'VALIDATION_ERROR',
      details: [{ path: 'symbol' }],
    });
    await expect(start({ venue: 'moon' })).rejects.toMatchObject({
      code: 'VALIDATION_ERROR',
      details: [{ path: 'venue' }],
    });
    await expect(start({ strategy: 'none' })).rejects.toMatchObject({
      code: 'VALIDATION_ERROR',
      details: [{ path: 'strategy' }],
    });
    market.candles = () => Promise.reject(new Error('no history'));
    await expect(start({})).rejects.toMatchObject({
      code: 'VENUE_UNAVAILABLE',
      message: expect.stringMatching(/no history/) as string,
    });
    await expect(ask('strategy.get', { id: 'none' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect((await ask('strategy.list', {})).strategies).toEqual([]);
  });
});

describe('closed bars', () => {
  it('each exactly once and in order; what was missed is asked for before what came after it', async () => {
    await open();
    await ask('strategy.start', { ...CONFIG, id: 'one' });
    await close(START, 101);
    await close(START, 101);
    market.say({ type: 'candle', symbol: 'BTC-USDC', interval: '5m', candle: bar(START, 1) });
    market.say({ type: 'candle', symbol: 'BTC-USDC', interval: '1m', candle: { ...bar(START, 1), closed: false } });
    // Two are missed while the connection is cut, and one more comes while they are asked for.
    market.bars = [...market.bars, bar(START + MINUTE, 102), bar(START + 2 * MINUTE, 103)];
    await close(START + 3 * MINUTE, 104);
    expect(candles()).toEqual([0, 1, 2, 3].map((n) => START + n * MINUTE));
    expect((await ask('strategy.get', { id: 'one' })).status.last_bar).toBe(START + 3 * MINUTE);
  });

  it('where the market does not tell what was missed, the next bar asks again', async () => {
    await open();
    await ask('strategy.start', CONFIG);
    const { candles: answer } = market;
    market.candles = () => Promise.reject(new Error('cut'));
    await close(START + MINUTE, 101);
    expect(candles()).toEqual([]);
    expect(heard(/^system\.log$/).at(-1)).toMatchObject({
      event: 'warn',
      data: { message: expect.stringMatching(/are missing/) as string },
    });
    market.candles = answer;
    market.bars = [...market.bars, bar(START, 100)].toSorted((a, b) => a.ts - b.ts);
    await close(START + 2 * MINUTE, 102);
    expect(candles()).toEqual([0, 1, 2].map((n) => START + n * MINUTE));
  });

  it('a bar that closes while a start waits for its warm-up is not lost', async () => {
    await open();
    const { candles: answer } = market;
    let release = () => {};
    market.candles = async (...args) => {
      const bars = await answer.apply(market, args);
      await new Promise<void>((resolve) => (release = resolve));
      return bars;
    };
    const started = ask('strategy.start', CONFIG);
    await turns();
    await close(START, 101);
    release();
    const { strategy_id: id } = await started;
    market.candles = answer;
    await close(START + MINUTE, 102);
    expect((await ask('strategy.get', { id })).status.last_bar).toBe(START + MINUTE);
    expect(candles().slice(-2)).toEqual([START, START + MINUTE]);
  });

  it('G18: the time away comes as closed bars between the bars to trade at, as if the engine had been there', async () => {
    await open();
    await print('100.0');
    const { strategy_id: id } = await ask('strategy.start', CONFIG);
    await close(START, 99);
    await print('100.0');
    const last = timers.now();
    const away = [
      bar(START, 99),
      bar(START + MINUTE, 101),
      bar(START + 2 * MINUTE, 105),
      bar(START + 3 * MINUTE, 104),
      { ...bar(START + 4 * MINUTE, 1), closed: false },
    ];
    await reopen(START + 4 * MINUTE + 5_000, away);
    expect(inputs.map((event) => [event.type, (event.ts - START) / MINUTE])).toEqual([
      ['candle', 1],
      ['bar', 2],
      ['candle', 2],
      ['bar', 3],
      ['candle', 3],
      ['feed_gap', (timers.now() - START) / MINUTE],
    ]);
    expect(last).toBeLessThan(START + 2 * MINUTE);
    // Long at the first close, filled by the bar after it; out at the last, which waits for a fresh price.
    const { fills } = await ask('strategy.fills', { id });
    expect(fills).toMatchObject([{ side: 'buy', price: 105.1, ts: START + 2 * MINUTE }]);
    await print('103.0');
    expect((await ask('strategy.fills', { id })).fills).toMatchObject([{ side: 'sell', price: 102.9 }, {}]);
  });

  it('G18: after a restart without news nothing is decided or traded twice', async () => {
    await open();
    await print('100.0');
    const { strategy_id: id } = await ask('strategy.start', CONFIG);
    await close(START, 101);
    await reopen(timers.now() + 1_000, market.bars);
    expect(candles()).toEqual([]);
    await print('101.0');
    await reopen(timers.now() + 1_000, market.bars);
    await print('101.0');
    expect((await ask('strategy.fills', { id })).fills).toHaveLength(1);
    expect((await ask('strategy.signals', { id })).signals).toHaveLength(1);
  });

  it('a market of bars: the close of one decides, the open of the next fills; a replay that begins anew repeats nothing', async () => {
    const history = [bar(START - 2 * MINUTE, 101), bar(START - MINUTE, 100)];
    const play = async (n: number, price: number) => {
      const candle = bar(START + n * MINUTE, price);
      market.say({ type: 'bar', symbol: 'BTC-USDC', candle });
      market.say({ type: 'candle', symbol: 'BTC-USDC', interval: '1m', candle });
      await turns();
    };
    await open(START, history, 'bars');
    const { strategy_id: id } = await ask('strategy.start', CONFIG);
    await play(0, 101);
    await play(1, 103);
    expect((await ask('strategy.fills', { id })).fills).toMatchObject([{ price: 103.1, ts: START + MINUTE }]);
    await host.stop();
    await open(START, history, 'bars');
    for (const [n, price] of [101, 103, 102].entries()) await play(n, price);
    await play(3, 100);
    const { fills } = await ask('strategy.fills', { id });
    expect(fills).toMatchObject([{ side: 'sell', ts: START + 3 * MINUTE }, { side: 'buy' }]);
    expect((await ask('strategy.signals', { id })).signals).toHaveLength(2);
  });
});
