/** A strategy on the real engine, as a trader lives with it: started, watched, changed, paused, stopped. */
import { paths } from '../src/ui/routing/routes.ts';
import { region } from './support/desk-page.ts';
import { candleFile, type CandleFile } from './support/candles.ts';
import { Stage } from './support/stage.ts';
import { expect, test } from './support/test.ts';

const BARS_PER_SECOND = 2;
const BAR_MS = 300_000;

let file: CandleFile;
let stage: Stage;
test.beforeAll(async () => {
  file = await candleFile(1_600);
  const speed = String((BARS_PER_SECOND * BAR_MS) / 1000);
  stage = await Stage.set({ args: ['--market', `replay:${file.path}`, '--speed', speed] });
});
test.afterAll(async () => {
  await stage.strike();
  await file.remove();
});

test('G19: from the catalog to a running strategy, its signals and fills, and its end', async ({ openDesk }) => {
  const page = await openDesk(stage.engine.url, { role: 'trader', path: paths.strategies() });
  await expect(page.getByText('No strategy has been started')).toBeVisible();
  const catalog = region(page, 'Catalog');
  await expect(catalog.getByRole('listitem')).toHaveCount(6);
  await catalog.getByRole('link', { name: 'Start Moving average cross' }).click();

  // What is wrong is said before the engine hears of it.
  await page.getByLabel('Fast period', { exact: true }).fill('30');
  await expect(page.getByText('Must be below the slow period')).toBeVisible();
  await page.getByRole('button', { name: 'Start strategy' }).click();
  await expect(page.getByLabel('Fast period', { exact: true })).toBeFocused();
  await page.getByLabel('Fast period', { exact: true }).fill('1');
  await page.getByLabel('Slow period', { exact: true }).fill('2');
  await page.getByLabel('Timeframe', { exact: true }).selectOption('5m');
  // The engine's own word lands on its field.
  await page.getByLabel('Capital', { exact: true }).fill('0.01');
  await page.getByRole('button', { name: 'Start strategy' }).click();
  await expect(page.getByText(/the smallest order at today’s price/)).toBeVisible();
  await page.getByLabel('Capital', { exact: true }).fill('1000');
  await page.getByLabel('Name', { exact: true }).fill('Quick cross');
  await page.getByRole('button', { name: 'Start strategy' }).click();

  await expect(page).toHaveURL(/\/strategies\/strategy_/);
  await expect(page.getByRole('heading', { name: 'Quick cross' })).toBeVisible();
  const status = region(page, 'Strategy status');
  for (const figure of ['Realized PnL', 'Unrealized PnL', 'Position', 'Equity', 'Fees', 'Fast average']) {
    await expect(status.getByText(figure, { exact: true })).toBeVisible();
  }
  await expect(region(page, 'Signals').getByRole('row').nth(4)).toBeVisible({ timeout: 60_000 });
  await expect(
    region(page, 'Signals')
      .getByText(/SMA 1 \(.*\) crossed (above|below) SMA 2/)
      .first(),
  ).toBeVisible();
  await page.getByRole('tab', { name: /^Fills/ }).click();
  await expect(region(page, 'Fills').getByRole('row').nth(3)).toBeVisible({ timeout: 60_000 });
  await expect(
    region(page, 'Logs')
      .getByText(/\[SIGNAL\]/)
      .first(),
  ).toBeVisible();

  // A reload shows the same strategy, its fills and where one was.
  await page.reload();
  await expect(region(page, 'Fills').getByRole('row').nth(3)).toBeVisible();

  await page.getByRole('button', { name: 'Edit parameters' }).click();
  const editor = page.getByRole('dialog', { name: 'Edit parameters' });
  await expect(editor.getByRole('button', { name: 'Apply' })).toBeDisabled();
  await editor.getByLabel('Slow period', { exact: true }).fill('3');
  await editor.getByRole('button', { name: 'Apply' }).click();
  await expect(page.getByText('Slow period 3')).toBeVisible();

  await page.getByRole('button', { name: 'Pause' }).click();
  await expect(page.getByRole('button', { name: 'Resume' })).toBeVisible();
  await page.getByRole('button', { name: 'Resume' }).click();
  await expect(page.getByRole('button', { name: 'Pause' })).toBeVisible();

  await page.getByRole('button', { name: 'Stop strategy' }).click();
  const dialog = page.getByRole('dialog', { name: /^Stop Quick cross/ });
  const close = dialog.getByRole('checkbox', { name: 'Close position' });
  if (await close.isVisible()) await close.check();
  await dialog.getByRole('button', { name: 'Stop strategy' }).click();
  await expect(page.getByRole('button', { name: 'Start again' })).toBeVisible();
  await expect(page.getByText(/stopped by the trader|Stopped by/i).first()).toBeVisible();

  // The same again: the form holds it.
  await page.getByRole('button', { name: 'Start again' }).click();
  await expect(page.getByLabel('Slow period', { exact: true })).toHaveValue('3');
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('Quick cross');
});

test('a viewer may look and not start', async ({ openDesk }) => {
  const page = await openDesk(stage.engine.url, { role: 'viewer', path: paths.newStrategy({ strategy: 'macd' }) });
  await expect(page.getByLabel('Signal period', { exact: true })).toHaveValue('9');
  await expect(page.getByRole('button', { name: 'Start strategy' })).toBeDisabled();
});
