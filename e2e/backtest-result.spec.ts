/** A run's page and the comparison, on the real engine with a data set that is imported over HTTP. */
import { paths } from '../src/ui/routing/routes.ts';
import { region } from './support/desk-page.ts';
import { Stage, users } from './support/stage.ts';
import { expect, test } from './support/test.ts';

const HOUR = 3_600_000;
const START = Date.UTC(2023, 0, 1);
const ROWS = 8760;

/** A year of hours around 100: a slow wave, so that a grid trades and averages cross. */
function candles(): string {
  const lines = ['ts_ms,open,high,low,close,volume'];
  let close = 100;
  for (let hour = 0; hour < ROWS; hour += 1) {
    const open = close;
    close = 100 + 8 * Math.sin(hour / 190) + 3 * Math.sin(hour / 17);
    const [high, low] = [Math.max(open, close) + 0.4, Math.min(open, close) - 0.4];
    lines.push([START + hour * HOUR, ...[open, high, low, close].map((price) => price.toFixed(2)), '10'].join(','));
  }
  return lines.join('\n');
}

const GRID = { lower_price: 90, upper_price: 110, grid_count: 20, investment: 10_000, spacing: 'arithmetic' };

let stage: Stage;
let dataset: string;

interface Run {
  readonly state: string;
  readonly reason?: string;
}

async function finishedRun(config: object): Promise<string> {
  const { backtest_id: id } = await stage.api.command<{ backtest_id: string }>('backtest.run', {
    ...config,
    data: { dataset },
  });
  const state = async () => (await stage.api.command<Run>('backtest.get', { id })).state;
  await expect.poll(state, { timeout: 60_000 }).toBe('completed');
  return id;
}

test.beforeAll(async ({ playwright }) => {
  stage = await Stage.set();
  const http = await playwright.request.newContext({ baseURL: stage.engine.url });
  const signedIn = await http.post('/api/v2/auth/login', { data: users.trader });
  const { data } = (await signedIn.json()) as { data: { token: string } };
  const answer = await http.post('/api/v2/data/import?name=Waves&symbol=BTC-USDC&timeframe=1h', {
    headers: { authorization: `Bearer ${data.token}`, 'content-type': 'text/csv' },
    data: candles(),
  });
  expect(answer.ok(), await answer.text()).toBe(true);
  dataset = ((await answer.json()) as { data: { dataset: { id: string } } }).data.dataset.id;
  await http.dispose();
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
