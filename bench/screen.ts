/**
 * The dashboard under load: the built one in Chromium, under its own policy, on the Markets page of an OKX source read
 * directly in its worker — chart, ladder, depth, tape and watch list — at 1,000 and 10,000 frames a second over real
 * sockets, from a server in another process. Measured: frames, long frames, the main thread's share of the time, and
 * the age of the newest price on the screen when a frame is painted. Beside it a page that renders React rows with
 * every message, which must miss the goals, and one that does nothing, which shows what the machine itself loses.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type BrowserContext } from 'playwright';
import { Stage, users } from '../e2e/support/stage.ts';
import { OKX_LISTINGS } from '#testing/venues/okx-instruments.ts';
import type { FromVenue, ToVenue } from './screen-messages.ts';
import { figure, percentile } from './support/figure.ts';
import { SYMBOL } from './support/price-clock.ts';
import { screenProbe, type Screen } from './support/screen-probe.ts';

const quick = process.argv.includes('--quick');
const SECONDS = quick ? 1 : 10;
const SETTLE_S = quick ? 1 : 4;
const RATES = [1_000, 10_000] as const;
const FRAME_MS = 1_000 / 60;
const VIEWPORT = { width: 1_440, height: 900 };

/** The goals at each rate. */
const GOALS = {
  1_000: { main: 15, age: 17, long: 0 },
  10_000: { main: 20, age: 80, long: Infinity },
};

interface Result {
  readonly perSecond: number;
  readonly fps: number;
  readonly dropped: number;
  readonly long: number;
  /** Per cent. */
  readonly main: number;
  /** p99, ms. */
  readonly age: number;
}

const pause = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1_000));

class Venue {
  readonly #child = fork(fileURLToPath(new URL('./screen-venue.js', import.meta.url)));
  #frames = 0;
  url = '';
  httpUrl = '';

  static async start(): Promise<Venue> {
    const venue = new Venue();
    await new Promise<void>((resolve) => {
      venue.#child.on('message', (message: FromVenue) => {
        if (message.type === 'sent') venue.#frames = message.frames;
        else {
          venue.url = message.url;
          venue.httpUrl = message.httpUrl;
          resolve();
        }
      });
    });
    return venue;
  }

  /** Sent so far. */
  get frames(): number {
    return this.#frames;
  }

  setRate(perSecond: number): void {
    const message: ToVenue = { perSecond };
    this.#child.send(message);
  }

  async stop(): Promise<void> {
    const gone = once(this.#child, 'exit');
    this.#child.disconnect();
    await gone;
  }
}

/** The control's page and the empty one, built beside this file. */
async function serveControl(venue: Venue): Promise<{ readonly url: string; close(): void }> {
  const folder = fileURLToPath(new URL('./screen-control/', import.meta.url));
  const types: Readonly<Record<string, string>> = {
    '.html': 'text/html',
    '.js': 'text/javascript',
    '.css': 'text/css',
  };
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://control.test');
    const file = pathname === '/' ? '/index.html' : pathname;
    const type = types[/\.\w+$/.exec(file)?.[0] ?? ''];
    if (file === '/favicon.ico') {
      response.writeHead(204).end();
      return;
    }
    if (file === '/idle.html') {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Idle</title>');
      return;
    }
    readFile(join(folder, file)).then(
      (content) =>
        response
          .writeHead(200, {
            'content-type': type ?? 'application/octet-stream',
            'content-security-policy': `default-src 'self'; connect-src ${venue.url}`,
          })
          .end(content),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Opens a page and measures it at each rate. */
async function measure(
  browser: Browser,
  venue: Venue,
  url: string,
  prepare?: (context: BrowserContext) => Promise<void>,
) {
  venue.setRate(50);
  const context = await browser.newContext({ viewport: VIEWPORT });
  await prepare?.(context);
  const page = await context.newPage();
  const breaches: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') breaches.push(message.text());
  });
  await page.addInitScript(screenProbe);
  const cdp = await context.newCDPSession(page);
  await cdp.send('Performance.enable', { timeDomain: 'timeTicks' });
  const metrics = async () => {
    const { metrics: list } = await cdp.send('Performance.getMetrics');
    const of = (name: string) => list.find((metric) => metric.name === name)?.value ?? Number.NaN;
    return { task: of('TaskDuration'), at: of('Timestamp') };
  };
  await page.goto(url);
  if (!url.endsWith('idle.html')) {
    await page.waitForFunction(() => (globalThis.screenProbe?.frames.at(-1)?.age ?? null) !== null);
  }
  const results = new Map<number, Result>();
  for (const rate of RATES) {
    venue.setRate(rate);
    await pause(SETTLE_S);
    const [sentBefore, from, before] = [venue.frames, Date.now(), await metrics()];
    await pause(SECONDS);
    const [after, to, sentAfter] = [await metrics(), Date.now(), venue.frames];
    const screen = await page.evaluate(() => globalThis.screenProbe);
    if (!screen) throw new Error(`${url} was not watched`);
    results.set(rate, {
      ...read(screen, from, to),
      perSecond: ((sentAfter - sentBefore) * 1_000) / (to - from),
      main: ((after.task - before.task) / (after.at - before.at)) * 100,
    });
  }
  await context.close();
  if (breaches.length > 0) throw new Error(`${url} complains: ${breaches.join('\n')}`);
  return results;
}

