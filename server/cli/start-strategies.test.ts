/** Strategies of a whole engine over its real socket, on a replayed market, across a restart. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WsPeer, type AnyFrame } from '#server/gateway/testing/ws-peer.ts';
import { nodeTimers, startNodeVenueServer } from '#testing/venues/node-venue-server.ts';
import { OkxServer } from '#testing/venues/okx-server.ts';
import { runCli } from './program.ts';

const START = Date.UTC(2026, 0, 15);
const BARS = 20_000;

let folder: string;
let recording: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'griddesk-strategies-'));
  recording = join(folder, 'okx_BTC-USDT_1m_waves.csv.gz');
  const priceAt = (minute: number) => (100 + 5 * Math.sin(minute / 6)).toFixed(2);
  const rows = Array.from({ length: BARS }, (_, minute) => {
    const [open, close] = [priceAt(minute), priceAt(minute + 1)];
    const [low, high] = [open, close].toSorted((a, b) => Number(a) - Number(b));
    return [START + minute * 60_000, open, high, low, close, 40].join(',');
  });
  writeFileSync(recording, gzipSync(['ts_ms,open,high,low,close,volume', ...rows].join('\n')));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** An engine, three hundred minutes a second, for as long as `meanwhile` takes. */
function engine(meanwhile: (peer: WsPeer, ask: Ask) => Promise<void>): Promise<void> {
  return engineOn(['--market', `replay:${recording}`, '--speed', '18000'], meanwhile);
}

async function engineOn(market: string[], meanwhile: (peer: WsPeer, ask: Ask) => Promise<void>): Promise<void> {
  const out: string[] = [];
  const err: string[] = [];
  const flags = ['--data', folder, '--port', '0', '--auth', 'off', ...market];
  const code = await runCli(['start', ...flags], {
    env: {},
    terminal: { stdin: Readable.from(['']), out: (line) => out.push(line), err: (line) => err.push(line) },
    untilStopped: async () => {
      const url = /Open (http:\/\/[^/]+)/.exec(out.join('\n'))?.[1] ?? '';
      const peer = new WsPeer(`${url.replace('http', 'ws')}/ws`, {});
      await peer.next('connected');
      let sent = 0;
      const ask: Ask = async (action, params) => {
        const id = `${url} ${(sent += 1)}`.slice(-64);
        peer.send({ type: 'command', id, action, params });
        // Other frames stay to be read.
        for (;;) {
          const answer = peer.frames.find((frame) => frame.id === id);
          if (answer) return answer;
          await new Promise((resolve) => setImmediate(resolve));
        }
      };
      try {
        await meanwhile(peer, ask);
      } finally {
        peer.terminate();
      }
    },
  });
  expect({ code, ...(code !== 0 && { err }) }).toEqual({ code: 0 });
}
type Ask = (action: string, params: unknown) => Promise<AnyFrame>;

const CONFIG = {
  id: 'waves',
  strategy: 'dual_ma',
  symbol: 'BTC-USDT',
  timeframe: '5m',
  params: { fast_period: 2, slow_period: 4 },
  capital: 5_000,
};
const on = (channel: string) => (frame: AnyFrame) => frame.type === 'event' && frame.channel === channel;

