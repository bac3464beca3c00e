/**
 * First load, signed in, at 9 Mbps, 100 ms and a quarter of the CPU: how much JavaScript comes over the wire until a
 * live price is painted, and when that is.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { chromium, type Browser } from 'playwright';
import { Stage, users } from '../e2e/support/stage.ts';

/** FreqUI's first contentful paint under the same conditions, and its initial JavaScript. */
const FREQUI = { paintedMs: 1_384, kb: 325 };
const NETWORK = { offline: false, latency: 100, downloadThroughput: 9e6 / 8, uploadThroughput: 9e6 / 8 };
const SLOWDOWN = 4;

interface Load {
  readonly paintedMs: number;
  readonly gzKb: number;
  readonly wireKb: number;
}

/** Runs in the page: remembers when the frame with the first live price was drawn. */
function watchFirstPrice(): void {
  const look = () => {
    const price = document.querySelector('[data-price]');
    if (price === null || !/\d/.test(price.textContent ?? '')) return void requestAnimationFrame(look);
    const channel = new MessageChannel();
    channel.port1.onmessage = () => Object.assign(globalThis, { firstPriceAt: performance.now() });
    // After this frame has been painted, not before it.
    channel.port2.postMessage(null);
  };
  requestAnimationFrame(look);
}

async function load(browser: Browser, url: string): Promise<Load> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const signedIn = await context.request.post(`${url}/api/v2/auth/login`, { data: users.trader });
  if (!signedIn.ok()) throw new Error(`cannot sign in: ${await signedIn.text()}`);
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  await cdp.send('Network.enable');
  await cdp.send('Network.emulateNetworkConditions', NETWORK);
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: SLOWDOWN });

  const scripts = new Map<string, { path: string; wire: number }>();
  cdp.on('Network.responseReceived', ({ requestId, response }) => {
    const { pathname } = new URL(response.url);
    if (pathname.endsWith('.js')) scripts.set(requestId, { path: pathname, wire: 0 });
  });
  cdp.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const script = scripts.get(requestId);
    if (script) script.wire = encodedDataLength;
  });

  await page.addInitScript(watchFirstPrice);
  await page.goto(url, { waitUntil: 'commit' });
  const handle = await page.waitForFunction(() => (globalThis as { firstPriceAt?: number }).firstPriceAt);
  const arrived = [...scripts.values()].filter(({ wire }) => wire > 0);
  const paintedMs = Number(await handle.jsonValue());
  await context.close();
  const gz = arrived.map(({ path }) => readFileSync(resolve(`dist/web${path}.gz`)).length);
  const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / 1000;
  return { paintedMs, gzKb: total(gz), wireKb: total(arrived.map(({ wire }) => wire)) };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;
}

function figure(metric: string, value: number, unit: string, baseline: number): void {
  const ratio = Number((value / baseline).toFixed(3));
  console.log(JSON.stringify({ bench: 'load', metric, value: Number(value.toFixed(1)), unit, baseline, ratio }));
}

const rounds = process.argv.includes('--quick') ? 1 : 7;
const executablePath = process.env['CHROMIUM_PATH'];
const stage = await Stage.set();
const browser = await chromium.launch(executablePath ? { executablePath } : {});
try {
  const loads: Load[] = [];
  for (let round = 0; round < rounds; round += 1) loads.push(await load(browser, stage.engine.url));
  figure('first live price painted', median(loads.map(({ paintedMs }) => paintedMs)), 'ms', FREQUI.paintedMs);
  figure('JavaScript until then, gzip', median(loads.map(({ gzKb }) => gzKb)), 'kB', FREQUI.kb);
  figure('JavaScript until then, as sent', median(loads.map(({ wireKb }) => wireKb)), 'kB', FREQUI.kb);
} finally {
  await browser.close();
  await stage.strike();
}
