import { readFile } from 'node:fs/promises';
import {
  addSource,
  chip,
  editSource,
  expectLive,
  expectMoving,
  goTo,
  ladder,
  openMarket,
  pick,
  region,
  save,
  tryOut,
} from './support/desk-page.ts';
import { Engine } from './support/engine.ts';
import { Stage } from './support/stage.ts';
import { type DeskOptions, expect, type Locator, type Page, test } from './support/test.ts';
import { ACCOUNT_TOKEN, openVenues, type Venues } from './support/venues.ts';

/** How long the load lasts. */
const LOAD_MS = Number(process.env['GRIDDESK_E2E_SECONDS'] ?? 20) * 1_000;
const MAX_GROWTH_MB = 25;
/** Wide enough for a chip a source. */
const VIEWPORT = { width: 1920, height: 1000 };
const RAIN = 'Will it rain in Zürich tomorrow?';
const USUAL = { via: 'direct', enabled: true, auth: 'none', instruments: [] };

let venues: Venues;
let stage: Stage;
/** Another of our own engines. */
let other: Engine;

test.use({ viewport: VIEWPORT });

test.beforeAll(async () => {
  venues = await openVenues();
  stage = await Stage.set(venues.engine);
  other = await Engine.start({ args: ['--auth', 'off', '--seed', '9', '--allow-origin', stage.engine.url] });
  const lab = { ...USUAL, id: 'lab', kind: 'engine', name: 'zigQuant', url: venues.foreignUrl };
  await stage.api.command('source.save', { source: lab });
});

test.afterAll(async () => {
  await stage.strike();
  await other.dispose();
  await venues.stop();
});

async function signInToAccount(page: Page, token: string): Promise<void> {
  const form = page.getByRole('dialog', { name: 'Sign in to Account server' });
  await form.getByLabel('Token', { exact: true }).fill(token);
  await form.getByRole('button', { name: 'Use token' }).click();
}

const ALL = ['zigQuant', 'OKX', 'Polymarket', 'Push server', 'Account server', 'Another engine'];

/** All sources, and none that a test before has added. */
async function setUpSources(): Promise<void> {
  const { sources } = await stage.api.command<{ sources: readonly { id: string }[] }>('source.list');
  const wanted = venues.sources(other);
  const extra = sources.filter(({ id }) => id !== 'lab' && !wanted.some((one) => one.id === id));
  for (const { id } of extra) await stage.api.command('source.delete', { id });
  for (const source of wanted) await stage.api.command('source.save', { source });
}

/** All sources at once, signed in. */
async function openWithSources(openDesk: (url: string, options?: DeskOptions) => Promise<Page>): Promise<Page> {
  await setUpSources();
  const page = await openDesk(stage.engine.url, { role: 'admin', path: '/settings' });
  await page.getByRole('button', { name: 'Enter token Account server' }).click();
  await signInToAccount(page, ACCOUNT_TOKEN);
  await expectLive(page, ...ALL);
  return page;
}

/** When a recording has its third change of a book: by then it stands, and the venue has not stopped moving yet. */
function earlyChange(recording: string): number {
  const frames = recording
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { readonly t?: number; readonly frame?: string });
  const changes = frames.filter(({ frame }) => frame?.includes('"channel":"books"') && frame.includes('"update"'));
  return changes[2]?.t ?? Number.NaN;
}

/** Moves a slider to the step at a value, or the next. */
async function slideTo(slider: Locator, value: number): Promise<void> {
  const [min, step] = [Number(await slider.getAttribute('min')), Number(await slider.getAttribute('step'))];
  await slider.fill(String(min + Math.ceil((value - min) / step) * step));
}

/** After a collection, in MB. */
async function heapOf(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return Math.round(usedSize / 1e5) / 10;
}

