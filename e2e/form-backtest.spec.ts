/** The backtest beside a grid's preview, and a live grid's session run again, in the real dashboard on the real engine. */
import { decodeColumns } from '../src/domain/candle-columns-binary.ts';
import type { BacktestConfig } from '../src/protocol/backtest-shapes.ts';
import { readConfigSearch } from '../src/ui/routing/config-search.ts';
import { paths } from '../src/ui/routing/routes.ts';
import { Stage } from './support/stage.ts';
import { expect, type Page, test } from './support/test.ts';

let stage: Stage;
test.beforeAll(async () => {
  stage = await Stage.set();
});
test.afterAll(() => stage.strike());

const panel = (page: Page) => page.getByRole('region', { name: /^Backtest, last \d+ days$/ });
const figure = (page: Page, name: string) =>
  panel(page).locator('dt', { hasText: name }).locator('xpath=following-sibling::dd[1]');

async function shown(page: Page): Promise<void> {
  await expect(panel(page)).toHaveAttribute('aria-busy', 'false');
  await expect(figure(page, 'Cycles')).toHaveText(/\d/);
}

async function engineFigures(config: BacktestConfig): Promise<Readonly<Record<string, number>>> {
  const id = await stage.finishedRun(config);
  const { metrics } = await stage.api.command<{ metrics: Record<string, number> }>('backtest.get', { id });
  return metrics;
}

test('G19, G20: the form’s backtest follows what is typed, and is the engine’s to the digit', async ({ openDesk }) => {
  const page = await openDesk(stage.engine.url, { role: 'trader', path: null });
  const columns = page.waitForResponse(/\/columns\?from=/);
  await page.goto(stage.engine.url + paths.newGrid());
  const rows = decodeColumns(new Uint8Array(await (await columns).body())).length;
  expect(rows).toBeGreaterThan(43_000);
  await shown(page);

  for (const grids of ['12', '40']) {
    await page.getByLabel('Grid count', { exact: true }).fill(grids);
    await shown(page);
    const href = await panel(page).getByRole('link', { name: 'Open as backtest' }).getAttribute('href');
    const config = readConfigSearch(new URL(href ?? '', stage.engine.url).searchParams.get('config') ?? '');
    const asked = config as BacktestConfig;
    expect(asked.params['grid_count']).toBe(Number(grids));
    // The market's data grows by a row a minute.
    const figures = await engineFigures({ ...asked, data: { ...asked.data, to_row: rows } });
    const pct = ((figures['total_return'] ?? 0) * 100).toFixed(2).replace('-', '−');
    await expect(figure(page, 'Return')).toContainText(pct);
    await expect(figure(page, 'Cycles')).toHaveText((figures['cycles'] ?? 0).toLocaleString('en'));
    const profit = (figures['grid_profit'] ?? 0).toFixed(2).replace(/\B(?=(\d{3})+\.)/g, ',');
    await expect(figure(page, 'Grid profit')).toContainText(profit);
  }

  await panel(page).getByRole('link', { name: 'Open as backtest' }).click();
  await page.getByRole('button', { name: 'Run backtest' }).click();
  await expect(page.getByRole('region', { name: 'Metrics' })).toBeVisible();
});

test('a grid’s session is replayed from its page: identical', async ({ openDesk }) => {
  const id = await stage.startGrid(0.02, { grid_count: 8, investment: 2_000 });
  const page = await openDesk(stage.engine.url, { role: 'trader', path: paths.grid(id) });
  await page.getByRole('button', { name: 'Replay as backtest' }).click();
  await expect(page.getByText(/^Identical to the live session: \d+ orders, \d+ fills/)).toBeVisible();
});
