/** `npm run e2e [-- playwright arguments]`: builds what is stale, finds a browser, runs the end-to-end tests. */
import { spawnSync } from 'node:child_process';
import { ensureBrowser } from './lib/browser.mjs';
import { ensureBuilt, ensureInstalled, requireNode } from './lib/prepare.mjs';
import { root } from './lib/root.mjs';
import { tool } from './lib/run.mjs';

requireNode();
await ensureInstalled();
await ensureBuilt();
const { status } = spawnSync(process.execPath, [tool('playwright/cli.js'), 'test', ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, CHROMIUM_PATH: await ensureBrowser() },
});
process.exit(status ?? 1);