test.describe('a new user', () => {
  // What is blocked, refused, out of reach or cut off on purpose says so on the console.
  test.use({
    tolerated: [
      /Content Security Policy|WebSocket connection to|ERR_(?:CONNECTION|EMPTY|SOCKET)|Failed to load resource/,
    ],
  });

  test('sets up five kinds of sources, watches them all, loses one, records and replays one', async ({ openDesk }) => {
    test.setTimeout(240_000);
    const page = await openDesk(stage.engine.url, { role: 'admin', path: '/settings' });

    await test.step('adds OKX by search and pick; tests tell what is wrong', async () => {
      const form = await addSource(page, 'OKX', venues.okxUrl);
      await pick(form, 'BTC', 'BTC-USDT', 'BTC-USDT-SWAP');
      await pick(form, 'eth usdt', 'ETH-USDT');
      await tryOut(form, /security policy does not let.*Save the source first/);
      await save(form);
      await expectLive(page, 'OKX');
      const again = await editSource(page, 'OKX');
      await tryOut(again, /It works/);
      venues.okxCable.cut();
      await tryOut(again, /Nothing can be reached at this address/);
      venues.okxCable.mend();
      await again.getByRole('button', { name: 'Cancel' }).click();
    });

    await test.step('adds questions of Polymarket', async () => {
      const form = await addSource(page, 'Polymarket', venues.polymarketUrl);
      await pick(form, 'rain', `${RAIN} — Yes`, `${RAIN} — No`);
      await pick(form, 'final', 'Will the home team win the final? — Yes');
      await save(form);
      await expectLive(page, 'Polymarket');
    });

    await test.step('reaches a server that refuses browsers through the engine', async () => {
      await save(await addSource(page, 'Push server', venues.push.url));
      const form = await editSource(page, 'Push server');
      await tryOut(form, /Nothing can be reached|refuses connections/);
      await form.getByRole('button', { name: 'Go through the engine' }).click();
      await tryOut(form, /saved addresses only/);
      await save(form);
      const again = await editSource(page, 'Push server');
      await tryOut(again, /It works/);
      await again.getByRole('button', { name: 'Cancel' }).click();
      await expectLive(page, 'Push server');
      expect(venues.push.port.handshakes.at(-1)?.headers.origin).toBeUndefined();
    });

    await test.step('signs in to an account server; a wrong token is told', async () => {
      const form = await addSource(page, 'Account server', venues.account.url);
      await form.getByLabel('Token', { exact: true }).fill('wrong');
      await save(form);
      await page.getByRole('button', { name: 'Enter token Account server' }).click();
      await signInToAccount(page, ACCOUNT_TOKEN);
      await expectLive(page, 'Account server');
      const again = await editSource(page, 'Account server');
      await again.getByLabel('Token', { exact: true }).fill('wrong');
      await tryOut(again, /refuses the token/);
      await again.getByRole('button', { name: 'Cancel' }).click();
    });

    await test.step('adds another engine, for which the page is loaded again', async () => {
      await save(await addSource(page, 'Another engine', `${other.url.replace('http', 'ws')}/ws`));
      const note = page.getByRole('alert').filter({ hasText: 'Another engine is saved' });
      await note.getByRole('button', { name: 'Reload page' }).click();
      await expect(note).toBeHidden();
      // T9: tokens were in that page's memory only.
      await page.getByRole('button', { name: 'Enter token Account server' }).click();
      await signInToAccount(page, ACCOUNT_TOKEN);
      await expectLive(page, ...ALL);
    });
  });

  test('watches them all, compares, loses one and gets it back', async ({ openDesk }) => {
    test.setTimeout(240_000);
    const page = await openWithSources(openDesk);

    await test.step('watches OKX: prices, a verified book, its tape and candles', async () => {
      await openMarket(page, 'OKX', 'BTC-USDT');
      await expect(region(page, 'Order book')).toContainText(/(?<!un)verified/);
      await expectMoving(ladder(page).first());
      await expect(region(page, 'Trades').getByRole('row').nth(3)).toBeVisible();
      await expect(region(page, 'Price chart').locator('canvas').first()).toBeVisible();
      await expect(region(page, 'Price chart')).not.toContainText(/No history|No candles/);
    });

    await test.step('watches Polymarket: chances, a finer tick, the end', async () => {
      await openMarket(page, 'Polymarket', RAIN);
      const question = region(page, 'Prediction market');
      await expect(question.getByRole('heading', { name: RAIN })).toBeVisible();
      await expect(question.getByRole('button', { name: /^Yes/ })).toHaveText(/\d+\.\d\s*%/);
      await expect(region(page, 'Order book')).toContainText(/verified/);
      await expectMoving(ladder(page).first());
      await expect(region(page, 'Price chart').locator('canvas').first()).toBeVisible();
      await expect(region(page, 'Price chart')).not.toContainText(/No history|No candles/);
      const [rain] = venues.polymarket.questions;
      const [yes = ''] = rain?.tokens ?? [];
      venues.polymarket.refineTick(yes);
      await expect(question).toContainText(/0\.1¢ was 1¢/);
      venues.polymarket.resolve(yes);
      await expect(question).toContainText('Yes — paid out');
      await expect(question.getByRole('button', { name: /^Yes.*winner/ })).toBeVisible();
    });

    await test.step('watches a push server, whose books nobody can check', async () => {
      await openMarket(page, 'Push server', 'BTC/USDT');
      await expect(region(page, 'Order book')).toContainText('unverified');
      await expectMoving(ladder(page).first());
      await expect(region(page, 'Trades')).toContainText('Push server does not send the market');
    });

    await test.step('watches the other engine', async () => {
      await openMarket(page, 'Another engine', 'BTC-USDC');
      await expect(region(page, 'Order book')).toContainText(/(?<!un)verified/);
      await expectMoving(ladder(page).first());
    });

    await test.step('compares a pair on two sources', async () => {
      await goTo(page, 'Markets');
      await page
        .getByRole('button', { name: /^Spread of BTC\/USDT between sources/ })
        .first()
        .click();
      const spread = region(page, 'Spread of BTC/USDT');
      await expect(spread.getByRole('table').getByRole('row')).toHaveCount(3);
      await expect(spread.getByRole('table')).toContainText(/[+−]?\d+\.\d{3}\s*%/);
    });

    await test.step('sees the account of the server beside the paper account', async () => {
      await goTo(page, 'Account');
      const balances = region(page, 'Balances');
      await expect(balances.getByRole('row', { name: /Account server USDT \d/ })).toBeVisible();
      await expect(balances.getByRole('row', { name: /SIM/ }).first()).toBeVisible();
      await expect(region(page, 'Positions')).toContainText('BTCUSDT');
      await expect(region(page, 'Orders')).toContainText('BTCUSDT');
    });

    await test.step('sees every connection on System', async () => {
      await goTo(page, 'System');
      const connections = region(page, 'Connections');
      for (const name of ALL) {
        const source = connections.getByRole('listitem', { name, exact: true });
        await expect(source.getByText('Messages/s')).toBeVisible();
      }
      await expect(connections.getByRole('listitem', { name: 'OKX', exact: true })).toContainText(
        /Messages\/s\s*[1-9]/,
      );
    });

    await test.step('loses one source only, and gets it back by Reconnect', async () => {
      await openMarket(page, 'OKX', 'BTC-USDT');
      await expect(region(page, 'Order book')).toContainText(/(?<!un)verified/);
      venues.okxCable.cut();
      await expect(chip(page, 'OKX')).toHaveText(/offline/);
      await expect(region(page, 'Order book')).toContainText('stale');
      await expectLive(page, ...ALL.filter((name) => name !== 'OKX'));
      venues.okxCable.mend();
      await chip(page, 'OKX').click();
      await page.getByRole('dialog').getByRole('button', { name: 'Reconnect' }).click();
      await expectLive(page, 'OKX');
      await page.keyboard.press('Escape');
      await expect(region(page, 'Order book')).toContainText(/(?<!un)verified/);
    });
  });

  test('records a source and plays it back', async ({ openDesk }) => {
    test.setTimeout(240_000);
    const page = await openWithSources(openDesk);

    await test.step('records OKX and plays it back: the recorded books, verified', async () => {
      await goTo(page, 'System');
      const recorder = region(page, 'Flight recorder');
      const on = recorder.getByRole('switch', { name: 'Record OKX' });
      await on.click();
      await expect(on).toBeChecked();
      await openMarket(page, 'OKX', 'BTC-USDT');
      await expectLive(page, 'OKX');
      await expect(region(page, 'Order book')).toContainText(/(?<!un)verified/);
      for (let change = 0; change < 4; change += 1) await expectMoving(ladder(page).last());
      // From here on the recording says what the venue itself knows.
      venues.okx.pause();
      const [[price = '', size = ''] = []] = venues.okx.book('BTC-USDT').bids;
      const best = new RegExp(
        `^${Number(price).toLocaleString('en', { minimumFractionDigits: 1 })}\\s+${Number(size).toFixed(5)}\\b`,
      );
      await expect(ladder(page).last().getByRole('row').first()).toHaveText(best, { useInnerText: true });
      await goTo(page, 'System');
      const download = page.waitForEvent('download');
      await recorder.getByRole('button', { name: 'Download recording of OKX' }).click();
      const path = await (await download).path();
      const text = await readFile(path, 'utf8');
      expect(text.split('\n', 1)[0]).toContain('"kind":"okx"');
      expect(text).toContain('\\"action\\":\\"snapshot\\"');
      await on.click();
      await expect(on).not.toBeChecked();
      await page
        .getByLabel('Open recording')
        .setInputFiles({ name: 'crash.jsonl', mimeType: 'application/x-ndjson', buffer: Buffer.from(text) });
      const bar = region(page, 'Replay');
      const slider = bar.getByRole('slider');
      await expect(slider).toBeVisible();
      // Nothing live can be mistaken for what was recorded.
      venues.okxCable.cut();
      await goTo(page, 'Markets');
      await page
        .getByRole('group', { name: 'Source' })
        .getByRole('button', { name: /^crash\.jsonl / })
        .click();
      await page.getByRole('table', { name: 'Watch list' }).getByRole('button', { name: 'BTC-USDT' }).first().click();
      await slider.fill((await slider.getAttribute('max')) ?? '');
      await expect(region(page, 'Order book')).toContainText(/(?<!un)verified/);
      await expect(ladder(page).last().getByRole('row').first()).toHaveText(best, { useInnerText: true });
      const end = await ladder(page).last().innerText();
      await slideTo(slider, earlyChange(text));
      await expect(ladder(page).last()).not.toHaveText(end, { useInnerText: true });
      await expect(region(page, 'Order book')).toContainText(/(?<!un)verified/);
      await bar.getByRole('button', { name: 'Close recording' }).click();
      await expect(bar).toBeHidden();
      venues.okxCable.mend();
      venues.okx.start();
    });
  });
});

