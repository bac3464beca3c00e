import { Cable } from './support/cable.ts';
import { figure, openNewGrid } from './support/grid-page.ts';
import { Stage } from './support/stage.ts';
import { expect, test } from './support/test.ts';

let stage: Stage;
let cable: Cable;

test.beforeAll(async () => {
  stage = await Stage.set();
  cable = await Cable.to(stage.engine.port);
});

test.afterAll(async () => {
  await cable.dispose();
  await stage.strike();
});

test.use({ tolerated: [/WebSocket connection to|ERR_(?:CONNECTION|EMPTY|SOCKET)/] });

test('Z12, Z13, Z17: cut off and back: a banner, no lost fill, a command sent once', async ({ openDesk }) => {
  const page = await openDesk(cable.url, { role: 'trader' });
  await openNewGrid(page);
  await page.getByLabel('Investment', { exact: true }).fill('3000');
  const banner = page.getByRole('alert').filter({ hasText: 'out of reach' });
  const started = async () => {
    const { grids } = await stage.api.command<{ grids: { id: string }[] }>('grid.list');
    return grids.map((grid) => grid.id);
  };

  // The engine gets the command, its answer never arrives, and the cable goes.
  cable.deafen();
  await page.getByRole('button', { name: 'Start grid' }).click();
  await expect.poll(started).toHaveLength(1);
  cable.cut();
  await expect(banner).toBeVisible();
  await expect(page.getByLabel('Investment', { exact: true })).toHaveValue('3000');
  cable.mend();
  // Sent again with the same id it is answered, not carried out again.
  await page.waitForURL(/\/grids\/grid_/, { timeout: 60_000 });
  await expect(figure(page, 'Active buy orders')).toHaveText(/[1-9]/);
  const ids = await started();
  expect(ids).toHaveLength(1);
  const [id = ''] = ids;
  expect(page.url()).toContain(id);

  // While the page hears nothing, the grid trades on; afterwards the page shows every fill, each once.
  cable.cut();
  await expect(banner).toBeVisible();
  const fillCount = async () => {
    const { fills } = await stage.api.command<{ fills: unknown[] }>('grid.fills', { id, limit: 2000 });
    return fills.length;
  };
  const before = await fillCount();
  await expect.poll(fillCount, { timeout: 150_000 }).toBeGreaterThan(before);
  cable.mend();
  await expect(banner).toBeHidden({ timeout: 60_000 });
  await stage.api.command('grid.pause', { id });
  await page.getByRole('tab', { name: /^Fills/ }).click();
  const rows = page.getByRole('table', { name: 'Fills' }).locator('tbody tr');
  await expect(rows).toHaveCount(await fillCount());
});
