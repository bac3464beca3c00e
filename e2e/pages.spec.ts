import axe from 'axe-core';
import { paths } from '../src/ui/routing/routes.ts';
import { waves } from './support/candles.ts';
import { Stage } from './support/stage.ts';
import { expect, test, type Page } from './support/test.ts';

const SIZES = { desktop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } } as const;
const THEMES = ['dark', 'light'] as const;
const LANGUAGES = ['en', 'zh'] as const;

const GRID = { lower_price: 90, upper_price: 110, grid_count: 20, investment: 10_000, spacing: 'arithmetic' };

// Each test is long; a stage for each worker costs less than waiting for the other.
test.describe.configure({ mode: 'parallel' });

let stage: Stage;
let ids: Readonly<Record<'grid' | 'run' | 'other' | 'sweep' | 'strategy', string>>;

test.beforeAll(async () => {
  stage = await Stage.set();
  const { api } = stage;
  const about = { name: 'Waves', symbol: 'BTC-USDC', timeframe: '1h' };
  const data = { dataset: await stage.importCandles(about, waves(8760, 3_600_000).join('\n')) };
  const ranges = [
    { param: 'fast_period', from: 5, to: 25, step: 5 },
    { param: 'slow_period', from: 30, to: 80, step: 10 },
  ];
  const sweep = { strategy: 'dual_ma', params: {}, ranges, data, out_of_sample: 0.3, name: 'Averages' };
  const live = { strategy: 'dual_ma', symbol: 'BTC-USDC', timeframe: '1m', params: {}, capital: 5000 };
  ids = {
    grid: await stage.startGrid(0.03, { grid_count: 24, investment: 10_000, name: 'Screenshots' }),
    run: await stage.finishedRun({ strategy: 'grid', params: GRID, data, name: 'Wave grid' }),
    other: await stage.finishedRun({ strategy: 'dual_ma', params: {}, data, name: 'Wave averages' }),
    sweep: (await api.command<{ sweep_id: string }>('sweep.run', sweep)).sweep_id,
    strategy: (await api.command<{ strategy_id: string }>('strategy.start', live)).strategy_id,
  };
  const swept = async () => (await api.command<{ state: string }>('sweep.get', { id: ids.sweep })).state;
  await expect.poll(swept, { timeout: 60_000 }).toBe('completed');
});

test.afterAll(() => stage.strike());

/** Each page by a word of its address, and a region that shows it has come alive. */
const pages: Readonly<Record<string, { path: () => string; alive: RegExp }>> = {
  overview: { path: () => '/', alive: /equity|资金|权益|净值/i },
  markets: { path: () => '/markets', alive: /BTC-USDC/ },
  grids: { path: () => '/grids', alive: /BTC-USDC/ },
  'new-grid': { path: () => '/grids/new', alive: /investment|投/i },
  grid: { path: () => paths.grid(ids.grid), alive: /BTC-USDC/ },
  backtests: { path: () => paths.backtests(), alive: /Wave grid/ },
  sweeps: { path: () => paths.backtests({ tab: 'sweeps' }), alive: /Averages/ },
  data: { path: () => paths.backtests({ tab: 'data' }), alive: /Waves/ },
  'new-backtest': { path: () => paths.newBacktest(), alive: /slippage|滑点/i },
  backtest: { path: () => paths.backtest(ids.run), alive: /sharpe|夏普/i },
  'compare-backtests': {
    path: () => paths.compareBacktests({ ids: `${ids.run},${ids.other}` }),
    alive: /Wave averages/,
  },
  sweep: { path: () => paths.sweep(ids.sweep), alive: /30 (of|\/) 30|30.*30/ },
  strategies: { path: () => paths.strategies(), alive: /BTC-USDC/ },
  'new-strategy': { path: () => paths.newStrategy(), alive: /slow|慢/i },
  strategy: { path: () => paths.strategy(ids.strategy), alive: /BTC-USDC/ },
  system: { path: () => '/system', alive: /health|健康|状态/i },
  settings: { path: () => '/settings', alive: /language|语言/i },
};

interface Look {
  readonly theme: (typeof THEMES)[number];
  readonly locale: (typeof LANGUAGES)[number];
}

async function settle(page: Page): Promise<void> {
  await page.evaluate(() => document.fonts.ready);
  await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
}

/** What sticks out at the right, by tag and class. */
function overflowing(): string[] {
  const width = document.documentElement.clientWidth;
  const scrolls = (element: Element | null): boolean =>
    element !== null &&
    (/auto|scroll|hidden|clip/.test(getComputedStyle(element).overflowX) || scrolls(element.parentElement));
  return [...document.body.querySelectorAll('*')]
    .filter((element) => {
      const box = element.getBoundingClientRect();
      return box.width > 0 && (box.right > width + 1 || box.left < -1) && !scrolls(element.parentElement);
    })
    .map((element) => `${element.tagName.toLowerCase()}.${element.getAttribute('class') ?? ''}`);
}

/** As a preference set on the Settings page would. */
function wear({ theme, locale }: Look): void {
  localStorage.setItem('griddesk.preferences', JSON.stringify({ version: 1, theme, locale }));
}

async function violations(page: Page): Promise<string[]> {
  // The page's policy forbids script tags of others; evaluate is the debugger's way in.
  await page.evaluate(axe.source);
  const { violations: found } = await page.evaluate(() =>
    (globalThis as unknown as { axe: typeof axe }).axe.run({ resultTypes: ['violations'] }),
  );
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
}

for (const [size, viewport] of Object.entries(SIZES)) {
  for (const theme of THEMES) {
    test(`every page, ${size}, ${theme}: accessible, nothing sticks out`, async ({ openDesk }, info) => {
      test.slow();
      // Colours do not depend on the language, lengths do: Chinese once a size.
      const inChinese = (size === 'desktop') === (theme === 'dark');
      for (const language of LANGUAGES.filter((each) => each === 'en' || inChinese)) {
        const page = await openDesk(stage.engine.url, { role: 'trader', viewport, colorScheme: theme });
        // A fill's toast is see-through while it fades in: no state of a page that anybody reads.
        await page.emulateMedia({ reducedMotion: 'reduce' });
        await page.evaluate(wear, { theme, locale: language });
        for (const [name, { path, alive }] of Object.entries(pages)) {
          await page.goto(`${stage.engine.url}${path()}`);
          await expect(page.getByRole('main').getByText(alive).filter({ visible: true }).first()).toBeVisible();
          await settle(page);
          await page.screenshot({ path: `screenshots/${name}-${size}-${theme}-${language}.png` });
          expect.soft(await page.evaluate(overflowing), `${name} ${language} sticks out`).toEqual([]);
          // Roles, names and colours are the same in every language.
          if (language === 'en') expect.soft(await violations(page), name).toEqual([]);
          await expect.soft(page.locator('html')).toHaveAttribute('lang', language === 'zh' ? /^zh/ : /^en/);
        }
      }
      info.annotations.push({ type: 'screenshots', description: 'screenshots/' });
    });
  }
}