test('runs under load: nothing is said on the console, nothing grows, nobody is dropped', async ({ openDesk }) => {
  test.setTimeout(LOAD_MS + 180_000);
  const page = await openWithSources(openDesk);
  await openMarket(page, 'OKX', 'BTC-USDT');
  // Six markets with two messages a move each, a book every 100 ms or faster, questions with two outcomes.
  venues.okx.rate = 60;
  venues.polymarket.rate = 40;
  venues.push.server.rate = 20;
  const before = venues.okx.connections.length + venues.polymarket.connections.length;
  const used: number[] = [];
  const rounds = Math.max(3, Math.round(LOAD_MS / 10_000));
  for (let round = 0; round < rounds; round += 1) {
    const until = Date.now() + LOAD_MS / rounds;
    // As a trader looks around; each page waits for what it shows.
    while (Date.now() < until) {
      await openMarket(page, 'Polymarket', 'Will the home team win the final?');
      // Its hash leaves parts out (M11): a frame may come without being verified.
      await expect(region(page, 'Order book')).toContainText(/verified/);
      await goTo(page, 'System');
      await expect(region(page, 'Connections').getByRole('listitem', { name: 'OKX', exact: true })).toBeVisible();
      await openMarket(page, 'OKX', 'BTC-USDT');
      await expect(region(page, 'Order book')).toContainText(/(?<!un)verified/);
      await expectMoving(ladder(page).first());
    }
    used.push(await heapOf(page));
  }
  await expectLive(page, ...ALL);
  expect(venues.okx.connections.length + venues.polymarket.connections.length).toBe(before);
  expect(venues.okx.violations).toEqual([]);
  expect(venues.polymarket.violations).toEqual([]);
  const [first = 0, ...later] = used;
  expect(Math.min(...later.slice(-2)) - first, `heap in MB: ${used.join(' ')}`).toBeLessThan(MAX_GROWTH_MB);
});

