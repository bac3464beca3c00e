import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { io } from 'socket.io-client';
import { WebSocket } from 'ws';
import { InProcessBus } from '#server/bus.ts';
import { ANYBODY } from '#server/gateway/identity.ts';
import type { Call } from '#server/gateway/handlers.ts';
import { Origins } from '#server/gateway/origins.ts';
import { createHost, type Host } from '#server/host/create-host.ts';
import { systemTimers } from '#server/host/system-timers.ts';
import { BTC, ScriptedMarket } from '#server/host/testing/scripted-market.ts';
import { openDatabase } from '#server/storage/database.ts';
import { startDialects, type DialectDeps } from './start-dialects.ts';

const CALL: Call = { user: 'ann', role: 'trader', sessionId: 's', id: 'start', digest: '' };
const GRID = { pair: 'BTC-USDC', upper_price: 110, lower_price: 90, grid_count: 10, investment: 1_000 };

let host: Host;
let deps: DialectDeps;
const cleanUp: (() => unknown)[] = [];
beforeEach(async () => {
  const db = openDatabase(':memory:');
  cleanUp.push(() => db.close());
  const bus = new InProcessBus();
  const market = new ScriptedMarket();
  host = await createHost({ db, bus, markets: [market] });
  cleanUp.push(() => host.stop());
  await host.start();
  market.say({
    type: 'ticker',
    ticker: { venue: 'sim', instrument: 'BTC-USDC', ts: Date.now(), last: '100', bid: null, ask: null, open24h: null, high24h: null, low24h: null, volume24h: null }, // prettier-ignore
  });
  market.trade(Date.now(), '100');
  deps = {
    config: {
      host: '127.0.0.1',
      dialect: ['push', 'socketio'],
      push_port: 0,
      push_anonymous: 'off',
      push_instrument: undefined,
      socketio_port: 0,
      socketio_intervals: [0.1, 0.1, 0.1, 0.1],
    },
    bus,
    timers: systemTimers,
    market,
    host,
    verifier: ANYBODY,
    origins: new Origins({ host: '127.0.0.1', publicUrl: undefined, allowOrigins: [] }),
    dashboardPort: 8080,
  };
});
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

async function start(config: Partial<DialectDeps['config']> = {}) {
  const dialects = await startDialects({ ...deps, config: { ...deps.config, ...config } });
  cleanUp.push(() => dialects.close());
  return dialects;
}

describe('the dialects on a whole engine', () => {
  it('P9, T6: a grid’s trades, state and account are told by both', async () => {
    const { ports } = await start();
    const ws = new WebSocket(`ws://127.0.0.1:${ports.push}/ws`);
    const account = io(`http://127.0.0.1:${ports.socketio}`, { forceNew: true, transports: ['websocket'] });
    cleanUp.push(() => {
      ws.terminate();
      account.disconnect();
    });
    const told = { trade: false, auto: false };
    const pushed = new Promise<void>((resolve) => {
      ws.on('message', (text) => {
        const { type, data } = JSON.parse(String(text)) as { type: string; data: Record<string, unknown> };
        if (type === 'trade_executed') told.trade = data['side'] === 'buy' && Number(data['cost']) > 0;
        if (type === 'system_status') told.auto = data['mode'] === 'auto' && Number(data['volume_today']) > 0;
        if (told.trade && told.auto) resolve();
      });
    });
    const held = new Promise<unknown>((resolve) => {
      account.on('positions_update', ({ data }: { data: unknown[] }) => {
        if (data.length > 0) resolve(data);
      });
    });
    await new Promise((resolve) => ws.once('open', resolve));
    account.emit('subscribe_trading', { types: ['positions'] });
    await host.handlers['grid.start'](GRID, CALL);
    await pushed;
    expect(await held).toMatchObject([{ symbol: BTC.instrument.symbol, side: 'Buy', mark_price: 100 }]);
  });

  it('nothing listens unless it is asked for', async () => {
    expect((await start({ dialect: [] })).ports).toEqual({});
  });

  it('a port in use is an error that names the flag, and closes what was opened', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    cleanUp.push(() => taken.close());
    const { port } = taken.address() as AddressInfo;
    await expect(start({ socketio_port: port })).rejects.toThrow(
      `port ${port} on 127.0.0.1 is in use; choose another --socketio-port`,
    );
    await expect(start({ push_port: port })).rejects.toThrow('choose another --push-port');
  });

  it('an instrument that is not there is an error that names those that are', async () => {
    await expect(start({ push_instrument: 'KOGE-USDT' })).rejects.toThrow(
      '--push-instrument KOGE-USDT is not traded here; choose one of BTC-USDC',
    );
  });
});
