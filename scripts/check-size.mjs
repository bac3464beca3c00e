/** The JavaScript a first visit has to load before anything shows: entry and everything it imports statically. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './lib/root.mjs';

const BUDGET_KB = 110;

const manifest = JSON.parse(readFileSync(join(root, 'dist/web-manifest.json'), 'utf8'));
const html = readFileSync(join(root, 'dist/web/index.html'), 'utf8');

const files = new Set();
function add(chunk) {
  if (files.has(chunk.file)) return;
  files.add(chunk.file);
  for (const name of chunk.imports ?? []) add(manifest[name]);
}
for (const chunk of Object.values(manifest)) if (chunk.isEntry) add(chunk);
for (const [, file] of html.matchAll(/<script[^>]+src="\/([^"]+)"/g)) files.add(file);
for (const [, file] of html.matchAll(/<link[^>]+rel="modulepreload"[^>]+href="\/([^"]+)"/g)) files.add(file);

if (files.size === 0) {
  console.error('The build has no entry: nothing was measured.');
  process.exit(1);
}
let total = 0;
for (const file of files) {
  const bytes = readFileSync(join(root, `dist/web/${file}.gz`)).length;
  total += bytes;
  console.log(`${(bytes / 1000).toFixed(1).padStart(7)} kB gz  ${file}`);
}
console.log(`${(total / 1000).toFixed(1).padStart(7)} kB gz  first load, of ${BUDGET_KB}`);
process.exit(total <= BUDGET_KB * 1000 ? 0 : 1);