const LOOKS = {
  dark: { locale: 'en', theme: 'dark', viewport: { width: 1440, height: 900 } },
  light: { locale: 'en', theme: 'light', viewport: { width: 1440, height: 900 } },
  phone: { locale: 'en', theme: 'dark', viewport: { width: 390, height: 844 } },
  chinese: { locale: 'zh', theme: 'dark', viewport: { width: 1440, height: 900 } },
} as const;

test('shows all sources on every page, in both themes and languages, on a phone too', async ({ openDesk }) => {
  test.setTimeout(240_000);
  await setUpSources();
  const [, rate] = venues.polymarket.questions.slice(1);
  const places = {
    overview: '/',
    'markets-okx': '/markets/okx.okx/BTC-USDT',
    'markets-polymarket': `/markets/polymarket.polymarket/${rate?.tokens[0] ?? ''}`,
    'markets-push': '/markets/push.push/BTC-USDT',
    'markets-spread': '/markets/okx.okx/BTC-USDT?spread=BTC%2FUSDT',
    account: '/account',
    system: '/system',
    settings: '/settings',
  };
  for (const [look, { locale, theme, viewport }] of Object.entries(LOOKS)) {
    const page = await openDesk(stage.engine.url, { role: 'admin', path: '/settings', viewport });
    await page.evaluate((preferences) => localStorage.setItem('griddesk.preferences', JSON.stringify(preferences)), {
      version: 1,
      theme,
      locale,
    });
    await page.goto(`${stage.engine.url}/account`);
    await page
      .getByRole('main')
      .getByRole('button', { name: /^(Sign in|登录)$/ })
      .click();
    const form = page.getByRole('dialog').last();
    await form.locator('input').fill(ACCOUNT_TOKEN);
    await form.locator('button[type="submit"], button[form]').click();
    await expect(page.getByRole('main')).toContainText('BTCUSDT');
    for (const [name, path] of Object.entries(places)) {
      // As links do: without loading the page anew, which would forget the token.
      await page.evaluate((to) => {
        history.pushState(null, '', to);
        dispatchEvent(new PopStateEvent('popstate'));
      }, path);
      await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
      await expect(page.getByRole('main').locator('[class*="skeleton"]')).toHaveCount(0);
      await page.screenshot({ path: `screenshots/sources-${name}-${look}.png` });
    }
  }
});
