import { Stage } from './support/stage.ts';
import { expect, modal, test } from './support/test.ts';

let stage: Stage;

test.beforeAll(async () => {
  stage = await Stage.set();
});

test.afterAll(() => stage.strike());

const startedGrid = () => stage.startGrid(0.04, { grid_count: 20, investment: 5_000 });

test('G17: the kill switch stops every grid, says so, and only an admin lets trading begin again', async ({
  openDesk,
}) => {
  const ids = [await startedGrid(), await startedGrid()];
  const page = await openDesk(stage.engine.url, { role: 'trader', path: '/grids' });
  await page.getByRole('button', { name: 'Kill switch' }).click();
  const dialog = modal(page);
  const activate = dialog.getByRole('button', { name: 'Activate' });
  await dialog.getByLabel('Reason').fill('drill');
  await activate.click();
  const stopped = dialog
    .locator('div')
    .filter({ has: page.getByText('Grids stopped', { exact: true }) })
    .last();
  await expect(stopped.locator('dd')).toHaveText('2');
  await page.keyboard.press('Escape');

  for (const id of ids) {
    const grid = await stage.api.command<{ state: string }>('grid.get', { id });
    expect(grid.state).toBe('stopped');
  }
  await expect(page.getByRole('alert').filter({ hasText: /kill switch/i })).toContainText('drill');
  await expect(page.getByRole('button', { name: 'Deactivate' })).toBeDisabled();
  await expect(stage.api.command('grid.resume', { id: ids[0] })).rejects.toThrow();
  await expect(startedGrid()).rejects.toThrow('KILL_SWITCH_ACTIVE');

  const admin = await openDesk(stage.engine.url, { role: 'admin' });
  await admin.getByRole('button', { name: 'Deactivate' }).first().click();
  const asked = modal(admin);
  await asked.getByLabel('Reason').fill('drill over');
  await asked.getByRole('button', { name: 'Deactivate' }).click();
  await expect(page.getByRole('alert').filter({ hasText: /kill switch/i })).toHaveCount(0);
  // Nothing comes back by itself.
  for (const id of ids) {
    const grid = await stage.api.command<{ state: string }>('grid.get', { id });
    expect(grid.state).toBe('stopped');
  }
  await startedGrid();
});
