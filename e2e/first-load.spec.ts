import { bytesOf, untilFirstPrice } from './support/first-price.ts';
import { expect, test } from './support/test.ts';

const BUDGET = 110_000;

test('no more than 110 kB of JavaScript until the first live price', async ({ setStage, openDesk }) => {
  const { engine } = await setStage();
  const page = await openDesk(engine.url, { role: 'trader', path: null });
  const { scripts } = await untilFirstPrice(page, engine.url);
  expect(scripts.length).toBeGreaterThan(0);
  const sizes = scripts.map(({ path, gzip }) => `${path} ${gzip}`).join('\n');
  expect(bytesOf(scripts, 'gzip'), sizes).toBeLessThanOrEqual(BUDGET);
});
