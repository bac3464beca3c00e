import { describe, expect, test } from 'vitest';
import { Bench, START } from '../testing/harness.ts';
import { assertInvariants } from '../testing/invariants.ts';

/** A grid 90…110 × 10 started at 101. */
function started(params = {}, options = {}, instrument = {}): Bench {
  const bench = new Bench(options, instrument);
  bench.print(1010);
  expect(bench.start(params)).toMatchObject({ ok: true });
  return bench;
}

describe('start', () => {
  test('G5: cells at or above the price hold, the others buy; if the price is a line no order rests there', () => {
    const bench = new Bench();
    bench.print(1000);
    bench.start();
    expect(bench.orders()).toEqual([
      'buy 0 90',
      'buy 1 92',
      'buy 2 94',
      'buy 3 96',
      'buy 4 98',
      'sell 5 102',
      'sell 6 104',
      'sell 7 106',
      'sell 8 108',
      'sell 9 110',
    ]);
    expect(bench.fills()).toEqual(['buy -1 100 5.145']);
    expect(bench.engine.grid('g1')).toMatchObject({ quantity: '1.029', figures: { position: '5.145' } });
  });

  test('G5: without a trade the mid is the price', () => {
    const bench = new Bench();
    bench.quote(1000, 1010);
    bench.start();
    expect(bench.fills()[0]).toMatch(/^buy -1 100.5 /);
  });

  test('G5: a mid between two ticks counts against the trader', () => {
    const bench = new Bench();
    bench.quote(1000, 1001);
    bench.start();
    // At 100.05 the line at 100 lies below the price: its buy rests there, and the others are bought at 100.1.
    expect(bench.orders()).toContain('buy 5 100');
    expect(bench.fills()[0]).toMatch(/^buy -1 100.1 /);
  });

  test('G5: no price yet, or none since a gap: nothing starts', () => {
    const bench = new Bench();
    expect(bench.start()).toMatchObject({ ok: false, error: { code: 'VENUE_UNAVAILABLE' } });
    bench.print(1010);
    bench.send({ type: 'feed_gap', ts: (bench.now += 1), key: 'sim:BTC-USDC' });
    expect(bench.start()).toMatchObject({ ok: false, error: { code: 'VENUE_UNAVAILABLE' } });
    bench.print(1010);
    expect(bench.start()).toMatchObject({ ok: true });
  });

  test('G5: an order that would cross the book at placement fills at its own price as taker', () => {
    const bench = new Bench();
    bench.print(1010);
    bench.quote(1039, 1041);
    bench.start();
    expect(bench.fills()).toHaveLength(1);
    expect(bench.orders()).toContain('sell 6 104');

    const crossed = new Bench();
    crossed.print(1010);
    crossed.quote(1045, 1046);
    crossed.start();
    expect(crossed.effects.filter((effect) => effect.type === 'trade')).toMatchObject([
      { level: -1, side: 'buy', liquidity: 'taker' },
      { level: 6, side: 'sell', price: '104', liquidity: 'taker', fee: '0.2132' },
    ]);
    expect(crossed.orders()).toContain('buy 6 102');
    assertInvariants(crossed.engine);

    // A print after the quote says that this bid is gone.
    const stale = new Bench();
    stale.quote(1045, 1046);
    stale.print(1010);
    stale.start();
    expect(stale.fills()).toHaveLength(1);
  });

  test('G5: a market order slips and is rounded to the tick against the trader', () => {
    const bench = started({}, { slippage: '0.0003' });
    expect(bench.fills()[0]).toMatch(/^buy -1 101.1 /);
    bench.command({ action: 'grid.stop', id: 'g1', cancel_orders: true, close_position: true });
    expect(bench.fills().at(-1)).toMatch(/^sell -1 100.9 /);
  });

  test('G6: order_size alone invests what it needs exactly', () => {
    const bench = started({ investment: undefined, order_size: '0.25' });
    // Buys 90 92 94 96 98 100 plus 0.1 %, four cells at 101 plus 0.2 %.
    expect(bench.engine.grid('g1')?.figures).toMatchObject({ invested: '243.8445' });
    expect(bench.engine.accounts()[0]?.balances[0]).toMatchObject({ currency: 'USDC', reserved: '142.6425' });
  });
});

