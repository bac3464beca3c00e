import { describe, expect, test } from 'vitest';
import { restoreEngine } from './create-engine.ts';
import { defaultRiskLimits } from './risk/limits.ts';
import { Bench, INSTRUMENT, OPTIONS } from './testing/harness.ts';
import { assertInvariants } from './testing/invariants.ts';

describe('instruments and prices', () => {
  test('G5: market prices with more decimals than the tick fill exactly', () => {
    const bench = new Bench({}, {}, 3);
    bench.print(101_037);
    bench.start();
    // 101.037 is rounded up to the tick, against the trader.
    expect(bench.fills()[0]).toMatch(/^buy -1 101.1 /);
    expect(bench.print(100_001).effects).toEqual([]);
    bench.print(100_000);
    expect(bench.fills().at(-1)).toMatch(/^buy 5 100 /);
    bench.print(101_037);
    expect(bench.engine.grid('g1')?.figures.current_price).toBe('101.037');
    assertInvariants(bench.engine);
  });

  test('listed anew with more or fewer decimals, prices, orders and limits stay what they were', () => {
    const bench = new Bench();
    bench.print(1010);
    bench.start({ stop_loss: '80' });
    const before = bench.engine.grid('g1');
    const orders = bench.engine.openOrders();
    bench.send({ type: 'instrument', ts: bench.now, instrument: INSTRUMENT, priceDecimals: 3 });
    expect(bench.engine.grid('g1')).toEqual(before);
    expect(bench.engine.openOrders()).toEqual(orders);
    expect(bench.print(100_001).effects).toEqual([]);
    bench.send({ type: 'instrument', ts: bench.now, instrument: INSTRUMENT, priceDecimals: 1 });
    bench.print(1000);
    expect(bench.fills().at(-1)).toMatch(/^buy 5 100 /);
    const text = bench.engine.snapshot();
    expect(restoreEngine(text, OPTIONS).snapshot()).toBe(text);
    bench.print(799);
    expect(bench.engine.grid('g1')?.state).toBe('stop_loss');
    bench.send({ type: 'instrument', ts: bench.now, instrument: INSTRUMENT, priceDecimals: 5 });
    expect(bench.engine.grid('g1')?.figures.current_price).toBe('79.9');
    assertInvariants(bench.engine);
  });

  test('a running grid keeps its rules when the instrument changes them; a re-grid takes the new ones', () => {
    const bench = new Bench();
    bench.print(1010);
    bench.start();
    bench.send({ type: 'instrument', ts: bench.now, instrument: { ...INSTRUMENT, makerFee: '0' }, priceDecimals: 1 });
    bench.print(1000);
    expect(bench.effects.findLast((effect) => effect.type === 'trade')).toMatchObject({ fee: '0.1025' });
    bench.command({ action: 'grid.update_params', id: 'g1', params: { grid_count: 5 } });
    bench.print(980);
    expect(bench.effects.findLast((effect) => effect.type === 'trade')).toMatchObject({ side: 'buy', fee: '0' });
  });

  test('the same listing again changes nothing and is quiet', () => {
    const bench = new Bench();
    const before = bench.engine.snapshot();
    expect(bench.send({ type: 'instrument', ts: bench.now, instrument: INSTRUMENT, priceDecimals: 1 }).quiet).toBe(
      true,
    );
    expect(bench.engine.snapshot()).toBe(before);
  });

  test('an instrument that cannot be traded exactly is not listed, and the log says why', () => {
    const bench = new Bench();
    const broken = { ...INSTRUMENT, symbol: 'X-USDC', tickSize: '0.0000000000000000001' };
    const { effects } = bench.send({ type: 'instrument', ts: bench.now, instrument: broken, priceDecimals: 1 });
    expect(effects).toMatchObject([
      { type: 'log', level: 'error', message: 'sim:X-USDC cannot be traded: unusable tick size' },
    ]);
    expect(bench.start({ pair: 'X-USDC' })).toMatchObject({ error: { issues: [{ path: 'pair' }] } });
  });

  test('impossible prices are ignored', () => {
    const bench = new Bench();
    bench.print(1010);
    bench.start();
    for (const price of [0, -5, NaN, Infinity, 0.5, 2 ** 53]) expect(bench.print(price).effects).toEqual([]);
    bench.bar(900, 800, 1000, 900);
    expect(bench.fills()).toHaveLength(1);
    expect(bench.engine.grid('g1')?.figures.current_price).toBe('101');
  });

  test('G2: each quote currency starts once, and everything is valued in the first', () => {
    const bench = new Bench();
    const eth = { ...INSTRUMENT, symbol: 'ETH-USDC', base: 'ETH' };
    bench.send({ type: 'instrument', ts: bench.now, instrument: eth, priceDecimals: 1 });
    bench.print(1010);
    bench.start();
    bench.print(1030);
    // 4.1 BTC bought at 101 less 0.8282, now worth 103.
    expect(bench.engine.accounts()).toMatchObject([
      { venue: 'sim', currency: 'USDC', equity: '100007.3718', total_pnl: '7.3718', today_pnl: '7.3718' },
    ]);
    expect(bench.engine.accounts()[0]?.balances.map(({ currency, total }) => [currency, total])).toEqual([
      ['USDC', '99585.0718'],
      ['BTC', '4.1'],
      ['ETH', '0'],
    ]);
  });

  test('G18: the minute the daily loss was last looked at survives a restart', () => {
    const options = { ...OPTIONS, risk: defaultRiskLimits('100000') };
    const bench = new Bench(options);
    const clock = { type: 'clock', ts: bench.now } as const;
    expect(bench.send(clock).quiet).toBe(false);
    expect(restoreEngine(bench.engine.snapshot(), options).process(clock).quiet).toBe(true);
  });

  test('a snapshot of another version, or no snapshot at all, is refused', () => {
    expect(() => restoreEngine('{', OPTIONS)).toThrow('not JSON');
    expect(() => restoreEngine('{"version":0}', OPTIONS)).toThrow('version');
  });

  test('a name that looks like a number in the snapshot stays a name', () => {
    const bench = new Bench();
    bench.print(1010);
    bench.start({ name: '{"n":"5"}' });
    expect(restoreEngine(bench.engine.snapshot(), OPTIONS).grid('g1')?.params.name).toBe('{"n":"5"}');
    expect(bench.print(1010)).toEqual({ quiet: true, effects: [] });
    expect(bench.send({ type: 'print', ts: 0, key: 'moon:X', price: 1 }).quiet).toBe(true);
  });
});
