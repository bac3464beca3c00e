/** A run's page and the comparison, on the real engine with a data set that is imported over HTTP. */
import { paths } from '../src/ui/routing/routes.ts';
import { waves } from './support/candles.ts';
import { region } from './support/desk-page.ts';
import { Stage } from './support/stage.ts';
import { expect, test } from './support/test.ts';

const GRID = { lower_price: 90, upper_price: 110, grid_count: 20, investment: 10_000, spacing: 'arithmetic' };

let stage: Stage;
let dataset: string;

const finishedRun = (config: object) => stage.finishedRun({ ...config, data: { dataset } });

test.beforeAll(async () => {
  stage = await Stage.set();
  const about = { name: 'Waves', symbol: 'BTC-USDC', timeframe: '1h' };
  dataset = await stage.importCandles(about, waves(8760, 3_600_000).join('\n'));
});

test.afterAll(() => stage.strike());

test('G20, G21: a grid’s result: figures, charts, lists, exports, verified to the digit', async ({ openDesk }) => {
  const id = await finishedRun({ strategy: 'grid', params: GRID, name: 'Wave grid' });
  const page = await openDesk(stage.engine.url, { role: 'trader', path: paths.backtest(id) });
  await expect(page.getByRole('heading', { level: 1, name: 'Wave grid' })).toBeVisible();
  const run = await stage.api.command<{ metrics: Record<string, number>; result: { trades: number } }>('backtest.get', {
    id,
  });
  const metrics = region(page, 'Metrics');
  await expect(metrics.getByRole('term').filter({ hasText: /^Trades/ })).toBeVisible();
  await expect(metrics).toContainText(new Intl.NumberFormat('en').format(run.result.trades));
  await metrics.getByRole('button', { name: 'Sharpe ratio' }).click();
  await expect(page.getByText(/Mean of the daily returns/)).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(region(page, 'Equity').locator('canvas').first()).toBeVisible();
  await expect(region(page, 'Price chart').locator('canvas').first()).toBeVisible();

  await page.getByRole('table', { name: 'Trades' }).getByRole('button', { name: 'Profit' }).click();
  await page
    .getByRole('button', { name: /^Show trade \d+ / })
    .first()
    .click();
  await page.getByRole('tab', { name: 'Monthly returns' }).click();
  await expect(page.getByRole('table', { name: 'Monthly returns' }).getByRole('row', { name: /^2023/ })).toBeVisible();
  await page.getByRole('tab', { name: 'Fills per line' }).click();
  await expect(page.getByRole('table', { name: 'Fills per line' }).getByRole('row')).toHaveCount(21);
  await page.getByRole('tab', { name: 'Configuration and data' }).click();
  await expect(page.getByText('Waves')).toBeVisible();

  await page.getByRole('button', { name: 'Actions for Wave grid' }).click();
  const saved = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: 'Export CSV' }).click();
  expect((await saved).suggestedFilename()).toBe(`Wave-grid-${id}-trades.csv`);

  await page.getByRole('button', { name: 'Verify' }).click();
  await expect(page.getByText(/Identical to the digit/)).toBeVisible({ timeout: 60_000 });
  // What was run to compare is gone again.
  const { backtests } = await stage.api.command<{ backtests: { id: string }[] }>('backtest.list');
  expect(backtests.map((each) => each.id)).toEqual([id]);

  await page.getByRole('button', { name: 'Start as live paper grid' }).click();
  await expect(page.getByLabel('Upper price', { exact: true })).toHaveValue('110');
  await expect(page.getByLabel('Grid count', { exact: true })).toHaveValue('20');
});

test('runs side by side: the best marked, the differences told, the address holds them', async ({ openDesk }) => {
  const ids = [
    await finishedRun({ strategy: 'grid', params: GRID, name: 'Twenty' }),
    await finishedRun({ strategy: 'grid', params: { ...GRID, grid_count: 10 }, name: 'Ten' }),
    await finishedRun({ strategy: 'dual_ma', params: { fast_period: 10, slow_period: 40 }, name: 'Averages' }),
  ];
  const path = paths.compareBacktests({ ids: ids.slice(0, 2).join(',') });
  const page = await openDesk(stage.engine.url, { role: 'viewer', path });
  const settings = region(page, 'Settings');
  await expect(settings.getByRole('row', { name: /grid_count/ })).toContainText('10');
  await expect(settings.getByRole('row', { name: /upper_price/ })).toHaveCount(0);
  await expect(region(page, 'Metrics').getByText('★').first()).toBeVisible();
  await page.getByRole('combobox', { name: 'Add a run' }).selectOption(ids[2] ?? '');
  await expect(page).toHaveURL(new RegExp(encodeURIComponent(ids.join(','))));
  await expect(region(page, 'Metrics').getByRole('columnheader')).toHaveText(['Twenty', 'Ten', 'Averages']);
  await page.getByRole('button', { name: 'Remove Ten' }).click();
  await expect(region(page, 'Metrics').getByRole('columnheader')).toHaveText(['Twenty', 'Averages']);
  await expect(region(page, 'Equity').locator('canvas').first()).toBeVisible();
});