describe('prints', () => {
  test('G10: a print at a resting price fills it whole at maker fee, and its sell is placed at once', () => {
    const bench = started();
    const { effects, quiet } = bench.print(1000);
    expect(quiet).toBe(false);
    expect(effects.map((effect) => ('event' in effect ? `${effect.type} ${effect.event}` : effect.type))).toEqual([
      'order filled',
      'trade',
      'log',
      'order placed',
    ]);
    expect(effects).toMatchObject([
      { side: 'buy', level: 5, price: '100', amount: '1.025', position_after: '5.125' },
      { side: 'buy', fee: '0.1025', fee_currency: 'USDC', realized_pnl: '0', liquidity: 'maker', trade_id: '2' },
      { message: '[FILL] BUY 1.025 BTC @ 100 | position 5.125', source: 'grid.g1' },
      { side: 'sell', level: 5, price: '102' },
    ]);
    expect(bench.print(1001)).toEqual({ quiet: true, effects: [] });
  });

  test('G10: through needs a print beyond', () => {
    const bench = started({ fill_model: 'through' });
    expect(bench.print(1000).effects).toEqual([]);
    expect(bench.print(999).effects.length).toBeGreaterThan(0);
    expect(bench.fills().at(-1)).toBe('buy 5 100 1.025');
    expect(bench.print(1020).effects).toEqual([]);
    bench.print(1021);
    expect(bench.fills().at(-1)).toBe('sell 5 102 1.025');
  });

  test('G10: through and touch side by side', () => {
    const bench = started({ fill_model: 'through' });
    bench.start({}, 'g2');
    bench.print(1000);
    expect(bench.effects.flatMap((effect) => (effect.type === 'trade' ? effect.grid_id : []))).toEqual([
      'g1',
      'g2',
      'g2',
    ]);
    bench.print(999);
    bench.print(1020);
    expect(bench.engine.grids().map(({ cycles }) => cycles)).toEqual([0, 1]);
    bench.print(1021);
    expect(bench.engine.grids().map(({ cycles }) => cycles)).toEqual([1, 1]);
  });

  test('G12: a sell at the take profit itself is not filled: the limit goes first', () => {
    const bench = started({ take_profit_pct: '2', take_profit: '110.2' });
    // Cell 9 buys at 108 and would sell at 110.2.
    bench.bar(1010, 1102, 1005, 1050);
    const [last, before] = bench.fills().toReversed();
    expect(last).toMatch(/^sell -1 110.2 /);
    expect(before).toMatch(/^sell 8 108.2 /);
  });

  test('G10: a print that jumps lines fills them in crossing order', () => {
    const bench = started();
    bench.print(955);
    expect(bench.fills().slice(1)).toEqual(['buy 5 100 1.025', 'buy 4 98 1.025', 'buy 3 96 1.025']);
    bench.print(1030);
    expect(bench.fills().slice(4)).toEqual(['sell 3 98 1.025', 'sell 4 100 1.025', 'sell 5 102 1.025']);
    expect(bench.engine.grid('g1')).toMatchObject({ cycles: 3, total_trades: 7 });
  });

  test('G10: prints older than the order, or from before a gap, never fill it', () => {
    const bench = started();
    expect(bench.print(900, bench.now - 1).effects).toEqual([]);
    bench.send({ type: 'feed_gap', ts: bench.now + 10, key: 'sim:BTC-USDC' });
    expect(bench.print(900, bench.now + 9).effects).toEqual([]);
    bench.print(1000, bench.now + 10);
    expect(bench.fills().at(-1)).toBe('buy 5 100 1.025');
    expect(bench.now).toBeGreaterThan(START);
  });

  test('G10: quotes fill only in a market without trades', () => {
    const quotes = new Bench();
    quotes.quote(1009, 1011);
    quotes.start();
    quotes.quote(990, 1000);
    expect(quotes.fills().at(-1)).toBe('buy 5 100 1.025');
    quotes.quote(1020, 1030);
    expect(quotes.fills().at(-1)).toBe('sell 5 102 1.025');
    const trades = started();
    trades.quote(990, 1000);
    expect(trades.fills()).toHaveLength(1);
  });

  test('G7: a cell the quote does not cover is unfunded, reported once, and bought when a sell pays for it', () => {
    const fees = { makerFee: '0.15' };
    const params = { lower_price: '68', upper_price: '117', grid_count: 7, investment: '200', take_profit_pct: '4' };
    const bench = new Bench({ allowLosingGrids: true }, fees);
    bench.print(1009);
    expect(bench.start(params)).toMatchObject({ ok: true });
    for (let i = 0; i < 6; i += 1) {
      bench.print(700);
      bench.print(1090);
      assertInvariants(bench.engine);
    }
    const unfunded = bench.effects.filter((effect) => effect.type === 'risk' && effect.decision === 'unfunded');
    expect(unfunded.length).toBeGreaterThan(0);
    expect(bench.engine.grid('g1')?.unfunded).toBeGreaterThan(0);
  });

  test('G7a: with the fee in base a cell sells whole lots of what it received and keeps the dust', () => {
    const bench = started({}, {}, { feeCurrency: 'received', lotSize: '0.01' });
    bench.print(1000);
    expect(bench.fills().at(-1)).toBe('buy 5 100 1.02');
    expect(bench.effects.findLast((effect) => effect.type === 'trade')).toMatchObject({
      fee: '0.00102',
      fee_currency: 'BTC',
    });
    // 1.02 less 0.1 % is 1.01898: 1.01 is sold.
    bench.print(1020);
    expect(bench.fills().at(-1)).toBe('sell 5 102 1.01');
    // The dust of 0.00898 and the next 1.01898 make 1.02796.
    bench.print(1000);
    bench.print(1020);
    expect(bench.fills().at(-1)).toBe('sell 5 102 1.02');
  });
});

describe('bars', () => {
  test('G11: high first only when it is nearer to the open; what a leg placed fills on later legs only', () => {
    const near = started();
    near.bar(1010, 1020, 980, 1000);
    expect(near.fills().slice(1)).toEqual(['buy 5 100 1.025', 'buy 4 98 1.025', 'sell 4 100 1.025']);
    const tie = started();
    tie.bar(1010, 1020, 1000, 1010);
    expect(tie.fills().slice(1)).toEqual(['buy 5 100 1.025', 'sell 5 102 1.025']);
  });

  test('G11: the previous close to the open is a leg', () => {
    const bench = started();
    bench.bar(1010, 1011, 1009, 1010);
    bench.bar(985, 986, 984, 985);
    expect(bench.fills().slice(1)).toEqual(['buy 5 100 1.025']);
  });
});
