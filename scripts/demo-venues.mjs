/**
 * `npm run demo:venues [-- --rate 4 --port 8080 --data folder -- engine flags]`: all five kinds of sources on loopback, and an
 * engine whose dashboard has them. Ctrl-C ends everything.
 */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { ensureBuilt, ensureInstalled, requireNode } from './lib/prepare.mjs';
import { root } from './lib/root.mjs';

const USAGE = 'npm run demo:venues [-- --rate <moves a second> --port <number> --data <folder> [-- <engine flags>]]';

function readOptions() {
  try {
    const { values, positionals } = parseArgs({
      options: { rate: { type: 'string' }, port: { type: 'string' }, data: { type: 'string' } },
      allowPositionals: true,
    });
    const rate = Number(values.rate ?? 4);
    if (!(rate > 0)) throw new Error(`--rate ${values.rate} is no positive number`);
    return { rate, port: values.port ?? '8080', data: values.data, engineArgs: positionals };
  } catch (error) {
    console.error(`${error.message}\n${USAGE}`);
    process.exit(2);
  }
}

/** @returns {Promise<string>} the address the engine says to open */
async function startEngine(engine) {
  const lines = createInterface({ input: engine.stdout });
  const ended = once(engine, 'exit').then(([code]) => {
    throw new Error(`the engine ended with ${code}`);
  });
  const opened = (async () => {
    for await (const line of lines) {
      const [, url] = /^Open (\S+)$/.exec(line) ?? [];
      if (url !== undefined) return url;
      console.log(line);
    }
    return ended;
  })();
  return Promise.race([opened, ended]);
}

/** Through the engine's own protocol, as the dashboard does. */
async function saveSources(url, sources) {
  const { WebSocket } = await import('ws');
  const socket = new WebSocket(`${url.replace('http', 'ws').replace(/\/$/, '')}/ws`, 'zigquant-v2');
  await once(socket, 'open');
  for (const source of sources) {
    const id = randomUUID();
    socket.send(
      JSON.stringify({ type: 'command', id, timestamp: Date.now(), action: 'source.save', params: { source } }),
    );
    const answer = await new Promise((resolve, reject) => {
      const read = (data) => {
        const frame = JSON.parse(data.toString());
        if (frame.id !== id) return;
        socket.off('message', read);
        resolve(frame);
      };
      socket.on('message', read);
      socket.once('close', () => reject(new Error('the engine closed the connection')));
    });
    if (!answer.success) throw new Error(`cannot save ${source.id}: ${JSON.stringify(answer.error)}`);
  }
  socket.close();
}

requireNode();
const { rate, port, data, engineArgs } = readOptions();
try {
  await ensureInstalled();
  await ensureBuilt();
} catch (error) {
  console.error(`Cannot start: ${error.message}`);
  process.exit(1);
}
const { runnerImport } = await import('vite');
const { module } = await runnerImport(join(root, 'src/testing/venues/demo-venues.ts'), {
  root,
  configFile: false,
  logLevel: 'error',
});
const venues = await module.startDemoVenues({ rate });
const folder = data ?? mkdtempSync(join(tmpdir(), 'griddesk-demo-'));
const settings = {
  '--port': port,
  '--data': folder,
  '--auth': 'off',
  '--okx-url': venues.okxUrl,
  '--okx-rest-url': venues.okxRestUrl,
  '--polymarket-gamma-url': venues.polymarketRestUrl,
  '--polymarket-clob-url': venues.polymarketRestUrl,
};
const main = join(root, 'dist/server/main.js');
const engine = spawn(
  process.execPath,
  ['--enable-source-maps', main, 'start', ...Object.entries(settings).flat(), ...engineArgs],
  { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] },
);

let isEnding = false;
async function end(code) {
  if (isEnding) return;
  isEnding = true;
  if (engine.exitCode === null && engine.signalCode === null) {
    engine.kill('SIGTERM');
    await once(engine, 'exit');
  }
  await venues.stop();
  if (data === undefined) rmSync(folder, { recursive: true, force: true });
  process.exit(code);
}
process.on('SIGINT', () => void end(0));
process.on('SIGTERM', () => void end(0));

try {
  const url = await startEngine(engine);
  await saveSources(url, venues.sources);
  engine.on('exit', (code) => void end(code ?? 1));
  for (const { name, url: address } of venues.sources) console.log(`${name}: ${address}`);
  console.log('The account asks for a user and a password: demo, demo');
  console.log(`Open ${url}`);
} catch (error) {
  console.error(`Cannot start: ${error.message}`);
  await end(1);
}