function read({ frames, long }: Screen, from: number, to: number): Omit<Result, 'perSecond' | 'main'> {
  const within = <T extends { readonly at: number }>(all: readonly T[]) =>
    all.filter(({ at }) => at >= from && at < to);
  const painted = within(frames);
  const ages = painted.flatMap(({ age }) => age ?? []);
  return {
    fps: (painted.length * 1_000) / (to - from),
    dropped: painted.reduce((sum, { delta }) => sum + Math.max(0, Math.round(delta / FRAME_MS) - 1), 0),
    long: within(long).length,
    age: percentile(ages, 0.99),
  };
}

function misses(rate: (typeof RATES)[number], { dropped, long, main, age }: Result): string[] {
  const goal = GOALS[rate];
  return [
    ...(dropped > 0 ? [`${dropped} frames dropped`] : []),
    ...(long > goal.long ? [`${long} long frames`] : []),
    ...(main > goal.main ? [`main thread ${main.toFixed(1)} %`] : []),
    ...(age > goal.age ? [`p99 ${age.toFixed(1)} ms`] : []),
  ];
}

const executablePath = process.env['CHROMIUM_PATH'];
const venue = await Venue.start();
const stage = await Stage.set({ args: ['--okx-rest-url', venue.httpUrl] });
const control = await serveControl(venue);
const browser = await chromium.launch(executablePath ? { executablePath } : {});
try {
  const instruments = OKX_LISTINGS.map(({ instId, tickSz, lotSz, minSz }) => {
    const [base = instId, quote = ''] = instId.split('-');
    return {
      symbol: instId,
      base,
      quote,
      tickSize: instId === SYMBOL ? '0.01' : tickSz,
      lotSize: lotSz,
      minSize: minSz,
      minNotional: '0',
      makerFee: '0.0008',
      takerFee: '0.001',
      feeCurrency: 'received',
    };
  });
  await stage.api.command('source.save', {
    source: {
      id: 'okx',
      kind: 'okx',
      name: 'OKX',
      url: venue.url,
      via: 'direct',
      enabled: true,
      auth: 'none',
      instruments,
    },
  });
  const idle = await measure(browser, venue, `${control.url}/idle.html`);
  const ours = await measure(browser, venue, `${stage.engine.url}/markets/okx.okx/${SYMBOL}`, async (context) => {
    const signedIn = await context.request.post(`${stage.engine.url}/api/v2/auth/login`, { data: users.trader });
    if (!signedIn.ok()) throw new Error(`cannot sign in: ${await signedIn.text()}`);
  });
  const theirs = await measure(browser, venue, `${control.url}/?venue=${encodeURIComponent(venue.url)}`);
  for (const rate of RATES) {
    const [mine, other, nothing] = [ours.get(rate), theirs.get(rate), idle.get(rate)];
    if (!mine || !other || !nothing) throw new Error(`no figures at ${rate}`);
    const at = `${rate} frames/s`;
    figure('screen', `${at}: sent`, mine.perSecond, '1/s', other.perSecond);
    figure('screen', `${at}: frames painted`, mine.fps, '1/s', other.fps);
    figure('screen', `${at}: frames dropped in ${SECONDS} s`, mine.dropped, '', other.dropped);
    figure('screen', `${at}: frames an empty page drops in ${SECONDS} s`, nothing.dropped, '');
    figure('screen', `${at}: long frames`, mine.long, '', other.long);
    figure('screen', `${at}: main thread`, mine.main, '%', other.main);
    figure('screen', `${at}: main thread of an empty page`, nothing.main, '%');
    figure('screen', `${at}: newest price to paint, p99`, mine.age, 'ms', other.age);
    const missed = misses(rate, mine);
    console.error(`screen, ${at}: ${missed.length === 0 ? 'all goals met' : `missed: ${missed.join(', ')}`}`);
    if (!quick && misses(rate, other).length === 0) throw new Error(`the control meets the goals at ${at}`);
  }
  console.error(`screen: load average ${loadavg()[0]?.toFixed(1)}`);
} finally {
  await browser.close();
  control.close();
  await stage.strike();
  await venue.stop();
}
