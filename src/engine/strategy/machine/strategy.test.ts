import { describe, expect, test } from 'vitest';
import { createEngine, restoreEngine } from '../../create-engine.ts';
import { defaultRiskLimits } from '../../risk/limits.ts';
import { Bench, INSTRUMENT, KEY, OPTIONS } from '../../testing/harness.ts';
import { assertInvariants } from '../../testing/invariants.ts';

/** Prints before any candle lie in the minute of the warm-up. */
function running(...args: ConstructorParameters<typeof Bench>): Bench {
  const bench = new Bench(...args);
  bench.print(1000);
  expect(bench.startStrategy()).toMatchObject({ ok: true, status: 'running' });
  return bench;
}

const of = (bench: Bench, id = 's1') => {
  const strategy = bench.engine.strategy(id);
  if (!strategy) throw new Error(`no strategy ${id}`);
  return strategy;
};

describe('decisions and fills', () => {
  test('G19: decided at a close, filled at market by the next price, slipped and rounded to the tick against the trader', () => {
    const bench = running({ slippage: '0.0005' });
    bench.candle(1010);
    expect(of(bench)).toMatchObject({ target: 'long', waiting: true, signals: 1, last_bar: bench.now - 60_000 });
    expect(bench.strategyFills()).toEqual([]);
    bench.print(1012);
    // 101.2 · 1.0005 = 101.2506 → 101.3; lots of 0.001 at 101.3 · 1.002: 9.851.
    expect(bench.strategyFills()).toEqual(['buy 101.3 9.851 0']);
    expect(of(bench)).toMatchObject({ waiting: false, figures: { position: '9.851', quote: '0.0978874' } });
    assertInvariants(bench.engine);
    bench.candle(1005);
    bench.print(1004);
    // 100.4 · 0.9995 = 100.3498 → 100.3.
    expect(bench.strategyFills()[1]).toMatch(/^sell 100.3 9.851 -13/);
    expect(of(bench)).toMatchObject({ target: 'short', figures: { position: '0', unrealized_pnl: '0' } });
    assertInvariants(bench.engine);
  });

  test('G8: what a sale realizes is its proceeds less both fees and the cost', () => {
    const bench = running();
    bench.candle(1010);
    bench.print(1000);
    bench.candle(1005);
    bench.print(1100);
    // 9.98 bought at 100 with 1.996 of fee, sold at 110 with 2.1956.
    expect(bench.strategyFills()).toEqual(['buy 100 9.98 0', 'sell 110 9.98 95.6084']);
    expect(of(bench).figures).toMatchObject({ realized_pnl: '95.6084', fees: '4.1916', equity: '1095.6084' });
    // The next position is sized from the equity.
    bench.candle(1010);
    bench.print(1000);
    expect(bench.strategyFills()[2]).toBe('buy 100 10.934 0');
  });

  test('G10: prints of before the decision never fill it, nor those of before a gap; a bar fills it at its open', () => {
    const bench = running();
    bench.candle(1010);
    const closed = bench.now;
    bench.print(1000, closed - 1);
    expect(bench.strategyFills()).toEqual([]);
    bench.send({ type: 'feed_gap', ts: closed + 5000, key: KEY });
    bench.print(1000, closed + 4000);
    expect(of(bench).waiting).toBe(true);
    bench.bar(1030, 1100, 900, 950);
    expect(bench.strategyFills()).toEqual(['buy 103 9.689 0']);
    assertInvariants(bench.engine);
  });

  test('G10: without a trade feed the mid fills it', () => {
    const bench = new Bench();
    bench.quote(990, 1010);
    bench.startStrategy();
    bench.candle(1010);
    bench.now += 1000;
    bench.quote(1020, 1040);
    expect(bench.strategyFills()).toEqual(['buy 103 9.689 0']);
    bench.candle(1000);
    bench.now += 1000;
    // The same quote again is a price as well.
    bench.quote(1020, 1040);
    expect(bench.strategyFills()[1]).toMatch(/^sell 103 9.689/);
  });

  test('a decision changed before any price came is not traded', () => {
    const bench = running();
    bench.candle(1010);
    bench.candle(1005);
    bench.print(1000);
    expect(bench.strategyFills()).toEqual([]);
    expect(of(bench)).toMatchObject({ waiting: false, signals: 2 });
  });

  test('a bar counts once, in its own interval only; prices that wait for nothing stay quiet', () => {
    const bench = running();
    expect(bench.print(1001).quiet).toBe(true);
    bench.candle(1010);
    expect(bench.print(1000).quiet).toBe(false);
    expect(bench.print(1000).quiet).toBe(true);
    const bar = { type: 'candle', key: KEY, open: 1, high: 1, low: 1, close: 1 } as const;
    expect(bench.send({ ...bar, ts: bench.now, interval: '5m' }).quiet).toBe(true);
    expect(bench.send({ ...bar, ts: of(bench).last_bar ?? 0, interval: '1m' }).quiet).toBe(true);
    expect(bench.candle(1000).quiet).toBe(false);
  });

  test('G7a: a fee in base leaves dust that costs nothing, joins the next holding and is never sold below a lot', () => {
    const bench = running({}, { feeCurrency: 'received' });
    for (let round = 0; round < 6; round += 1) {
      bench.candle(1010 + round);
      bench.print(1000);
      assertInvariants(bench.engine);
      bench.candle(1000);
      bench.print(1000);
      assertInvariants(bench.engine);
    }
    const [buy, sell] = bench.strategyFills();
    expect([buy, sell]).toEqual(['buy 100 10 0', 'sell 100 9.98 -3.996']);
    const { figures, entry_price } = of(bench);
    expect(entry_price).toBeNull();
    expect(Number(figures.position)).toBeLessThan(0.001);
    expect(figures.fees_base).not.toBe('0');
  });
});

