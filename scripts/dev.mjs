/** `npm run dev`: the dashboard with hot reload, the engine rebuilt and restarted on change. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensureInstalled, requireNode } from './lib/prepare.mjs';
import { root } from './lib/root.mjs';

requireNode();
await ensureInstalled();
const { build, createServer } = await import('vite');

const ENGINE_PORT = 8090;
const outDir = join(root, 'dist/dev');
const engineArgs = ['start', '--port', String(ENGINE_PORT), '--data', join(root, '.data/dev'), '--auth', 'off'];
let engine;

function startEngine() {
  const starting = spawn(
    process.execPath,
    ['--enable-source-maps', join(outDir, 'main.js'), ...engineArgs, ...process.argv.slice(2)],
    { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] },
  );
  starting.on('exit', (code) => {
    if (engine === starting && code) console.error(`The engine ended with ${code}; the next change starts it again.`);
  });
  engine = starting;
}

/** The old engine must be gone before the new one opens the same port and database. */
function restartEngine() {
  const old = engine;
  engine = undefined;
  if (!old || old.exitCode !== null) return startEngine();
  old.once('exit', startEngine);
  old.kill('SIGTERM');
}

process.env['GRIDDESK_DEV_ENGINE'] = `http://127.0.0.1:${ENGINE_PORT}`;
const watcher = await build({
  root,
  logLevel: 'warn',
  configFile: join(root, 'vite.server.config.ts'),
  build: { outDir, emptyOutDir: true, watch: {} },
});
watcher.on('event', (event) => {
  if (event.code === 'END') restartEngine();
  if (event.code === 'ERROR') console.error(event.error.message);
});

const web = await createServer({ root, configFile: join(root, 'vite.config.ts') });
await web.listen();
web.printUrls();

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, async () => {
    engine?.kill(signal);
    await Promise.allSettled([watcher.close(), web.close()]);
    process.exit(0);
  });
}
