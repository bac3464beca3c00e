import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decimal } from '#domain/decimal.ts';
import { ONE } from '../ledger/money.ts';
import { Bench, PARAMS } from '../testing/harness.ts';
import { percent } from './preview.ts';

function previewed(params = {}, options = {}, instrument = {}, price = 1010) {
  const bench = new Bench(options, instrument);
  bench.print(price);
  const result = bench.engine.preview({ ...PARAMS, ...params });
  if (!result.ok) throw new RangeError(result.error.message);
  return result.preview;
}

/** Would take minutes if every count's every line were compared in whole numbers. */
test('G7: a thousand losing cells on a very fine tick are answered at once, with the largest count that earns', () => {
  const bench = new Bench({}, { tickSize: '0.00000001', makerFee: '0.0008' }, 8);
  bench.print(6_500_000_000_000);
  const range = { lower_price: '50000', upper_price: '80000', spacing: 'geometric', investment: '90000' } as const;
  const refused = bench.start({ ...range, grid_count: 1000 });
  expect(refused).toMatchObject({
    error: { issues: [{ path: 'grid_count', message: expect.stringContaining('at most 293 earn') }] },
  });
  expect(bench.start({ ...range, grid_count: 294 })).toMatchObject({ ok: false });
  expect(bench.start({ ...range, grid_count: 293 })).toMatchObject({ ok: true });
});

describe('preview', () => {
  test('G9: says what the start will do', () => {
    expect(previewed({ stop_loss: '80' }, { slippage: '0.001' })).toEqual({
      price: '101',
      lines: ['90', '92', '94', '96', '98', '100', '102', '104', '106', '108', '110'],
      quantity: '1.024',
      invested: '1000',
      buys: 6,
      sells: 4,
      // 101.101 is rounded up to the tick.
      initial_purchase: { amount: '4.096', price: '101.2', cost: '415.3442304' },
      // (92 · 0.999 − 90 · 1.001) / (90 · 1.001) and (110 · 0.999 − 108 · 1.001) / (108 · 1.001).
      profit_per_grid_pct: { lowest: '2.017982017982', highest: '1.648351648352' },
      minimum_investment: '11.7141552',
      worst_case: {
        lower: { price: '90', equity: '921.9920896', pnl: '-78.0079104' },
        // Sold at 79.9 less 0.2 %.
        stop: { price: '80', equity: '816.9317376', pnl: '-183.0682624' },
      },
      warnings: [],
    });
  });

  test('G9: a grid above or below its range, a losing one, a coarse lot and a thin book are warned of', () => {
    const codes = (warnings: readonly { code: string }[]) => warnings.map(({ code }) => code);
    expect(codes(previewed({}, {}, {}, 1200).warnings)).toEqual(['price_outside_range']);
    expect(codes(previewed({}, {}, {}, 800).warnings)).toEqual(['price_outside_range']);
    expect(codes(previewed({ lower_price: '100', upper_price: '101' }).warnings)).toContain('cell_loses');
    expect(codes(previewed({}, {}, { lotSize: '1', minSize: '1' }).warnings)).toEqual([]);
    expect(codes(previewed({ investment: '1900' }, {}, { lotSize: '1', minSize: '1' }).warnings)).toEqual([
      'lot_rounding',
    ]);
    const bench = new Bench();
    bench.print(1010);
    const depth = (amount: string) => {
      const result = bench.engine.preview(PARAMS, { amount });
      return result.ok ? codes(result.preview.warnings) : [];
    };
    expect(depth('4')).toEqual(['book_depth']);
    expect(depth('4.1')).toEqual([]);
  });

  test('G9: there is nothing to preview without a price', () => {
    expect(new Bench().engine.preview(PARAMS)).toMatchObject({ ok: false, error: { code: 'VENUE_UNAVAILABLE' } });
  });

  test('G9: fee in base, s/p·(1−f)² − 1', () => {
    expect(previewed({}, {}, { feeCurrency: 'received' }).profit_per_grid_pct.lowest).toBe('2.01788');
  });

  test('G9: with the fee in quote a completed cycle realizes what the preview said, to the digit', () => {
    const grid = fc.record({
      lower_price: fc.integer({ min: 500, max: 990 }).map((value) => String(value / 10)),
      upper_price: fc.integer({ min: 1011, max: 1500 }).map((value) => String(value / 10)),
      grid_count: fc.integer({ min: 2, max: 30 }),
      spacing: fc.constantFrom('arithmetic' as const, 'geometric' as const),
      take_profit_pct: fc.constantFrom('0', '0.55', '3'),
    });
    const prices = fc.array(fc.integer({ min: 450, max: 1600 }), { minLength: 20, maxLength: 60 });
    fc.assert(
      fc.property(grid, fc.constantFrom('0', '0.0008', '0.001'), prices, (params, makerFee, path) => {
        const bench = new Bench({}, { makerFee });
        bench.print(1010);
        const whole = { ...PARAMS, ...params };
        const result = bench.engine.preview(whole);
        if (!result.ok || bench.start(params).ok === false) return;
        const { preview } = result;
        expect(bench.engine.grid('g1')).toMatchObject({ quantity: preview.quantity, active_buy_orders: preview.buys });
        const first = bench.effects.find((effect) => effect.type === 'trade');
        if (preview.sells > 0) expect(first).toMatchObject({ amount: preview.initial_purchase.amount });
        for (const price of path) bench.print(price);
        checkCycles(bench, preview.lines, preview.profit_per_grid_pct, makerFee);
      }),
      { numRuns: 120 },
    );
  });
});

/** Every sale of a line buy in the lowest and the highest cell against the percentage the preview gave. */
function checkCycles(
  bench: Bench,
  lines: readonly string[],
  said: { readonly lowest: string; readonly highest: string },
  makerFee: string,
): void {
  const lineBought = new Set<number>();
  const top = lines.length - 2;
  for (const effect of bench.effects) {
    if (effect.type !== 'trade' || effect.level < 0) continue;
    if (effect.side === 'buy') lineBought.add(effect.level);
    else if (lineBought.has(effect.level) && (effect.level === 0 || effect.level === top)) {
      const at = (text: string, scale: number) => {
        const { units, scale: own } = decimal(text);
        return units * 10n ** BigInt(scale - own);
      };
      const price = at(lines[effect.level] ?? '0', 18);
      const cost = (price * at(effect.amount, 18) * (ONE + at(makerFee, 18))) / ONE;
      const gain = at(effect.realized_pnl, 36);
      expect(percent({ gain, cost })).toBe(effect.level === 0 ? said.lowest : said.highest);
    }
  }
}
