/** When a page has painted its first live price, and what JavaScript it had loaded by then. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Page } from 'playwright';

export interface FirstPrice {
  /** ms since the navigation began. */
  readonly paintedMs: number;
  /** Every script there by then, in bytes: gzip as built, and as sent. */
  readonly scripts: readonly { readonly path: string; readonly gzip: number; readonly sent: number }[];
}

/** Runs in the page. */
function watch(): void {
  const look = () => {
    const price = document.querySelector('[data-price]');
    if (price === null || !/\d/.test(price.textContent ?? '')) return void requestAnimationFrame(look);
    const channel = new MessageChannel();
    // After this frame has been painted, not before it.
    channel.port1.addEventListener('message', () => performance.mark('first-price'));
    channel.port1.start();
    channel.port2.postMessage(null);
  };
  requestAnimationFrame(look);
}

/** Opens the dashboard and waits for the price; the page must be signed in. */
export async function untilFirstPrice(page: Page, url: string): Promise<FirstPrice> {
  await page.addInitScript(watch);
  await page.goto(url, { waitUntil: 'commit' });
  await page.waitForFunction(() => performance.getEntriesByName('first-price').length > 0);
  const { paintedMs, loaded } = await page.evaluate(() => {
    const at = performance.getEntriesByName('first-price')[0]?.startTime ?? Infinity;
    const resources = performance.getEntriesByType('resource') as PerformanceResourceTiming[];
    return {
      paintedMs: at,
      loaded: resources
        .filter(({ responseEnd }) => responseEnd <= at)
        .map(({ name, encodedBodySize }) => ({ path: new URL(name).pathname, sent: encodedBodySize })),
    };
  });
  const scripts = loaded
    .filter(({ path }) => path.endsWith('.js'))
    .map(({ path, sent }) => ({ path, sent, gzip: readFileSync(resolve(`dist/web${path}.gz`)).length }));
  return { paintedMs, scripts };
}

export function bytesOf(scripts: FirstPrice['scripts'], how: 'gzip' | 'sent'): number {
  return scripts.reduce((total, script) => total + script[how], 0);
}
