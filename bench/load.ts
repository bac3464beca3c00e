/**
 * First load, signed in, at 9 Mbps, 100 ms and a quarter of the CPU: how much JavaScript comes over the wire until a
 * live price is painted, and when that is.
 */
import { chromium, type Browser } from 'playwright';
import { bytesOf, untilFirstPrice, type FirstPrice } from '../e2e/support/first-price.ts';
import { Stage, users } from '../e2e/support/stage.ts';
import { figure, median } from './support/figure.ts';

/** FreqUI's first contentful paint under the same conditions, and its initial JavaScript. */
const FREQUI = { paintedMs: 1_384, kb: 325 };
const NETWORK = { offline: false, latency: 100, downloadThroughput: 9e6 / 8, uploadThroughput: 9e6 / 8 };
const SLOWDOWN = 4;

async function load(browser: Browser, url: string): Promise<FirstPrice> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const signedIn = await context.request.post(`${url}/api/v2/auth/login`, { data: users.trader });
  if (!signedIn.ok()) throw new Error(`cannot sign in: ${await signedIn.text()}`);
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  await cdp.send('Network.enable');
  await cdp.send('Network.emulateNetworkConditions', NETWORK);
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: SLOWDOWN });
  const first = await untilFirstPrice(page, url);
  await context.close();
  return first;
}

const rounds = process.argv.includes('--quick') ? 1 : 7;
const executablePath = process.env['CHROMIUM_PATH'];
const stage = await Stage.set();
const browser = await chromium.launch(executablePath ? { executablePath } : {});
try {
  const loads: FirstPrice[] = [];
  for (let round = 0; round < rounds; round += 1) loads.push(await load(browser, stage.engine.url));
  figure('load', 'first live price painted', median(loads.map(({ paintedMs }) => paintedMs)), 'ms', FREQUI.paintedMs);
  figure(
    'load',
    'JavaScript until then, gzip',
    median(loads.map(({ scripts }) => bytesOf(scripts, 'gzip') / 1000)),
    'kB',
    FREQUI.kb,
  );
  figure(
    'load',
    'JavaScript until then, as sent',
    median(loads.map(({ scripts }) => bytesOf(scripts, 'sent') / 1000)),
    'kB',
    FREQUI.kb,
  );
} finally {
  await browser.close();
  await stage.strike();
}
