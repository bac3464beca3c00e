import { figure, openNewGrid, startGrid } from './support/grid-page.ts';
import { Api } from './support/api.ts';
import { Stage, users } from './support/stage.ts';
import { expect, test } from './support/test.ts';

let stage: Stage;

test.beforeAll(async () => {
  stage = await Stage.set();
});

test.afterAll(() => stage.strike());

test.use({ tolerated: [/WebSocket connection to|ERR_CONNECTION/] });

interface Book {
  readonly fills: readonly { readonly trade_id: string }[];
  readonly orders: readonly { readonly order_id: string; readonly price: number }[];
}

test('G18: after a power cut everything is still there, and trades on', async ({ openDesk }) => {
  const page = await openDesk(stage.engine.url, { role: 'admin' });
  await openNewGrid(page);
  const id = await startGrid(page);
  await expect(figure(page, 'Active buy orders')).toHaveText(/[1-9]/);
  const read = async (api: Api): Promise<Book> => ({
    ...(await api.command<Pick<Book, 'fills'>>('grid.fills', { id, limit: 2000 })),
    ...(await api.command<Pick<Book, 'orders'>>('grid.orders', { id, limit: 2000, state: 'open' })),
  });
  await expect.poll(async () => (await read(stage.api)).fills.length, { timeout: 150_000 }).toBeGreaterThan(1);
  const before = await read(stage.api);

  await stage.engine.kill();
  await stage.engine.run();
  const api = await Api.signIn(stage.engine.url, users.admin);
  const after = await read(api);

  // What was acknowledged is there, once; what came after the cut only adds to it.
  const ids = after.fills.map((fill) => fill.trade_id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toEqual(expect.arrayContaining(before.fills.map((fill) => fill.trade_id)));
  expect(after.orders.length).toBe(before.orders.length);

  // The page finds back by itself and shows the grid at work.
  await expect(page.getByText('out of reach')).toHaveCount(0, { timeout: 60_000 });
  await expect.poll(async () => (await read(api)).fills.length, { timeout: 150_000 }).toBeGreaterThan(ids.length);
  await page.getByRole('tab', { name: /^Fills/ }).click();
  await api.command('grid.pause', { id });
  const rows = page.getByRole('table', { name: 'Fills' }).locator('tbody tr');
  await expect(rows).toHaveCount((await read(api)).fills.length);
  api.close();
});
