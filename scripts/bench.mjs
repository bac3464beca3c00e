/**
 * `npm run bench [-- name …] [--quick]`: builds bench/*.ts and runs all or the named ones, one after the other.
 * `bench/<name>.ts` is a benchmark, `bench/<name>-<role>.ts` another process of it. Each figure is one JSON line.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { findBrowser } from './lib/browser.mjs';
import { ensureBuilt, ensureInstalled, requireNode } from './lib/prepare.mjs';
import { root } from './lib/root.mjs';
import { writeStamp } from './lib/stamp.mjs';
import { staleness, targets } from './lib/targets.mjs';

const names = readdirSync(join(root, 'bench'))
  .filter((file) => file.endsWith('.ts'))
  .map((file) => basename(file, '.ts'));
const benches = names.filter((name) => !name.includes('-'));

async function bundle() {
  const stale = staleness(targets.bench);
  if (!stale) return;
  const { build } = await import('vite');
  mkdirSync(join(root, 'dist'), { recursive: true });
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    build: {
      ssr: true,
      outDir: join(root, 'dist/bench'),
      emptyOutDir: true,
      target: 'node20',
      minify: false,
      rolldownOptions: { input: Object.fromEntries(names.map((name) => [name, join(root, `bench/${name}.ts`)])) },
    },
  });
  for (const page of ['screen-control', 'backtest-page']) {
    await build({
      root: join(root, 'bench', page),
      configFile: false,
      logLevel: 'warn',
      worker: { format: 'es' },
      build: {
        outDir: join(root, 'dist/bench', page),
        emptyOutDir: true,
        target: 'es2022',
        modulePreload: { polyfill: false },
      },
    });
  }
  writeStamp(targets.bench.stamp, stale);
}

requireNode();
const args = process.argv.slice(2);
const quick = args.includes('--quick');
const asked = args.filter((arg) => !arg.startsWith('-'));
const unknown = asked.filter((name) => !benches.includes(name));
if (unknown.length > 0) {
  console.error(`No such benchmark: ${unknown.join(', ')}. There are: ${benches.join(', ')}`);
  process.exit(2);
}

/** What the benchmarks compare with is installed apart: it is large, and nobody else needs it. */
function ensureControls() {
  const folder = join(root, 'bench/controls');
  const { dependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  if (Object.keys(dependencies).every((name) => existsSync(join(folder, 'node_modules', name)))) return;
  const { status } = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: folder,
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error('cannot install what the benchmarks compare with');
}

await ensureInstalled();
ensureControls();
await ensureBuilt();
await bundle();
const browser = await findBrowser();
let failed = 0;
for (const name of asked.length > 0 ? asked : benches) {
  const { status } = spawnSync(process.execPath, [join(root, `dist/bench/${name}.js`), ...(quick ? ['--quick'] : [])], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...(browser ? { CHROMIUM_PATH: browser } : {}) },
  });
  if (status !== 0) {
    console.error(`bench ${name} ended with ${status}`);
    failed += 1;
  }
}
process.exit(failed > 0 ? 1 : 0);
