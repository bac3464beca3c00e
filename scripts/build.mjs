/** Builds what is out of date: the dashboard to dist/web (with compressed twins), the engine to dist/server. */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { build } from 'vite';
import { root } from './lib/root.mjs';
import { writeStamp } from './lib/stamp.mjs';
import { staleness, targets } from './lib/targets.mjs';

const COMPRESSED = /\.(?:js|css|html|svg|json|webmanifest|txt)$/;
const toGzip = promisify(gzip);
const toBrotli = promisify(brotliCompress);

async function compressBeside(file) {
  const content = readFileSync(file);
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length };
  const [gz, br] = await Promise.all([toGzip(content, { level: 9 }), toBrotli(content, { params })]);
  writeFileSync(`${file}.gz`, gz);
  writeFileSync(`${file}.br`, br);
}

/** A running engine keeps serving the old files until the new ones are whole. */
function replace(next, current) {
  rmSync(current, { recursive: true, force: true });
  renameSync(next, current);
}

async function buildInto(name, config, finish) {
  const next = join(root, `dist/${name}.next-${process.pid}`);
  try {
    mkdirSync(next, { recursive: true });
    await build({ root, logLevel: 'warn', configFile: join(root, config), build: { outDir: next, emptyOutDir: true } });
    await finish?.(next);
    replace(next, join(root, `dist/${name}`));
  } finally {
    rmSync(next, { recursive: true, force: true });
  }
}

async function finishWeb(folder) {
  // The manifest is for the size check, not for visitors.
  renameSync(join(folder, '.vite/manifest.json'), join(root, 'dist/web-manifest.json'));
  rmSync(join(folder, '.vite'), { recursive: true });
  const files = readdirSync(folder, { recursive: true }).filter((file) => COMPRESSED.test(file));
  await Promise.all(files.map((file) => compressBeside(join(folder, file))));
}

const steps = {
  server: () => buildInto('server', 'vite.server.config.ts'),
  web: () => buildInto('web', 'vite.config.ts', finishWeb),
};

for (const [name, step] of Object.entries(steps)) {
  const stale = staleness(targets[name]);
  if (!stale) continue;
  const started = Date.now();
  await step();
  writeStamp(targets[name].stamp, stale);
  console.error(`Built ${name} in ${((Date.now() - started) / 1000).toFixed(1)} s`);
}
