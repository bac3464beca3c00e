import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Instrument } from '#domain/instrument.ts';
import { seededRandom } from '#domain/random.ts';
import { buyCost, marketPrice, notional, parseRules, type Rules } from '../instrument-rules.ts';
import { valueOf } from '../ledger/grid-ledger.ts';
import { BASE_SCALE, parseUnits, QUOTE_SCALE, share } from '../ledger/money.ts';
import { pick, walkColumns, walkRows } from '../testing/candle-walks.ts';
import { quoteNumber } from './grid-core-money.ts';
import { parseSignalCase } from './signal-case.ts';
import { runSignalCore } from './signal-core.ts';
import { PairMoney } from './signal-kernel-pairs.ts';
import { MarketPrices } from './signal-kernel-price.ts';
import { runSignalKernel } from './signal-kernel.ts';

function rulesOf(given: Partial<Instrument>, priceDecimals: number): Rules {
  const rules = parseRules(
    {
      venue: 'backtest',
      symbol: 'BASE-QUOTE',
      base: 'BASE',
      quote: 'QUOTE',
      tickSize: '0.01',
      lotSize: '0.00000001',
      minSize: '0',
      minNotional: '0',
      makerFee: '0',
      takerFee: '0.0005',
      feeCurrency: 'quote',
      ...given,
    },
    priceDecimals,
  );
  if (typeof rules === 'string') throw new RangeError(rules);
  return rules;
}

const seeds = fc.integer({ min: 1, max: 2 ** 31 });
const SOME: readonly [Partial<Instrument>, ...Partial<Instrument>[]] = [
  {},
  { takerFee: '0' },
  { lotSize: '0.005', takerFee: '0.4' },
  { lotSize: '3', takerFee: '0.00075' },
];

describe('money in pairs of doubles (G2)', () => {
  test('is that of BigInts, fill by fill, and its doubles are the nearest', () => {
    let fills = 0;
    let beyond = 0;
    fc.assert(
      fc.property(seeds, (seed) => {
        const random = seededRandom(seed);
        const rules = rulesOf(pick(random, SOME), 2);
        const capital = parseUnits(pick(random, ['0.5', '10000', '98765432.123456789', '7e12']), QUOTE_SCALE) ?? 0n;
        const money = PairMoney.of(rules, capital);
        expect(money).toBeDefined();
        if (!money) return;
        let [cash, lots, basis, realized, fees] = [capital, 0n, 0n, 0n, 0n];
        for (let turn = 0; turn < 12; turn += 1) {
          const price = 1 + Math.floor(random() * 10 ** Math.floor(1 + random() * 7));
          const mark = 1 + Math.floor(random() * 9_000_000);
          const closes = lots !== 0n;
          const unit = random() < 0.5 ? 1 : 7;
          const count = cash > 0n ? cash / buyCost(rules, rules.lot * BigInt(unit), price, rules.taker) : 0n;
          const most = cash > 0n ? money.affordable(price, unit) : 0;
          if (cash > 0n && !Number.isNaN(most)) expect(BigInt(most)).toBe(count * BigInt(unit));
          const amount = closes ? (lots < 0n ? -lots : lots) : Number.isNaN(most) ? 0n : BigInt(most);
          if (amount === 0n) {
            beyond += 1;
            return;
          }
          const side = (closes ? lots < 0n : random() < 0.5) ? 1 : -1;
          const value = notional(rules, amount * rules.lot, price);
          expect(money.isBelow(Number(amount), price, value)).not.toBe(true);
          expect(money.isBelow(Number(amount), price, value + 1n)).not.toBe(false);
          const fee = share(value, rules.taker);
          const moved = side > 0 ? -(value + fee) : value - fee;
          if (!money.fill(side, Number(amount), price, closes, true)) return;
          fills += 1;
          cash += moved;
          lots += BigInt(side) * amount;
          fees += fee;
          const gain = closes ? moved - basis : 0n;
          realized += gain;
          basis = closes ? 0n : -moved;
          expect(money.lastFee).toBe(quoteNumber(fee));
          expect(money.lastRealized).toBe(quoteNumber(gain));
          expect(money.unitsOf(money.cash)).toBe(cash);
          expect(money.unitsOf(money.basis)).toBe(basis);
          expect(money.unitsOf(money.realized)).toBe(realized);
          expect(money.unitsOf(money.fees)).toBe(fees);
          expect(BigInt(money.lots)).toBe(lots);
          const worth = cash + valueOf(lots * rules.lot, mark, 2);
          expect(money.at(mark)).toBe(quoteNumber(worth));
          expect(money.isUsedUp(mark)).toBe(worth <= 0n);
        }
      }),
      { numRuns: 3000 },
    );
    expect([fills > 10_000, beyond > 10]).toEqual([true, true]);
  });

  test('is not begun where fees leave dust, or where a lot is beyond doubles', () => {
    expect(PairMoney.of(rulesOf({ feeCurrency: 'received' }, 2), 1n)).toBeUndefined();
    expect(PairMoney.of(rulesOf({ lotSize: '1e12' }, 14), 10n ** 36n)).toBeUndefined();
  });

  test('a run whose prices are too fine for them goes on in BigInts, as the core', () => {
    for (const seed of [1, 2, 3]) {
      const columns = walkColumns(walkRows(seed, 200));
      const signalCase = parseSignalCase(
        {
          strategy: 'dual_ma',
          params: { fast_period: 2, slow_period: 5, allow_short: true },
          instrument: { tick_size: '0.00000000001' },
        },
        columns.priceDecimals,
      );
      const options = { samples: Int32Array.of(7, 50) };
      const trace = runSignalKernel(signalCase, columns, options);
      expect(trace.fills.length).toBeGreaterThan(10);
      expect(trace).toEqual(runSignalCore(signalCase, columns, options));
    }
  });
});

test('market prices in doubles are those of BigInts (G5)', () => {
  const slippages: readonly [string, ...string[]] = [
    '0',
    '0.0001',
    '0.02',
    '0.000000000000001',
    '0.123456789012345678',
    '0.999999999999999999',
  ];
  fc.assert(
    fc.property(seeds, fc.integer({ min: 1, max: 10 ** 15 }), (seed, around) => {
      const random = seededRandom(seed);
      const rules = rulesOf({ tickSize: pick(random, ['0.01', '0.05', '3', '1000']) }, 2);
      const slippage = pick(random, slippages);
      const prices = new MarketPrices(rules, slippage);
      const rate = parseUnits(slippage, BASE_SCALE) ?? 0n;
      const price = Math.max(1, Math.floor(around / 10 ** Math.floor(random() * 15)));
      for (const side of ['buy', 'sell'] as const) {
        expect(prices.at(price, side)).toBe(marketPrice(rules, price, side, rate));
      }
    }),
    { numRuns: 3000 },
  );
});
