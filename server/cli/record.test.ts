import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startConnectProxy } from '#server/venues/testing/proxies.ts';
import { nodeTimers, startNodeVenueServer, type NodeVenueServer } from '#testing/venues/node-venue-server.ts';
import { OkxServer } from '#testing/venues/okx-server.ts';
import { runCli } from './program.ts';

let folder: string;
let okx: OkxServer;
let net: NodeVenueServer;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'griddesk-record-'));
  okx = new OkxServer({ timers: nodeTimers, depth: 10, rate: 50 });
  net = await startNodeVenueServer(okx);
  okx.start();
});
afterEach(async () => {
  okx.stop();
  await net.stop();
  rmSync(folder, { recursive: true });
});

interface Run {
  readonly code: number;
  readonly out: readonly string[];
  readonly err: readonly string[];
}

async function griddesk(argv: readonly string[], until: () => boolean = () => true, stdin = ''): Promise<Run> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCli(argv, {
    env: {},
    terminal: { stdin: Readable.from([stdin]), out: (line) => out.push(line), err: (line) => err.push(line) },
    untilStopped: async () => {
      while (!until()) await new Promise((resolve) => setImmediate(resolve));
    },
  });
  return { code, out, err };
}

describe('griddesk record', () => {
  test('what it writes is what came and went, and `decode` reads it', async () => {
    const file = join(folder, 'okx.jsonl');
    const arrived = () => {
      try {
        return readFileSync(file, 'utf8').split('\n').length > 20;
      } catch {
        return false;
      }
    };
    const argv = ['record', 'okx', '--url', net.url, '--symbols', 'BTC-USDT,ETH-USDT', '--out', file];
    const { code, err } = await griddesk(argv, arrived);
    expect(code).toBe(0);
    expect(err[0]).toBe('connected');
    expect(err.at(-1)).toMatch(/^\d+ frames in /);
    const [head, ...lines] = readFileSync(file, 'utf8').trimEnd().split('\n');
    expect(JSON.parse(head ?? '')).toEqual({
      griddesk: 'recording',
      version: 1,
      kind: 'okx',
      source: 'okx',
      instruments: [],
    });
    const frames = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(frames[0]).toMatchObject({ dir: 'out', connection: 'public', frame: expect.stringContaining('subscribe') });
    expect(frames.some(({ dir }) => dir === 'in')).toBe(true);
    const decoded = await griddesk(['decode', 'okx', file]);
    expect([decoded.code, decoded.err]).toEqual([0, []]);
    expect(decoded.out.some((line) => line.includes('"type":"book"') && line.includes('best_bid'))).toBe(true);
  });

  test('ends by itself after --seconds, also through a proxy', async () => {
    const proxy = await startConnectProxy();
    const argv = ['record', 'okx', '--url', net.url, '--symbols', 'BTC-USDT', '--feeds', 'trades', '--out', '-'];
    const { code, out } = await griddesk([...argv, '--seconds', '0.3', '--proxy', proxy.url], () => false);
    expect(code).toBe(0);
    expect(out[0]).toContain('"griddesk":"recording"');
    expect(proxy.asked).toEqual([`127.0.0.1:${net.port}`]);
    await proxy.stop();
  });

  test.each([
    [['record', 'okx', '--out', '-'], 2, 'say what of okx'],
    [['record', 'push', '--out', '-'], 2, 'no address of its own'],
    [['record', 'binance', '--out', '-'], 2, 'okx, polymarket, push, trading-socketio'],
    [['record', 'okx', '--symbols', 'A-B', '--out', '/nowhere/x'], 5, 'cannot write /nowhere/x'],
    [['record', 'okx', '--symbols', 'A-B', '--feeds', 'gossip', '--out', '-'], 2, 'there is no feed gossip'],
    [['record', 'okx', '--symbols', 'A-B', '--proxy', 'ftp://x', '--out', '-'], 2, 'expected an address like'],
  ])('%j is told: %d', async (argv, wanted, words) => {
    const { code, err } = await griddesk(argv);
    expect(err.join('\n')).toContain(words);
    expect(code).toBe(wanted);
  });

  test.each([
    ['--proxy', 'anna:geheim@127.0.0.1:1'],
    ['--proxy', 'ftp://anna:geheim@127.0.0.1:1'],
    ['--url', 'anna:geheim@127.0.0.1:1/ws?token=geheim'],
  ])('what may be a password in %s %s is not repeated', async (flag, value) => {
    const { code, err } = await griddesk(['record', 'okx', '--symbols', 'A-B', '--out', '-', flag, value]);
    expect([code, err.join('\n').includes('geheim')]).toEqual([2, false]);
    expect(err.join('\n')).toContain(`${flag}: expected an address like`);
  });
});