test('G18, G19: signal, trade, pause, restart, resume, stop, kill switch', async () => {
  let before: AnyFrame | undefined;
  await engine(async (peer, ask) => {
    peer.send({ type: 'subscribe', id: 's', channels: ['strategy.*', 'system.kill_switch'] });
    expect(await ask('strategy.start', { ...CONFIG, mode: 'testnet' })).toMatchObject({
      error: { code: 'VALIDATION_ERROR', details: [{ path: 'mode' }] },
    });
    expect(await ask('strategy.start', CONFIG)).toMatchObject({ data: { strategy_id: 'waves', status: 'running' } });
    const signal = await peer.next(on('strategy.waves.signal'));
    const trade = await peer.next((frame) => on('strategy.waves.trade')(frame));
    // The bar that decided closed when the bar that filled opened.
    expect(Number(trade.data?.['ts'])).toBeGreaterThanOrEqual(Number(signal.data?.['bar']) + 300_000);
    expect(trade).toMatchObject({ event: 'executed', data: { side: 'buy', trade_id: '1', realized_pnl: 0 } });
    await peer.next((frame) => on('strategy.waves.trade')(frame) && frame.data?.['side'] === 'sell');
    expect(await ask('strategy.pause', { id: 'waves' })).toMatchObject({ success: true });
    before = await ask('strategy.fills', { id: 'waves' });
  });
  await engine(async (peer, ask) => {
    peer.send({ type: 'subscribe', id: 's', channels: ['strategy.*', 'system.kill_switch'] });
    expect((await ask('strategy.fills', { id: 'waves' })).data).toEqual(before?.data);
    expect(await ask('strategy.get', { id: 'waves' })).toMatchObject({ data: { state: 'paused' } });
    expect(await ask('system.health', {})).toMatchObject({ data: { running_strategies: 1 } });
    // Its indicators go on with the bars it has not seen; those it has are played again in vain.
    await peer.next(on('strategy.waves.signal'));
    await ask('strategy.resume', { id: 'waves' });
    await peer.next(on('strategy.waves.trade'));
    expect(await ask('strategy.stop', { id: 'waves', close_position: true })).toMatchObject({
      data: { strategy_id: 'waves', status: 'stopped' },
    });
    const stopped = await ask('strategy.get', { id: 'waves' });
    expect(stopped).toMatchObject({ data: { state: 'stopped', status: { position: 0, unrealized_pnl: 0 } } });
    const { fills } = (await ask('strategy.fills', { id: 'waves' })).data as { fills: { trade_id: string }[] };
    expect(new Set(fills.map(({ trade_id }) => trade_id)).size).toBe(fills.length);

    await ask('strategy.start', { ...CONFIG, id: 'second' });
    const kill = { action: 'activate', reason: 'enough' };
    expect(await ask('system.kill_switch', kill)).toMatchObject({ data: { affected: { strategies_stopped: 1 } } });
    expect(await ask('strategy.get', { id: 'second' })).toMatchObject({ data: { state: 'stopped' } });
    expect(await ask('strategy.start', { ...CONFIG, id: 'third' })).toMatchObject({
      error: { code: 'KILL_SWITCH_ACTIVE' },
    });
  });
}, 30_000);

test.each(['sim', 'okx'])(
  'warms up by the history of %s, and says how many bars it has not',
  async (kind) => {
    const okx = new OkxServer({ timers: nodeTimers, depth: 10, rate: 50 });
    const net = await startNodeVenueServer(okx);
    okx.start();
    const symbol = kind === 'okx' ? 'BTC-USDT' : 'BTC-USDC';
    const urls = ['--okx-url', net.url, '--okx-rest-url', net.httpUrl];
    const flags = kind === 'okx' ? [...urls, '--instruments', symbol] : [];
    try {
      await engineOn(['--market', kind, ...flags], async (_peer, ask) => {
        const started = await ask('strategy.start', { ...CONFIG, symbol, timeframe: '1m' });
        expect(started).toMatchObject({ data: { status: 'running' } });
        const { data } = await ask('strategy.status', { id: 'waves' });
        const figures = data?.['figures'] as Record<string, number>;
        const candles = await ask('market.candles', { venue: kind, instrument: symbol, interval: '1m', limit: 6 });
        const closed = (candles.data as { candles: { ts: number; closed: boolean; close: string }[] }).candles.filter(
          ({ ts, closed: isClosed }) => isClosed && ts <= Number(data?.['last_bar']),
        );
        const mean = closed.slice(-4).reduce((sum, { close }) => sum + Number(close), 0) / 4;
        expect(figures['slow_ma']).toBeCloseTo(mean, 6);
        const many = { ...CONFIG, id: 'many', symbol, timeframe: '1d', params: { fast_period: 2, slow_period: 500 } };
        if (kind === 'sim') {
          expect(await ask('strategy.start', many)).toMatchObject({
            error: {
              code: 'VENUE_UNAVAILABLE',
              message: expect.stringMatching(/500 closed 1d bars .* are missing/) as string,
            },
          });
        }
      });
    } finally {
      okx.stop();
      await net.stop();
    }
  },
  30_000,
);