describe('its life', () => {
  test('what the warm-up decided is shown and not traded', () => {
    const bench = new Bench();
    bench.print(1000);
    bench.startStrategy({}, 's1', [1010, 1000, 1010]);
    bench.print(1000);
    expect(of(bench)).toMatchObject({ target: 'long', waiting: false, total_trades: 0, signals: 0 });
    bench.candle(1000);
    bench.candle(1010);
    bench.print(1000);
    expect(of(bench).total_trades).toBe(1);
  });

  test('paused it keeps its position and its indicators; resumed it leaves what it would have left', () => {
    const bench = running();
    bench.candle(1010);
    bench.print(1000);
    expect(bench.command({ action: 'strategy.pause', id: 's1' })).toMatchObject({ status: 'paused' });
    bench.candle(1000);
    bench.print(990);
    expect(of(bench)).toMatchObject({ state: 'paused', target: 'short', signals: 2, total_trades: 1 });
    expect(bench.command({ action: 'strategy.resume', id: 's1' })).toMatchObject({ status: 'running' });
    bench.print(980);
    expect(bench.strategyFills()[1]).toMatch(/^sell 98 /);
    // A way in that was missed is not made up.
    bench.command({ action: 'strategy.pause', id: 's1' });
    bench.candle(1010);
    bench.command({ action: 'strategy.resume', id: 's1' });
    bench.print(1000);
    expect(of(bench)).toMatchObject({ target: 'long', total_trades: 2, waiting: false });
  });

  test('G14: stopped, it leaves its base to the account or sells it first; then its id is taken for ever', () => {
    for (const close_position of [true, false]) {
      const bench = running();
      bench.candle(1010);
      bench.print(1000);
      bench.print(1100);
      const reply = bench.command({ action: 'strategy.stop', id: 's1', close_position });
      expect(reply).toMatchObject({ status: 'stopped', final_pnl: close_position ? '95.6084' : '97.804' });
      const [account] = bench.engine.accounts();
      const btc = account?.balances.find(({ currency }) => currency === 'BTC');
      expect(btc).toMatchObject({ total: close_position ? '0' : '9.98', reserved: '0' });
      assertInvariants(bench.engine);
      expect(bench.candle(1000).quiet).toBe(true);
      expect(bench.startStrategy()).toMatchObject({ error: { code: 'GRID_ALREADY_RUNNING' } });
      expect(bench.command({ action: 'strategy.resume', id: 's1' })).toMatchObject({
        error: { code: 'GRID_NOT_RUNNING' },
      });
    }
  });

  test('new parameters begin with their own warm-up and keep position and PnL', () => {
    const bench = running();
    bench.candle(1010);
    bench.print(1000);
    const params = { slow_period: 3 };
    const command = { action: 'strategy.update_params', id: 's1', params } as const;
    expect(bench.command({ ...command, warmup: [] })).toMatchObject({ error: { code: 'VENUE_UNAVAILABLE' } });
    const last = of(bench).last_bar ?? 0;
    const closes = [1000, 1005, 1010];
    const warmup = closes.map((close, i) => [last - (2 - i) * 60_000, close, close, close, close] as const);
    expect(bench.command({ ...command, warmup })).toMatchObject({ updated_params: ['slow_period'] });
    expect(of(bench)).toMatchObject({ target: 'long', waiting: false, figures: { position: '9.98' } });
    bench.print(1000);
    expect(bench.strategyFills()).toHaveLength(1);
    bench.candle(990);
    bench.print(1000);
    expect(bench.strategyFills()[1]).toMatch(/^sell 100 9.98/);
    assertInvariants(bench.engine);
  });

  test('G16: an order over a limit pauses it with the reason; leaving is never refused', () => {
    const bench = running({ risk: { ...defaultRiskLimits('100000'), maxOrder: '500', maxMarketDeviation: null } });
    bench.candle(1010);
    bench.print(1000);
    expect(of(bench)).toMatchObject({ state: 'paused', total_trades: 0, orders_rejected: 1 });
    expect(of(bench).reason).toMatch(/^risk: order of 998 is over the limit of 500/);
    expect(bench.effects.filter(({ type }) => type === 'strategy_risk')).toMatchObject([
      { event: 'rejected', rule: 'max_order', strategy_id: 's1' },
    ]);
  });

  test('G17: the kill switch stops strategies, and counts them and the positions it closed', () => {
    const bench = running();
    bench.startStrategy({}, 's2');
    bench.start();
    bench.candle(1010);
    bench.print(1000);
    const kill = { action: 'kill_switch.activate', reason: 'enough', by: 'me', close_positions: true } as const;
    expect(bench.command(kill)).toMatchObject({
      affected: { grids_stopped: 1, strategies_stopped: 2, positions_closed: 3 },
    });
    expect(bench.engine.strategies().map(({ state, figures }) => [state, figures.position])).toEqual([
      ['stopped', '0'],
      ['stopped', '0'],
    ]);
    expect(bench.startStrategy({}, 's3')).toMatchObject({ error: { code: 'KILL_SWITCH_ACTIVE' } });
    assertInvariants(bench.engine);
  });

  test('G16: a strategy alone is reason enough to watch the daily loss', () => {
    const bench = running({ risk: { ...OPTIONS.risk, maxDailyLoss: '0.0005' } });
    bench.candle(1010);
    bench.print(1000);
    bench.print(900);
    bench.send({ type: 'clock', ts: bench.now + 60_000 });
    expect(bench.engine.killSwitch()).toMatchObject({ active: true, reason: 'Daily loss limit exceeded' });
    expect(of(bench).state).toBe('stopped');
  });
});

