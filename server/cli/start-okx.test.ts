import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { DatabaseSync } from '@photostructure/sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { WsPeer } from '#server/gateway/testing/ws-peer.ts';
import { startSocksProxy } from '#server/venues/testing/proxies.ts';
import { nodeTimers, startNodeVenueServer, type NodeVenueServer } from '#testing/venues/node-venue-server.ts';
import { OkxServer } from '#testing/venues/okx-server.ts';
import { runCli } from './program.ts';

let folder: string;
let okx: OkxServer;
let net: NodeVenueServer;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'griddesk-start-okx-'));
  okx = new OkxServer({ timers: nodeTimers, depth: 10, rate: 50 });
  net = await startNodeVenueServer(okx);
  okx.start();
});
afterEach(async () => {
  okx.stop();
  await net.stop();
  rmSync(folder, { recursive: true });
});

/** Starts an engine, does `meanwhile` with its address, and stops it. */
async function start(flags: readonly string[], meanwhile: (url: string) => Promise<void> = async () => {}) {
  const out: string[] = [];
  const err: string[] = [];
  const base = ['--data', folder, '--port', '0', '--auth', 'off', '--market', 'okx', '--instruments', 'BTC-USDT'];
  const code = await runCli(['start', ...base, '--okx-url', net.url, '--okx-rest-url', net.httpUrl, ...flags], {
    env: {},
    terminal: { stdin: Readable.from(['']), out: (line) => out.push(line), err: (line) => err.push(line) },
    untilStopped: () => meanwhile(/Open (http:\/\/[^/]+)/.exec(out.join('\n'))?.[1] ?? ''),
  });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

async function json(url: string): Promise<unknown> {
  return (await fetch(url)).json();
}

async function until(isSo: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setImmediate(resolve));
}

describe('griddesk start --market okx', () => {
  test('serves OKX’s instruments, prices and candles, and records ticks where told to', async () => {
    const { code, err } = await start(['--record-ticks'], async (url) => {
      const peer = new WsPeer(`${url.replace('http', 'ws')}/ws`, {});
      await peer.next('connected');
      peer.send({ type: 'subscribe', id: 's', channels: ['market.okx.BTC-USDT.*', 'system.exchange'] });
      const trade = await peer.next(({ channel }) => channel === 'market.okx.BTC-USDT.trade');
      expect(trade.data).toMatchObject({ venue: 'okx', instrument: 'BTC-USDT' });
      const candles = await json(`${url}/api/v2/market/candles?venue=okx&instrument=BTC-USDT&interval=1m&limit=50`);
      expect(candles).toMatchObject({ success: true, data: { candles: { length: 50 } } });
      peer.terminate();
    });
    expect([code, err]).toEqual([0, '']);
    const ticks = new DatabaseSync(join(folder, 'ticks.db'));
    const { n } = ticks.prepare('SELECT count(*) n FROM trades').get() as { n: number };
    ticks.close();
    expect(n).toBeGreaterThan(0);
    expect(okx.violations).toEqual([]);
  });

  test('without being told to it records nothing', async () => {
    await start([]);
    expect(existsSync(join(folder, 'ticks.db'))).toBe(false);
  });

  test('O1: through a proxy, in demo trading', async () => {
    const proxy = await startSocksProxy();
    const { code } = await start(['--proxy', proxy.url, '--okx-demo'], async (url) => {
      await until(async () => {
        const health = (await json(`${url}/api/v2/system/health`)) as { data: { status: string } };
        return health.data.status === 'healthy';
      });
    });
    await proxy.stop();
    expect(code).toBe(0);
    expect(new Set(proxy.asked)).toEqual(new Set([`127.0.0.1:${net.port}`]));
    expect(okx.received.find(({ path }) => path.endsWith('/instruments'))?.text).toContain('(demo)');
  });

  test('OKX out of reach is 3, with host and proxy, without the password; an unknown pair is 2', async () => {
    const gone = await start(['--okx-rest-url', 'http://127.0.0.1:1', '--proxy', 'socks5://anna:geheim@127.0.0.1:2']);
    expect(gone.code).toBe(3);
    expect(gone.err).toContain('OKX does not answer at 127.0.0.1:1 through the proxy socks5://127.0.0.1:2');
    expect(gone.err).not.toMatch(/geheim|anna/);
    const unknown = await start(['--instruments', 'FOO-BAR']);
    expect([unknown.code, unknown.err]).toEqual([2, expect.stringContaining('OKX trades no FOO-BAR now')]);
  });

  test('a browser is led to it through the engine, and asks its REST', async () => {
    await start([], async (url) => {
      const peer = new WsPeer(`${url.replace('http', 'ws')}/ws`, {});
      await peer.next('connected');
      const ask = async (id: string, action: string, params: unknown) => {
        peer.send({ type: 'command', id, action, params });
        return peer.answer(id);
      };
      const source = {
        id: 'okx',
        kind: 'okx',
        name: 'OKX',
        url: net.url,
        via: 'engine',
        enabled: true,
        instruments: [],
        auth: 'none',
      };
      expect(await ask('a', 'source.save', { source })).toMatchObject({ success: true });
      const answer = await ask('b', 'source.relay', { id: 'okx', path: '/ws/v5/public' });
      const ws = new WebSocket(`${url.replace('http', 'ws')}${String(answer.data?.['path'])}`);
      await new Promise((resolve) => ws.once('open', resolve));
      ws.send('ping');
      expect(String(await new Promise((resolve) => ws.once('message', resolve)))).toBe('pong');
      ws.terminate();
      const books = await json(`${url}/api/v2/venues/okx/api/v5/market/books?instId=BTC-USDT&sz=1`);
      expect(books).toMatchObject({ code: '0', data: [{ bids: [expect.any(Array)] }] });
      peer.terminate();
    });
  });
});
