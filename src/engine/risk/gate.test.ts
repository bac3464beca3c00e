import { describe, expect, test } from 'vitest';
import type { Grid } from '../grid/grid.ts';
import { Bench, KEY, START } from '../testing/harness.ts';
import { assertInvariants } from '../testing/invariants.ts';
import type { OrderIntent } from './gate.ts';
import { defaultRiskLimits, NO_RISK_LIMITS, parseLimits } from './limits.ts';

function bench(risk: Partial<typeof NO_RISK_LIMITS>, slippage = '0'): Bench {
  const made = new Bench({ risk: { ...NO_RISK_LIMITS, ...risk }, slippage });
  made.print(1010);
  return made;
}
const risks = (made: Bench) => made.effects.filter((effect) => effect.type === 'risk');

/** Never called: it is here to be compiled. */
export function unapprovedOrdersDoNotCompile(grid: Grid, order: OrderIntent): void {
  // @ts-expect-error G16: only the gate makes approved orders
  grid.placeAll([order]);
  // @ts-expect-error G16: market orders, too
  grid.trade(order, 0n);
  grid.trade(grid.host.gate.exempt(order), 0n);
}

describe('risk before each order (G16)', () => {
  test.each([
    ['max_order', { maxOrder: '400' }],
    ['max_position', { maxPosition: '990' }],
    ['max_open_notional', { maxOpenNotional: '900' }],
  ])('%s refuses a start as a whole and leaves nothing behind', (rule, limits) => {
    const made = bench(limits);
    const before = made.engine.snapshot();
    expect(made.start()).toMatchObject({ ok: false, error: { code: 'RISK_REJECTED' } });
    expect(made.engine.snapshot()).toBe(before);
    expect(risks(made)).toMatchObject([{ event: 'rejected', rule, decision: 'refused' }]);
  });

  test('an order that fills at once far off the market is refused', () => {
    expect(bench({ maxMarketDeviation: '0.05' }, '0.06').start()).toMatchObject({ error: { code: 'RISK_REJECTED' } });
    expect(bench({ maxMarketDeviation: '0.07' }, '0.06').start()).toMatchObject({ ok: true });
  });

  test('a start reports one approval a rule, each order after it one', () => {
    const made = bench(defaultRiskLimits('100000'));
    made.start();
    expect(risks(made).map((risk) => risk.rule)).toEqual([
      'max_order',
      'max_position',
      'max_open_notional',
      'market_deviation',
    ]);
    made.print(1000);
    expect(risks(made).slice(4)).toMatchObject([{ event: 'check', rule: 'order', decision: 'approved' }]);
    expect(made.engine.grid('g1')).toMatchObject({ risk_checks: 5, orders_rejected: 0 });
  });

  test('whatever the account can pay for passes the default limits, under and over its range too', () => {
    for (const investment of ['1000', '50000', '100000']) {
      for (const price of [800, 1000, 1200]) {
        const made = new Bench({ risk: defaultRiskLimits('100000'), slippage: '0.0001' });
        made.print(price);
        expect(made.start({ investment })).toMatchObject({ ok: true });
      }
    }
  });

  test('a grid that invests the whole account is not paused by the default limits for having gained', () => {
    const made = new Bench({ risk: defaultRiskLimits('100000'), slippage: '0' });
    made.print(800);
    made.start({ investment: '100000' });
    for (const price of [1099, 910, 1099, 905, 1101]) made.print(price);
    expect(Number(made.engine.accounts()[0]?.equity)).toBeGreaterThan(120_000);
    expect(made.engine.grid('g1')?.state).toBe('running');
  });

  test('the default limits follow the account, and refuse what is beyond it', () => {
    expect(defaultRiskLimits('2.5')).toMatchObject({ maxPosition: '5', maxOrder: '2.5' });
    expect(() => parseLimits(defaultRiskLimits('0'))).not.toThrow();
    const made = bench(defaultRiskLimits('900'));
    expect(made.start({ investment: '2500' })).toMatchObject({ error: { code: 'RISK_REJECTED' } });
  });

  test('a refusal while running pauses the grid with the reason; risk_enabled:false asks nobody', () => {
    const limits = { maxOpenNotional: '1027' };
    const made = bench(limits);
    expect(made.start()).toMatchObject({ ok: true });
    made.print(955);
    expect(made.engine.grid('g1')).toMatchObject({ state: 'paused', orders_rejected: 1 });
    expect(made.engine.grid('g1')?.reason).toMatch(/^risk: open notional of .* over the limit of 1027$/);
    expect(made.orders()).toEqual([]);
    assertInvariants(made.engine);
    const free = bench(limits);
    free.start({ risk_enabled: false });
    free.print(955);
    expect(free.engine.grid('g1')?.state).toBe('running');
    expect(risks(free)).toEqual([]);
  });

  test('a stop loss sells whatever the limits say', () => {
    const made = bench({ maxOrder: '500' });
    made.start({ stop_loss: '85' });
    made.print(840);
    expect(made.fills().at(-1)).toBe('sell -1 84 10.25');
  });

  test('limits that are no decimals are refused by name', () => {
    expect(() => parseLimits({ ...NO_RISK_LIMITS, maxOrder: '-1' })).toThrow(/maxOrder/);
  });
});

