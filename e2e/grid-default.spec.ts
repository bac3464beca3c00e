import { figure, openNewGrid, startGrid } from './support/grid-page.ts';
import { Stage } from './support/stage.ts';
import { expect, modal, test } from './support/test.ts';

let stage: Stage;

test.beforeAll(async () => {
  stage = await Stage.set();
});

test.afterAll(() => stage.strike());

test('the form as it is offered starts a grid that trades at once', async ({ openDesk }) => {
  const page = await openDesk(stage.engine.url, { role: 'trader' });
  await openNewGrid(page);
  const id = await startGrid(page);
  const lineFills = async () => {
    const { fills } = await stage.api.command<{ fills: { level: number }[] }>('grid.fills', { id });
    return fills.filter(({ level }) => level >= 0).length;
  };
  // A minute is enough for 97 grids in 100 (measured); a test has to wait for the others too.
  await expect.poll(lineFills, { timeout: 150_000 }).toBeGreaterThan(0);
  // The page shows them without being asked.
  await page.getByRole('tab', { name: /^Fills/ }).click();
  await expect(page.getByRole('region', { name: 'Fills' }).getByRole('row').nth(1)).toContainText(/buy|sell/i);
  await expect(figure(page, 'Fees')).toHaveText(/[1-9]/);
});

test('Z15: what only the engine knows lands on the field it is about', async ({ openDesk }) => {
  const page = await openDesk(stage.engine.url, { role: 'trader' });
  await openNewGrid(page);
  // A cell this small is the form's to send and the engine's to refuse.
  await page.getByLabel('Investment', { exact: true }).fill('1');
  await page.getByRole('button', { name: 'Start grid' }).click();
  const investment = page.getByLabel('Investment', { exact: true });
  await expect(investment).toHaveAttribute('aria-invalid', 'true');
  await expect(investment).toHaveAccessibleDescription(/minimum/i);
  await expect(page).toHaveURL(/\/grids\/new/);
  // Nothing typed is lost.
  await expect(investment).toHaveValue('1');
});

test('G3: the form says itself what cannot be', async ({ openDesk }) => {
  const page = await openDesk(stage.engine.url, { role: 'trader' });
  await openNewGrid(page);
  const upper = page.getByLabel('Upper price', { exact: true });
  await upper.fill('1');
  await page.getByRole('button', { name: 'Start grid' }).click();
  await expect(upper).toHaveAttribute('aria-invalid', 'true');
  await page.getByLabel('Grid count', { exact: true }).fill('1');
  await page.getByRole('button', { name: 'Start grid' }).click();
  await expect(page.getByLabel('Grid count', { exact: true })).toHaveAttribute('aria-invalid', 'true');
  const { grids } = await stage.api.command<{ grids: { config: { grid_count: number } }[] }>('grid.list');
  expect(grids.filter(({ config }) => config.grid_count === 1)).toEqual([]);
});

test('two browsers see the same, with the keyboard alone in one of them', async ({ openDesk }) => {
  const [trader, viewer] = [
    await openDesk(stage.engine.url, { role: 'trader', path: '/grids/new' }),
    await openDesk(stage.engine.url, { role: 'viewer', path: '/grids' }),
  ];
  await expect(trader.getByLabel('Upper price', { exact: true })).not.toHaveValue('');
  // From the field to the button by Tab, as far as it takes.
  await trader.getByLabel('Investment', { exact: true }).focus();
  await trader.keyboard.press('ControlOrMeta+A');
  await trader.keyboard.type('2000');
  const start = trader.getByRole('button', { name: 'Start grid' });
  await expect(async () => {
    await trader.keyboard.press('Tab');
    await expect(start).toBeFocused({ timeout: 50 });
  }).toPass();
  await trader.keyboard.press('Enter');
  await trader.waitForURL(/\/grids\/grid_/);
  const id = /grid_[0-9a-f]+/.exec(trader.url())?.[0] ?? '';

  const shownToViewer = viewer.locator(`a[href*="${id}"]`).first();
  await expect(shownToViewer).toBeVisible();
  await shownToViewer.focus();
  await viewer.keyboard.press('Enter');
  await expect(figure(viewer, 'Active buy orders')).toHaveText(/[1-9]/);
  // A viewer may look only (Z7).
  await expect(viewer.getByRole('button', { name: 'Stop grid' })).toBeDisabled();

  const stop = trader.getByRole('button', { name: 'Stop grid' });
  await stop.focus();
  await trader.keyboard.press('Enter');
  const confirm = modal(trader).getByRole('button', { name: 'Stop grid' });
  await expect(async () => {
    await trader.keyboard.press('Tab');
    await expect(confirm).toBeFocused({ timeout: 50 });
  }).toPass();
  await trader.keyboard.press('Enter');
  for (const page of [trader, viewer]) {
    await expect(figure(page, 'Active buy orders')).toHaveText('0');
    await expect(figure(page, 'Active sell orders')).toHaveText('0');
  }
  for (const label of ['Realized PnL', 'Grid profit', 'Fees', 'Cycles', 'Position']) {
    const text = await figure(trader, label).innerText();
    await expect(figure(viewer, label)).toHaveText(text);
  }
});
