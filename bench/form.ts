/**
 * The grid form's backtest: from a key in a field to its figures and line on the screen, over the engine's 30 days of minutes,
 * as the machine is and with the page's thread at a quarter of its speed (a worker's thread is not slowed).
 */
import { chromium, type Page } from 'playwright';
import { Stage, users } from '../e2e/support/stage.ts';
import { paths } from '../src/ui/routing/routes.ts';
import { figure, median } from './support/figure.ts';

const TARGET_MS = 100;
const SLOWDOWN = 4;
/** Types a grid count and waits for the frame after the new line. */
function keyToPainted(page: Page, count: number): Promise<number> {
  return page.evaluate(async (value) => {
    const section = [...document.querySelectorAll('section')].find((each) =>
      each.getAttribute('aria-label')?.startsWith('Backtest'),
    );
    const input = document.querySelector<HTMLInputElement>('input[name="grid_count"]');
    if (!section || !input) throw new Error('the form is not there');
    const line = () => section.querySelector('path')?.getAttribute('d');
    const before = line();
    const painted = new Promise<number>((resolve) => {
      const observer = new MutationObserver(() => {
        if (line() === before) return;
        observer.disconnect();
        // A message sent in the frame's last callback is heard once it has been painted.
        requestAnimationFrame(() => {
          const { port1, port2 } = new MessageChannel();
          port1.addEventListener('message', () => resolve(performance.now()), { once: true });
          port1.start();
          port2.postMessage(0);
        });
      });
      observer.observe(section, { subtree: true, childList: true, attributes: true });
    });
    const began = performance.now();
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(input, String(value));
    input.dispatchEvent(new Event('input', { bubbles: true }));
    return (await painted) - began;
  }, count);
}

/** What else the last key asked for, the preview for one, has come and been drawn. */
async function settled(page: Page): Promise<void> {
  await page.waitForFunction(() => document.querySelector('section[aria-busy="true"]') === null);
  await page.evaluate(() => new Promise<void>((resolve) => requestIdleCallback(() => resolve())));
}

async function rounds(page: Page, from: number, count: number): Promise<number[]> {
  const took: number[] = [];
  for (let round = 0; round < count; round += 1) {
    took.push(await keyToPainted(page, from + round));
    await settled(page);
  }
  return took;
}

const count = process.argv.includes('--quick') ? 3 : 15;
const executablePath = process.env['CHROMIUM_PATH'];
const stage = await Stage.set();
const browser = await chromium.launch(executablePath ? { executablePath } : {});
try {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const signedIn = await context.request.post(`${stage.engine.url}/api/v2/auth/login`, { data: users.trader });
  if (!signedIn.ok()) throw new Error(`cannot sign in: ${await signedIn.text()}`);
  const page = await context.newPage();
  await page.goto(stage.engine.url + paths.newGrid());
  await page.locator('section[aria-label^="Backtest"] path').waitFor({ state: 'attached' });
  figure('form', 'key to painted backtest', median(await rounds(page, 20, count)), 'ms', TARGET_MS);
  const cdp = await context.newCDPSession(page);
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: SLOWDOWN });
  figure('form', 'the same, page slowed four times', median(await rounds(page, 40, count)), 'ms', TARGET_MS);
} finally {
  await browser.close();
  await stage.strike();
}
