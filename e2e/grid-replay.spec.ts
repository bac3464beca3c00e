import type { Api } from './support/api.ts';
import { candleFile, type CandleFile } from './support/candles.ts';
import { exact, shows } from './support/exact.ts';
import { figure, fillIn, openNewGrid, startGrid } from './support/grid-page.ts';
import { figuresOf, fillsOnBars, type Fill, linesOf } from './support/grid-reference.ts';
import { Stage } from './support/stage.ts';
import { expect, modal, test, type Page } from './support/test.ts';

const BARS_PER_SECOND = 20;
const BAR_MS = 300_000;
const TICK = 0.1;
const COUNT = 40;

interface FillView extends Record<'level' | 'price' | 'amount' | 'fee', number> {
  readonly side: 'buy' | 'sell';
  readonly exact?: Readonly<Record<string, string>>;
}

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

async function lastBar(api: Api, symbol: string): Promise<{ ts: number; close: string }> {
  const params = { venue: 'replay', instrument: symbol, interval: '5m', limit: 1 };
  const { candles } = await api.command<{ candles: { ts: number; close: string }[] }>('market.candles', params);
  const last = candles.at(-1);
  if (last === undefined) throw new Error('the replay has no bars');
  return last;
}

/** In the order they happened. */
async function fillsOf(api: Api, id: string): Promise<Fill[]> {
  const { fills } = await api.command<{ fills: FillView[] }>('grid.fills', { id, limit: 2000 });
  return fills.reverse().map((fill) => ({
    level: fill.level,
    side: fill.side,
    price: fill.exact?.['price'] ?? String(fill.price),
    amount: fill.exact?.['amount'] ?? String(fill.amount),
    fee: fill.exact?.['fee'] ?? String(fill.fee),
  }));
}

async function expectFigures(page: Page, fills: readonly Fill[], invested: string, mark: string): Promise<void> {
  const figures = figuresOf(fills, exact(invested), exact(mark));
  expect(figures.realized + figures.unrealized, 'G8').toBe(figures.equity - exact(invested));
  const wanted = {
    'Realized PnL': figures.realized,
    'Unrealized PnL': figures.unrealized,
    'Grid profit': figures.gridProfit,
    Position: figures.position,
    Equity: figures.equity,
    Fees: figures.fees,
    Cycles: exact(figures.cycles),
  };
  for (const [label, value] of Object.entries(wanted)) {
    await expect
      .poll(async () => shows(await figure(page, label).innerText(), value), { message: `${label}: ${value}` })
      .toBe(true);
  }
}

test('G5, G8, G11, G14: a grid on a replay shows what the bars and its fills make of it', async ({ openDesk }) => {
  test.info().annotations.push({ type: 'data', description: file.recorded ? 'recorded candles' : 'synthetic candles' });
  const { api } = stage;
  const { instruments } = await api.command<{ instruments: { symbol: string }[] }>('market.instruments');
  const symbol = instruments[0]?.symbol ?? '';

  const page = await openDesk(stage.engine.url, { role: 'trader' });
  await openNewGrid(page);
  const price = Number((await lastBar(api, symbol)).close);
  const [lower, upper] = [Math.round(price * 0.94), Math.round(price * 1.06)];
  const form = { lower: String(lower), upper: String(upper), count: String(COUNT), investment: '5000' };
  await fillIn(page, form);
  const id = await startGrid(page);

  // The replay ends while the grid runs: from then on every figure stands still.
  const end = file.bars.at(-1);
  await expect.poll(async () => (await lastBar(api, symbol)).ts, { timeout: 120_000 }).toBe(end?.ts);
  const fills = await fillsOf(api, id);
  expect(fills.length).toBeGreaterThan(10);
  const shape = { lower, upper, count: COUNT, tick: TICK };

  // Every fill, in order, is one the bars make from some bar on: the one during which the grid was started.
  const lineFills = fills.filter(({ level }) => level >= 0).map(({ side, level }) => `${side} ${level}`);
  const starts = file.bars.map((_, start) => fillsOnBars(shape, file.bars, start).join());
  expect(starts).toContain(lineFills.join());
  const lines = linesOf(shape);
  for (const { level, side, price: paid } of fills.filter((fill) => fill.level >= 0)) {
    expect(Number(paid)).toBeCloseTo(Number(lines[side === 'buy' ? level : level + 1]) * TICK, 6);
  }

  await expectFigures(page, fills, '5000', String(end?.close));
  const { status } = await api.command<{ status: { active_buy_orders: number; active_sell_orders: number } }>(
    'grid.get',
    { id },
  );
  // G4: one order in each cell; the capital covers all of them here.
  expect(status.active_buy_orders + status.active_sell_orders).toBe(COUNT);
  await expect(figure(page, 'Active buy orders')).toHaveText(String(status.active_buy_orders));
  await expect(figure(page, 'Active sell orders')).toHaveText(String(status.active_sell_orders));

  await page.getByRole('button', { name: 'Stop grid' }).click();
  const dialog = modal(page);
  await dialog.getByRole('checkbox', { name: /close (the )?position/i }).check();
  await dialog.getByRole('button', { name: 'Stop grid' }).click();
  await expect(dialog).toBeHidden();
  await expect(figure(page, 'Active buy orders')).toHaveText('0');
  await expect(figure(page, 'Active sell orders')).toHaveText('0');
  await expectFigures(page, await fillsOf(api, id), '5000', String(end?.close));
  await expect(figure(page, 'Position')).toHaveText(/^0(\.0+)?\s*BTC/);
});
