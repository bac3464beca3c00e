/** The built page of `bench/backtest-page`, in a Chromium, asked for its times. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright';

const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript' };

export interface BrowserTimes {
  readonly many: number[];
  readonly few: number[];
  /** The first run of a worker that was not warmed up. */
  readonly cold: number;
}

/** Milliseconds a run, from question to answer; they alternate between many fills and few. */
export async function inBrowser(rounds: number): Promise<BrowserTimes> {
  // Beside the bundle of this file, wherever the bundler puts it.
  const folder = fileURLToPath(new URL('./backtest-page/', import.meta.url));
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://page.test');
    const file = pathname === '/' ? '/index.html' : pathname;
    readFile(join(folder, file)).then(
      (content) =>
        response
          .writeHead(200, {
            'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
            'content-security-policy': "default-src 'self'",
          })
          .end(content),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const executablePath = process.env['CHROMIUM_PATH'];
  const browser = await chromium.launch(executablePath ? { executablePath } : {});
  try {
    const timesOf = async (path: string, runs: number) => {
      const page = await browser.newPage();
      await page.goto(`http://127.0.0.1:${port}${path}`);
      await page.waitForFunction(() => globalThis.backtest !== undefined);
      const times = await page.evaluate((count) => globalThis.backtest?.(count) ?? [], runs);
      await page.close();
      return times;
    };
    const [cold = Number.NaN] = await timesOf('/?cold', 1);
    const times = await timesOf('/', rounds * 2);
    return {
      cold,
      many: times.filter((_, round) => round % 2 === 0),
      few: times.filter((_, round) => round % 2 === 1),
    };
  } finally {
    await browser.close();
    server.closeAllConnections();
    server.close();
  }
}
