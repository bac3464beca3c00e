#!/usr/bin/env node
/** The command line. stdout belongs to the command alone: whatever has to be prepared is told on stderr. */
import { pathToFileURL } from 'node:url';
import { ensureBuilt, ensureInstalled, requireNode } from '../scripts/lib/prepare.mjs';
import { root } from '../scripts/lib/root.mjs';

requireNode();
try {
  await ensureInstalled();
  await ensureBuilt();
} catch (error) {
  console.error(`griddesk: ${error.message}`);
  process.exit(1);
}

const engine = `${root}dist/server/main.js`;
process.argv[1] = engine;
await import(pathToFileURL(engine).href);
