/** Strategies that trade live on paper. */
import { paths } from '../src/ui/routing/routes.ts';
import { candleFile } from './support/candles.ts';
import { goTo, region } from './support/desk-page.ts';
import { Stage } from './support/stage.ts';
import { expect, modal, test, type Page } from './support/test.ts';

let stage: Stage;
test.beforeAll(async () => {
  stage = await Stage.set();
});
test.afterAll(() => stage.strike());

const stateOf = async (id: string) => (await stage.api.command<{ state: string }>('strategy.get', { id })).state;
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

test('G19: a strategy is started from the catalog, decides, trades, is paused, resumed and stopped', async ({
  setStage,
  openDesk,
}) => {
  // Candles replayed at some bars a second: a strategy decides at closes.
  const candles = await candleFile(6_000);
  const replay = await setStage({ args: ['--market', `replay:${candles.path}`, '--speed', '2400'] });
  await candles.remove();
  const { url } = replay.engine;
  const page = await openDesk(url, { role: 'trader', path: paths.strategies() });
  await region(page, 'Catalog').getByRole('link', { name: 'Start Moving average cross' }).click();
  await page.getByLabel('Timeframe', { exact: true }).selectOption('5m');
  await page.getByLabel('Capital', { exact: true }).fill('2000');
  await page.getByLabel('Fast period', { exact: true }).fill('5');
  await page.getByLabel('Slow period', { exact: true }).fill('4');
  await button(page, 'Start strategy').click();
  await expect(page.getByLabel('Fast period', { exact: true })).toHaveAttribute('aria-invalid', 'true');
  await page.getByLabel('Fast period', { exact: true }).fill('2');
  await button(page, 'Start strategy').click();
  await page.waitForURL(/\/strategies\/(?!new)[^/]+$/);
  const id = new URL(page.url()).pathname.split('/').at(-1) ?? '';
  await expect(page.getByRole('main').getByText(/^running$/)).toBeVisible();
  await expect(page.getByRole('table', { name: 'Signals' }).getByRole('row').nth(1)).toBeVisible({ timeout: 60_000 });
  await page.getByRole('tab', { name: /^Fills/ }).click();
  await expect(page.getByRole('table', { name: 'Fills' }).getByRole('row').nth(1)).toContainText(/buy|sell/i, {
    timeout: 60_000,
  });

  // A viewer may look only (Z7).
  const viewer = await openDesk(url, { role: 'viewer', path: paths.strategy(id) });
  for (const name of ['Pause', 'Edit parameters', 'Stop strategy']) await expect(button(viewer, name)).toBeDisabled();

  await button(page, 'Pause').click();
  for (const each of [page, viewer]) {
    await expect(each.getByRole('main').getByText(/^paused$/)).toBeVisible();
  }
  await button(page, 'Resume').click();
  await expect(page.getByRole('main').getByText(/^running$/)).toBeVisible();
  await button(page, 'Stop strategy').click();
  await modal(page).getByRole('button', { name: 'Stop strategy' }).click();
  for (const each of [page, viewer]) {
    await expect(each.getByRole('main').getByText(/^stopped$/)).toBeVisible();
  }
  await expect(button(page, 'Start again')).toBeEnabled();
  await viewer.goto(url + paths.newStrategy());
  await expect(button(viewer, 'Start strategy')).toBeDisabled();
});

test('G17: the kill switch stops strategies, too', async ({ openDesk }) => {
  const config = { strategy: 'dual_ma', symbol: 'BTC-USDC', timeframe: '1m', params: {}, capital: 2000 };
  const { strategy_id: id } = await stage.api.command<{ strategy_id: string }>('strategy.start', config);
  const page = await openDesk(stage.engine.url, { role: 'trader', path: '/' });
  await goTo(page, 'Strategies');
  const row = page.getByRole('row').filter({ has: page.locator(`a[href*="${id}"]`) });
  await expect(row).toContainText('running');
  await button(page, 'Kill switch').click();
  await modal(page).getByLabel('Reason').fill('drill');
  await modal(page).getByRole('button', { name: 'Activate' }).click();
  await expect.poll(() => stateOf(id)).toBe('stopped');
  await page.keyboard.press('Escape');
  await expect(row).toContainText('stopped');
});

test('Z15, G19: what is wrong lands on its field; a strategy is edited, reloaded, run over history and begun again', async ({
  setStage,
  openDesk,
}) => {
  const { engine } = await setStage();
  const page = await openDesk(engine.url, { role: 'trader', path: paths.newStrategy({ strategy: 'macd' }) });
  const field = (name: string) => page.getByLabel(name, { exact: true });
  await expect(field('Signal period')).toHaveValue('9');
  await field('Timeframe').selectOption('1m');
  await field('Capital').fill('0.01');
  await button(page, 'Start strategy').click();
  await expect(page.getByText(/the smallest order at today’s price/)).toBeVisible();
  await expect(field('Capital')).toHaveAttribute('aria-invalid', 'true');
  await field('Capital').fill('1500');
  await field('Name').fill('Slow and steady');
  await button(page, 'Start strategy').click();

  await expect(page.getByRole('heading', { name: 'Slow and steady' })).toBeVisible();
  await expect(region(page, 'Strategy status').getByText('Signal line', { exact: true })).toBeVisible();
  await button(page, 'Edit parameters').click();
  const editor = modal(page);
  await expect(editor.getByRole('button', { name: 'Apply' })).toBeDisabled();
  await editor.getByLabel('Signal period', { exact: true }).fill('5');
  await editor.getByRole('button', { name: 'Apply' }).click();
  await expect(page.getByText(/Signal period 5/)).toBeVisible();
  await page.reload();
  await expect(page.getByText(/Signal period 5/)).toBeVisible();

  await button(page, 'More actions').click();
  await page.getByRole('menuitem', { name: 'Backtest these parameters' }).click();
  await expect(field('Signal period')).toHaveValue('5');
  await expect(field('Initial capital')).toHaveValue('1500');
  await button(page, 'Run backtest').click();
  await expect(region(page, 'Metrics')).toBeVisible({ timeout: 60_000 });

  await goTo(page, 'Strategies');
  await page.getByRole('link', { name: 'Slow and steady' }).click();
  await button(page, 'Stop strategy').click();
  await modal(page).getByRole('button', { name: 'Stop strategy' }).click();
  await button(page, 'Start again').click();
  await expect(field('Signal period')).toHaveValue('5');
  await expect(field('Name')).toHaveValue('Slow and steady');
});
