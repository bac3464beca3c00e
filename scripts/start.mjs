/** `npm start`: from a fresh clone to a running engine. Arguments go to `griddesk start`. */
import { pathToFileURL } from 'node:url';
import { ensureBuilt, ensureInstalled, requireNode } from './lib/prepare.mjs';
import { root } from './lib/root.mjs';

requireNode();
try {
  await ensureInstalled();
  await ensureBuilt();
} catch (error) {
  console.error(`Cannot start: ${error.message}`);
  process.exit(1);
}

// In this process, so that signals reach the engine as they come.
const engine = `${root}dist/server/main.js`;
process.argv = [process.execPath, engine, 'start', ...process.argv.slice(2)];
await import(pathToFileURL(engine).href);