describe('what is refused', () => {
  test('by field: strategy, symbol, venue, capital, shorts and closes of live strategies', () => {
    const bench = new Bench();
    bench.print(1000);
    const paths = (reply: ReturnType<Bench['startStrategy']>) =>
      reply.ok ? 'started' : (reply.error.issues?.map(({ path }) => path) ?? reply.error.code);
    expect(paths(bench.startStrategy({ strategy: 'none' }))).toEqual(['strategy']);
    expect(paths(bench.startStrategy({ strategy: 'grid' }))).toEqual(['strategy']);
    expect(paths(bench.startStrategy({ symbol: 'NO-PE' }))).toEqual(['symbol']);
    expect(paths(bench.startStrategy({ venue: 'moon' }))).toEqual(['venue']);
    expect(paths(bench.startStrategy({ capital: '-1' }))).toEqual(['capital']);
    expect(paths(bench.startStrategy({ capital: '0.5' }))).toEqual(['capital']);
    expect(paths(bench.startStrategy({ params: { allow_short: true } }))).toEqual(['params.allow_short']);
    expect(paths(bench.startStrategy({ params: { execution: 'close' } }))).toEqual(['params.execution']);
    expect(paths(bench.startStrategy({ capital: '100001' }))).toBe('INSUFFICIENT_FUNDS');
    expect(paths(bench.startStrategy({}, 's1', [1000]))).toBe('VENUE_UNAVAILABLE');
    expect(paths(bench.startStrategy({}, 's1', [1000, 0]))).toBe('VENUE_UNAVAILABLE');
    expect(paths(bench.command({ action: 'strategy.stop', id: 's1', close_position: true }))).toBe('NOT_FOUND');
    expect(bench.engine.strategies()).toEqual([]);
    const [usdc] = bench.engine.accounts()[0]?.balances ?? [];
    expect(usdc?.free).toBe('100000');
  });
});

