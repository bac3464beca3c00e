import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { decodeColumns } from '#domain/candle-columns-binary.ts';
import { WsPeer } from '#server/gateway/testing/ws-peer.ts';
import { runCli } from './program.ts';

const CSV = 'ts_ms,open,high,low,close,volume\n0,1.5,2,1,2,1\n60000,2,2,2,2,0\n240000,2,3,2,3,12\n';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'griddesk-start-data-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Starts an engine on the folder, does `meanwhile` with its address, and stops it. */
async function start(meanwhile: (url: string) => Promise<void>): Promise<void> {
  const out: string[] = [];
  const code = await runCli(['start', '--data', folder, '--port', '0', '--auth', 'off'], {
    env: {},
    terminal: { stdin: Readable.from(['']), out: (line) => out.push(line), err: (line) => out.push(line) },
    untilStopped: () => meanwhile(/Open (http:\/\/[^/]+)/.exec(out.join('\n'))?.[1] ?? ''),
  });
  expect([code, out.length]).toEqual([0, 2]);
}

async function list(url: string): Promise<{ id: string; source: string; rows: number; symbol: string }[]> {
  const peer = new WsPeer(`${url.replace('http', 'ws')}/ws`, {});
  await peer.next('connected');
  peer.send({ type: 'command', id: 'l', action: 'data.list', params: {} });
  const answer = await peer.answer('l');
  peer.terminate();
  return answer.data?.['datasets'] as Awaited<ReturnType<typeof list>>;
}

test('a file goes in over HTTP, is listed beside the market’s own, and is there after a restart', async () => {
  await start(async (url) => {
    const peer = new WsPeer(`${url.replace('http', 'ws')}/ws`, {});
    await peer.next('connected');
    peer.send({ type: 'subscribe', id: 's', channels: ['data.*.lifecycle'] });
    await peer.next('subscribed');
    const posted = await fetch(`${url}/api/v2/data/import?symbol=A-B&name=three`, { method: 'POST', body: CSV });
    expect(await posted.json()).toMatchObject({ success: true, data: { dataset: { rows: 3, gaps: { bars: 2 } } } });
    const told = await peer.next(({ channel }) => channel?.endsWith('.lifecycle') ?? false);
    expect(told).toMatchObject({ event: 'completed' });
    peer.terminate();
    const all = await list(url);
    expect(all.some(({ source, rows }) => source === 'market' && rows > 1_000)).toBe(true);
    expect(all.at(-1)).toMatchObject({ source: 'import', symbol: 'A-B', rows: 3 });
  });
  await start(async (url) => {
    const [dataset] = (await list(url)).filter(({ source }) => source === 'import');
    const answer = await fetch(`${url}/api/v2/data/${dataset?.id ?? ''}/columns`);
    expect([...decodeColumns(new Uint8Array(await answer.arrayBuffer())).close]).toEqual([20, 20, 30]);
  });
});