describe('kill switch (G17)', () => {
  test('a daily loss over the limit activates it, at a fill or within a minute', () => {
    const made = bench({ maxDailyLoss: '0.0005' });
    made.start();
    made.print(955);
    expect(made.engine.killSwitch()).toMatchObject({ active: false });
    const crash = made.print(900);
    expect(crash.effects).toContainEqual(
      expect.objectContaining({ type: 'kill_switch', active: true, reason: 'Daily loss limit exceeded', by: 'risk' }),
    );
    const late = bench({ maxDailyLoss: '0.0019' });
    late.start();
    late.print(899);
    expect(late.engine.killSwitch().active).toBe(false);
    expect(late.print(780).quiet).toBe(true);
    late.send({ type: 'clock', ts: (late.now += 60_000) });
    expect(late.engine.killSwitch()).toMatchObject({ active: true, reason: 'Daily loss limit exceeded' });
  });

  test('a daily loss that a stop loss took counts, though no grid is left', () => {
    const made = bench({ maxDailyLoss: '0.0005' });
    made.start({ stop_loss: '88' });
    made.print(870);
    expect(made.engine.grid('g1')?.state).toBe('stop_loss');
    expect(made.engine.killSwitch()).toMatchObject({ active: true, reason: 'Daily loss limit exceeded' });
  });

  test('a crash within the minute is seen before anything new is bought', () => {
    const crashed = () => {
      const made = bench({ maxDailyLoss: '0.0019' });
      made.start();
      made.print(899);
      expect(made.print(780).quiet).toBe(true);
      return made;
    };
    const start = crashed();
    const fills = start.fills();
    expect(start.start({ upper_price: '80', lower_price: '70' }, 'g2')).toMatchObject({
      error: { code: 'KILL_SWITCH_ACTIVE' },
    });
    expect(start.fills()).toEqual(fills);
    // Lifted by hand, it holds until the next start: the loss of the day is still there.
    start.command({ action: 'kill_switch.deactivate', reason: 'x', by: 'me' });
    expect(start.engine.killSwitch().active).toBe(false);
    expect(start.start({}, 'g3')).toMatchObject({ error: { code: 'KILL_SWITCH_ACTIVE' } });

    const rebound = crashed();
    expect(rebound.print(920).quiet).toBe(false);
    expect(rebound.fills()).toEqual(fills);
    expect(rebound.engine.killSwitch().active).toBe(true);
  });

  test('what a trader stops and closes is not taken away by the kill switch', () => {
    const made = bench({ maxDailyLoss: '0.0019' });
    made.start();
    made.print(899);
    made.print(780);
    const stopped = made.command({ action: 'grid.stop', id: 'g1', cancel_orders: true, close_position: true });
    expect(stopped).toMatchObject({ ok: true, status: 'stopped' });
    expect(made.engine.grid('g1')?.figures.position).toBe('0');
  });

  test('a new UTC day starts the count anew', () => {
    const made = bench({ maxDailyLoss: '0.0021' });
    made.start();
    made.print(899);
    made.print(800);
    const tomorrow = START - (START % 86_400_000) + 86_400_000;
    made.send({ type: 'clock', ts: tomorrow });
    expect(made.engine.killSwitch().active).toBe(false);
    expect(made.engine.accounts()[0]?.today_pnl).toBe('0');
    expect(Number(made.engine.accounts()[0]?.total_pnl)).toBeLessThan(-100);
    made.send({ type: 'print', ts: tomorrow + 1, key: KEY, price: 790 });
    expect(Number(made.engine.accounts()[0]?.today_pnl)).toBeCloseTo(-10.25, 6);
  });

  test('stops every grid, waiting ones too, cancels every order, and nothing starts until it is lifted', () => {
    const made = bench({});
    made.start();
    made.start({ trigger_price: '95' }, 'g2');
    const reply = made.command({ action: 'kill_switch.activate', reason: 'panic', by: 'me', close_positions: true });
    expect(reply).toMatchObject({
      active: true,
      affected: { grids_stopped: 2, orders_cancelled: 10, positions_closed: 1 },
    });
    expect(made.engine.grids().map(({ state }) => state)).toEqual(['stopped', 'stopped']);
    expect(made.engine.accounts()[0]?.balances).toMatchObject([{ reserved: '0' }, { total: '0' }]);
    expect(made.start({}, 'g3')).toMatchObject({ error: { code: 'KILL_SWITCH_ACTIVE' } });
    expect(made.engine.killSwitch()).toMatchObject({ active: true, reason: 'panic', since: made.now - 1000 });
    made.command({ action: 'kill_switch.deactivate', reason: 'calm', by: 'me' });
    expect(made.engine.grids().map(({ state }) => state)).toEqual(['stopped', 'stopped']);
    expect(made.start({}, 'g3')).toMatchObject({ ok: true });
  });

  test('without closing, the base stays in the account', () => {
    const made = bench({});
    made.start();
    made.command({ action: 'kill_switch.activate', reason: 'x', by: 'me', close_positions: false });
    expect(made.engine.accounts()[0]?.balances[1]).toMatchObject({ currency: 'BTC', free: '4.1' });
  });
});