describe('snapshots', () => {
  test('G18: restored anywhere it goes on to the same bytes', () => {
    const bench = running();
    bench.candle(1010);
    const text = bench.engine.snapshot();
    const restored = restoreEngine(text, OPTIONS);
    expect(restored.snapshot()).toBe(text);
    const at = bench.events.length;
    bench.print(1000);
    bench.candle(1000);
    bench.print(990);
    for (const event of bench.events.slice(at)) restored.process(event);
    expect(restored.snapshot()).toBe(bench.engine.snapshot());
    expect(restored.strategy('s1')?.total_trades).toBe(2);
  });

  test('G18: one that has ended shows after a restart what it showed before', () => {
    const bench = running();
    bench.candle(1010);
    bench.print(1000);
    bench.command({ action: 'strategy.stop', id: 's1', close_position: false });
    const before = of(bench);
    expect(before.indicators).toMatchObject({ fast_ma: 101, slow_ma: 100.5 });
    bench.print(1100);
    expect(of(bench)).toEqual(before);
    expect(restoreEngine(bench.engine.snapshot(), OPTIONS).strategy('s1')).toEqual(before);
  });

  test('one of before there were strategies still loads', () => {
    const bench = new Bench();
    bench.print(1000);
    bench.start();
    const { strategies, ...old } = JSON.parse(bench.engine.snapshot()) as Record<string, unknown>;
    expect(strategies).toEqual([]);
    const restored = restoreEngine(JSON.stringify({ ...old, version: 1 }), OPTIONS);
    expect(restored.grid('g1')).toEqual(bench.engine.grid('g1'));
    expect(restored.strategies()).toEqual([]);
    expect(() => restoreEngine(JSON.stringify({ ...old, version: 2 }), OPTIONS)).toThrow('version');
  });

  test('listed anew with more decimals, its indicators and money stay what they were', () => {
    const plain = running();
    const relisted = running();
    relisted.send({ type: 'instrument', ts: relisted.now, instrument: INSTRUMENT, priceDecimals: 3 });
    relisted.send({ type: 'instrument', ts: relisted.now, instrument: INSTRUMENT, priceDecimals: 1 });
    for (const bench of [plain, relisted]) {
      bench.candle(1010);
      bench.print(1000);
      bench.candle(1005);
    }
    expect(relisted.engine.strategy('s1')).toEqual(plain.engine.strategy('s1'));
    const text = relisted.engine.snapshot();
    expect(restoreEngine(text, OPTIONS).snapshot()).toBe(text);
  });

  test('an engine without strategies has none', () => {
    expect(createEngine(OPTIONS).strategies()).toEqual([]);
  });
});
