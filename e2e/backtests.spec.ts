/** The way of a trader through data, backtests and sweeps to a live grid, on the real engine. */
import { paths } from '../src/ui/routing/routes.ts';
import { act, actionsOf, dropFile, progressOf, runBacktest, saved } from './support/backtest-page.ts';
import { candleFile, waves } from './support/candles.ts';
import { goTo, region } from './support/desk-page.ts';
import { figure } from './support/grid-page.ts';
import { Stage } from './support/stage.ts';
import { expect, test, type Page } from './support/test.ts';

interface Run {
  readonly state: string;
  readonly config: { readonly params: Readonly<Record<string, unknown>> };
  readonly metrics: Readonly<Record<string, number>>;
  readonly result: { readonly trades: number; readonly fills: number };
}

let stage: Stage;
test.beforeAll(async () => {
  stage = await Stage.set();
});
test.afterAll(() => stage.strike());

const runOf = (id: string) => stage.api.command<Run>('backtest.get', { id });
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const metricsShown = (page: Page) => expect(region(page, 'Metrics')).toContainText('Sharpe', { timeout: 60_000 });

test('G13, G19–G21: a dropped file, a grid and averages over it, side by side; files and a link carry them', async ({
  openDesk,
}) => {
  const candles = await candleFile(20_000);
  const permissions = ['clipboard-read', 'clipboard-write'];
  const page = await openDesk(stage.engine.url, {
    role: 'trader',
    path: paths.backtests({ tab: 'data' }),
    permissions,
  });
  await dropFile(page.getByRole('table', { name: 'Data' }), candles.path);
  await candles.remove();
  const dialog = page.getByRole('dialog', { name: 'Import data' });
  await expect(dialog.getByLabel('Symbol')).toHaveValue('BTC-USDT');
  await dialog.getByLabel('Name').fill('Dropped');
  await dialog.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(page.getByText('Dropped: 20,000 bars')).toBeVisible();

  await act(page, 'Dropped', 'Use in a backtest');
  await expect(page.getByLabel('Upper price', { exact: true })).not.toHaveValue('');
  const grid = await runBacktest(page, 'As offered');
  await metricsShown(page);
  await button(page, 'Repeat').click();
  await page.getByLabel('Strategy', { exact: true }).selectOption('dual_ma');
  // Without a name, one is made of what is chosen; with something else, another.
  const name = page.getByLabel('Name', { exact: true });
  await name.fill('');
  await button(page, 'Run backtest').click();
  await expect(page.getByRole('heading', { level: 1, name: 'Moving average cross BTC-USDT 1h' })).toBeVisible();
  await button(page, 'Repeat').click();
  await expect(name).toHaveValue('Moving average cross BTC-USDT 1h');
  await page.getByLabel('Strategy', { exact: true }).selectOption('macd');
  await expect(name).toHaveAttribute('placeholder', 'MACD BTC-USDT 1h');
  await expect(name).toHaveValue('');
  await page.getByLabel('Strategy', { exact: true }).selectOption('dual_ma');
  await runBacktest(page, 'Averages');
  await metricsShown(page);

  await goTo(page, 'Backtests');
  for (const name of ['As offered', 'Averages'])
    await page.getByRole('checkbox', { name: `Choose ${name} to compare` }).check();
  await page.getByRole('button', { name: 'Compare (2)' }).click();
  await expect(region(page, 'Metrics').getByRole('columnheader')).toHaveText(['As offered', 'Averages']);

  await goTo(page, 'Backtests');
  await page.getByRole('link', { name: 'As offered', exact: true }).click();
  await metricsShown(page);
  const { result, metrics } = await runOf(grid);
  expect(result.trades).toBeGreaterThan(0);
  const csv = await saved(page, 'As offered', 'Export CSV');
  const lines = csv.text.trimEnd().split(/\r?\n/);
  expect(lines[0]).toMatch(/^number,side,level,entry_time,exit_time,/);
  expect(lines.length).toBe(result.trades + 1);
  const json = await saved(page, 'As offered', 'Export JSON');
  const exported = JSON.parse(json.text) as Run & Readonly<Record<'trades' | 'fills', readonly unknown[]>>;
  expect([exported.trades.length, exported.fills.length]).toEqual([result.trades, result.fills]);
  expect(exported.metrics).toEqual(metrics);

  await act(page, 'As offered', 'Copy link');
  const link = await page.evaluate(() => navigator.clipboard.readText());
  const viewer = await openDesk(stage.engine.url, { role: 'viewer', path: new URL(link).pathname });
  await metricsShown(viewer);
  // A viewer may look only (Z7).
  for (const name of ['Verify', 'Start as live paper grid']) {
    await expect(viewer.getByRole('button', { name })).toBeDisabled();
  }
  await actionsOf(viewer, 'As offered').click();
  for (const name of ['Rename', 'Delete']) await expect(viewer.getByRole('menuitem', { name })).toBeDisabled();
  await viewer.goto(stage.engine.url + paths.newBacktest());
  await expect(viewer.getByRole('button', { name: 'Run backtest' })).toBeDisabled();
  await viewer.goto(stage.engine.url + paths.backtests({ tab: 'data' }));
  await expect(viewer.getByRole('button', { name: 'Import data' })).toBeDisabled();
});

