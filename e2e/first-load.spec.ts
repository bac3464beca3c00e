import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Stage } from './support/stage.ts';
import { expect, test } from './support/test.ts';

const BUDGET = 110_000;

let stage: Stage;

test.beforeAll(async () => {
  stage = await Stage.set();
});

test.afterAll(() => stage.strike());

test('no more than 110 kB of JavaScript until the first live price', async ({ openDesk }) => {
  const page = await openDesk(stage.engine.url, { role: 'trader', path: '/healthz' });
  const asked: string[] = [];
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.endsWith('.js')) asked.push(pathname);
  });
  await page.goto(stage.engine.url);
  await expect(page.locator('[data-price]').first()).toHaveText(/\d/);
  const bytes = asked.map((path) => readFileSync(resolve(`dist/web${path}.gz`)).length);
  expect(asked.length).toBeGreaterThan(0);
  expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(BUDGET);
});
