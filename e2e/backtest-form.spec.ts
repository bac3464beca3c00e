/** From a file of candles to a run and a sweep, as a trader does it in the dashboard, on the real engine. */
import { paths } from '../src/ui/routing/routes.ts';
import { waves } from './support/candles.ts';
import { Stage } from './support/stage.ts';
import { expect, test } from './support/test.ts';

const file = (name: string, lines: readonly string[]) => ({
  name,
  mimeType: 'text/csv',
  buffer: Buffer.from(lines.join('\n')),
});

// The browser says on the console that a bad file was refused.
test.use({ tolerated: [/status of 400 .*\/data\/import/] });

let stage: Stage;
test.beforeAll(async () => {
  stage = await Stage.set();
});
test.afterAll(() => stage.strike());

test('G13, G19, G22: a file is imported, a grid runs over it as offered, a sweep shows its map', async ({
  openDesk,
}) => {
  const page = await openDesk(stage.engine.url, { role: 'trader', path: paths.backtests({ tab: 'data' }) });
  await page.getByRole('button', { name: 'Import data' }).click();
  const dialog = page.getByRole('dialog', { name: 'Import data' });
  const lines = waves(4320, 3_600_000);
  const spoiled = lines.with(7, lines[7]?.replace(/,10$/, '') ?? '').with(9, 'x,1,1,1,1,1');
  await dialog.getByLabel('File').setInputFiles(file('BTCUSDC-1h-waves.csv', spoiled));
  await expect(dialog.getByLabel('Symbol')).toHaveValue('BTC-USDC');
  await dialog.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(dialog.getByRole('listitem')).toHaveCount(2);
  await expect(dialog.getByRole('listitem').first()).toContainText(/8/);
  await dialog.getByLabel('File').setInputFiles(file('BTCUSDC-1h-waves.csv', lines));
  await dialog.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(page.getByText('BTCUSDC-1h-waves: 4,320 bars, 0 gaps')).toBeVisible();

  await page.getByRole('button', { name: 'Actions for BTCUSDC-1h-waves' }).click();
  await page.getByRole('menuitem', { name: 'Use in a backtest' }).click();
  await expect(page.getByLabel('Upper price', { exact: true })).not.toHaveValue('');
  await page.getByLabel('Slippage').fill('100');
  await page.getByRole('button', { name: 'Run backtest' }).click();
  await expect(page.getByLabel('Slippage')).toHaveAttribute('aria-invalid', 'true');
  await page.getByLabel('Slippage').fill('0.01');
  await page.getByLabel('Name').fill('As offered');
  await page.getByRole('button', { name: 'Run backtest' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'As offered' })).toBeVisible();

  await page.goto(stage.engine.url + paths.backtests());
  const row = page.getByRole('table', { name: 'Runs' }).getByRole('row', { name: /As offered/ });
  await expect(row).toContainText('Completed');
  await expect(row).toContainText('%');
  await page.getByRole('button', { name: 'Actions for As offered' }).click();
  await page.getByRole('menuitem', { name: 'Repeat' }).click();
  await expect(page.getByLabel('Name')).toHaveValue('As offered');

  await page.getByLabel('Strategy', { exact: true }).selectOption('dual_ma');
  await page.getByLabel('Sweep parameters').check();
  await page.getByRole('checkbox', { name: 'Fast period' }).check();
  await page.getByRole('checkbox', { name: 'Slow period' }).check();
  await expect(page.getByText(/^\d+ combinations$/)).toBeVisible();
  await page.getByLabel('Name').fill('Averages');
  await page.getByRole('button', { name: 'Run sweep' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Averages' })).toBeVisible();
  await expect(page.getByText('Completed')).toBeVisible({ timeout: 60_000 });
  const map = page.getByRole('button', { name: 'Heat map' });
  await map.focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await expect(page.locator('figcaption')).toContainText('Sharpe');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Open as backtest' }).click();
  await expect(page).toHaveURL(/\/backtests\/[^/]+$/);
});
