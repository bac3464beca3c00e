import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run, tool } from './run.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

const onPath = () =>
  (process.env['PATH'] ?? '')
    .split(delimiter)
    .flatMap((folder) => NAMES.map((name) => join(folder, name)))
    .find((file) => existsSync(file));

async function ofPlaywright() {
  const { chromium } = await import('playwright');
  const file = chromium.executablePath();
  return file && existsSync(file) ? file : undefined;
}

/** @returns {Promise<string | undefined>} a Chromium that is there already */
export async function findBrowser() {
  return process.env['CHROMIUM_PATH'] ?? (await ofPlaywright()) ?? onPath();
}

/** @returns {Promise<string>} a Chromium, fetched if need be; rejects with what to do when there is none to be had */
export async function ensureBrowser() {
  const found = await findBrowser();
  if (found) return found;
  console.error('Fetching Chromium (once) …');
  await run(process.execPath, [tool('playwright/cli.js'), 'install', 'chromium'])
    .catch(async (error) => {
      if (process.getuid?.() !== 0) throw error;
      await run('apt-get', ['install', '-y', 'chromium']);
    })
    .catch(() => {});
  const fetched = await findBrowser();
  if (fetched) return fetched;
  throw new Error('no Chromium: install one, or say where it is with CHROMIUM_PATH=/path/to/chromium');
}