test.describe('a long run', () => {
  // The engine goes away under the page.
  test.use({ tolerated: [/WebSocket connection to|ERR_CONNECTION/] });

  test('tells how far it is, also after a reload; is cancelled; and is interrupted by a power cut', async ({
    setStage,
    openDesk,
  }) => {
    const own = await setStage();
    const about = { name: 'Long', symbol: 'BTC-USDC', timeframe: '1m' };
    const dataset = await own.importCandles(about, waves(200_000, 60_000).join('\n'));
    const page = await openDesk(own.engine.url, { role: 'trader', path: paths.newBacktest({ dataset }) });
    const start = async (name: string) => {
      await expect(page.getByLabel('Upper price', { exact: true })).not.toHaveValue('');
      await page.getByLabel('Lower price', { exact: true }).fill('85');
      await page.getByLabel('Upper price', { exact: true }).fill('115');
      await page.getByLabel('Grid count', { exact: true }).fill('400');
      await page.getByLabel('Engine path').selectOption('core');
      return runBacktest(page, name);
    };
    const goesOn = async (name: string) => {
      const before = await progressOf(page, name);
      await expect.poll(() => progressOf(page, name)).toBeGreaterThan(before);
    };
    await start('Too long');
    await goesOn('Too long');
    await page.reload();
    await goesOn('Too long');
    await expect(region(page, 'Progress').getByText(/^2023-/)).toBeVisible();
    await page.getByRole('button', { name: 'Cancel backtest' }).click();
    await expect(page.getByText('This run was cancelled')).toBeVisible();

    await page.getByRole('button', { name: 'Repeat' }).click();
    const id = await start('Cut off');
    await goesOn('Cut off');
    await own.engine.kill();
    await own.engine.run();
    await expect(page.getByText('This run was interrupted')).toBeVisible({ timeout: 60_000 });
    await expect(page.getByRole('button', { name: 'Run again' })).toBeEnabled();
    expect(page.url()).toContain(id);
  });
});

test('G22: a sweep of two parameters; its best becomes a live paper grid', async ({ openDesk }) => {
  const page = await openDesk(stage.engine.url, { role: 'trader', path: paths.newBacktest() });
  await page.getByLabel('Data set').selectOption({ label: 'BTC-USDC (sim) · 1m' });
  await page.getByLabel('Strategy', { exact: true }).selectOption('grid');
  await expect(page.getByLabel('Upper price', { exact: true })).not.toHaveValue('');
  await page.getByLabel('Sweep parameters').check();
  const ranges = { 'Grid count': ['10', '20', '2'], Investment: ['2000', '6000', '1000'] };
  for (const [name, values] of Object.entries(ranges)) {
    await page.getByRole('checkbox', { name, exact: true }).check();
    for (const [index, part] of ['from', 'to', 'step'].entries()) {
      await page.getByLabel(`${name} ${part}`, { exact: true }).fill(values[index] ?? '');
    }
  }
  await expect(page.getByText('30 combinations')).toBeVisible();
  await page.getByLabel('Out of sample').fill('30');
  await page.getByLabel('Name', { exact: true }).fill('Counts');
  await page.getByRole('button', { name: 'Run sweep' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Counts' })).toBeVisible();
  await expect(page.getByText('30 of 30')).toBeVisible({ timeout: 60_000 });
  await expect(region(page, 'Top combinations').getByRole('columnheader', { name: 'Out of sample' })).toBeVisible();
  // Of what is shown without asking: the best.
  await page.getByRole('button', { name: 'Open as backtest' }).click();
  await metricsShown(page);
  const id = /\/backtests\/([^/?]+)/.exec(page.url())?.[1] ?? '';
  const { params } = (await runOf(id)).config;

  await page.getByRole('button', { name: 'Start as live paper grid' }).click();
  await expect(page.getByLabel('Grid count', { exact: true })).toHaveValue(String(params['grid_count']));
  await page.getByRole('button', { name: 'Start grid' }).click();
  await page.waitForURL(/\/grids\/grid_/);
  await expect(figure(page, 'Active buy orders')).toHaveText(/\d/);
  const live = /grid_[0-9a-f]+/.exec(page.url())?.[0];
  const grid = await stage.api.command<Run>('grid.get', { id: live });
  expect(grid.state).toBe('running');
});
