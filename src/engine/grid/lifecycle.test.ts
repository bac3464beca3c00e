import { describe, expect, test } from 'vitest';
import { Bench } from '../testing/harness.ts';
import { assertInvariants } from '../testing/invariants.ts';

function started(params = {}, options = {}): Bench {
  const bench = new Bench(options);
  bench.print(1010);
  expect(bench.start(params)).toMatchObject({ ok: true });
  return bench;
}
const stop = (bench: Bench, cancel_orders: boolean, close_position = false) =>
  bench.command({ action: 'grid.stop', id: 'g1', cancel_orders, close_position });

describe('limits', () => {
  test('G12: on a leg the orders before the stop fill, then all base is sold at the stop', () => {
    const bench = started({ stop_loss: '88' });
    bench.bar(1010, 1011, 850, 900);
    expect(bench.fills().slice(-2)).toEqual(['buy 0 90 1.025', 'sell -1 88 10.25']);
    expect(bench.engine.grid('g1')).toMatchObject({
      state: 'stop_loss',
      active_buy_orders: 0,
      figures: { position: '0' },
    });
  });

  test('G12: a print or a gap that jumps over the stop sells where it landed', () => {
    const print = started({ stop_loss: '88' });
    print.print(860);
    expect(print.fills().at(-1)).toBe('sell -1 86 10.25');
    const gap = started({ stop_loss: '88' });
    gap.bar(860, 870, 855, 870);
    expect(gap.fills().at(-1)).toBe('sell -1 86 10.25');
  });

  test('G12: the take profit ends the grid above it; its money is back in the account', () => {
    const bench = started({ take_profit: '111' });
    bench.print(1110);
    expect(bench.engine.grid('g1')).toMatchObject({ state: 'take_profit' });
    const [usdc] = bench.engine.accounts()[0]?.balances ?? [];
    expect(usdc).toMatchObject({ reserved: '0', total: usdc?.free });
    const pnl = bench.engine.grid('g1')?.figures.realized_pnl ?? '';
    expect(bench.engine.accounts()[0]).toMatchObject({ total_pnl: pnl });
  });

  test('G12: limits inside the range or on the wrong side of the price are refused', () => {
    const bench = new Bench();
    bench.print(850);
    expect(bench.start({ stop_loss: '86', take_profit: '110' })).toMatchObject({
      error: { code: 'VALIDATION_ERROR', issues: [{ path: 'take_profit' }] },
    });
    expect(bench.start({ stop_loss: '86' })).toMatchObject({ error: { issues: [{ path: 'stop_loss' }] } });
  });
});

describe('trigger', () => {
  test('G13: waits, keeps its money reserved, and starts at the price that touches it from the side it was on', () => {
    const bench = new Bench();
    bench.print(1010);
    expect(bench.start({ trigger_price: '105' })).toMatchObject({ ok: true, status: 'waiting' });
    expect(bench.engine.accounts()[0]?.balances[0]).toMatchObject({ reserved: '1000' });
    expect(bench.print(950)).toEqual({ quiet: true, effects: [] });
    bench.print(1049);
    expect(bench.engine.grid('g1')?.state).toBe('waiting');
    bench.print(1055);
    expect(bench.engine.grid('g1')?.state).toBe('running');
    expect(bench.fills()[0]).toMatch(/^buy -1 105.5 /);
    assertInvariants(bench.engine);
  });

  test('G13: inside a bar it starts at the trigger and takes the rest of the path', () => {
    const bench = new Bench();
    bench.print(1010);
    bench.start({ trigger_price: '97' });
    bench.bar(1010, 1012, 950, 981);
    expect(bench.fills().map((fill) => fill.split(' ').slice(0, 3).join(' '))).toEqual([
      'buy -1 97',
      'buy 3 96',
      'sell 3 98',
    ]);
  });

  test('G13: a jump past the stop does not start it: it ends in error and its money is free', () => {
    const bench = new Bench();
    bench.print(1010);
    bench.start({ trigger_price: '95', stop_loss: '85' });
    bench.print(840);
    expect(bench.engine.grid('g1')).toMatchObject({ state: 'error', total_trades: 0 });
    expect(bench.engine.accounts()[0]?.balances[0]).toMatchObject({ free: '100000' });
  });
});

describe('stop', () => {
  test('G14: cancels all; the base that remains goes to the account', () => {
    const bench = started();
    expect(stop(bench, true)).toMatchObject({ ok: true, status: 'stopped', final_pnl: '-0.8282', total_trades: 1 });
    expect(bench.orders()).toEqual([]);
    const balances = bench.engine.accounts()[0]?.balances;
    expect(balances?.[1]).toMatchObject({ currency: 'BTC', total: '4.1', free: '4.1', reserved: '0' });
    expect(stop(bench, true)).toMatchObject({ error: { code: 'GRID_NOT_RUNNING' } });
  });

  test('G14: close_position sells all base at market', () => {
    const bench = started();
    expect(stop(bench, true, true)).toMatchObject({ status: 'stopped', final_pnl: '-1.6564', total_trades: 2 });
    expect(bench.engine.grid('g1')?.figures.position).toBe('0');
  });

  test('G14: cancel_orders:false leaves the orders; they fill, are not replaced, and the last one ends it', () => {
    const bench = started();
    expect(stop(bench, false)).toMatchObject({ status: 'stopping' });
    expect(bench.orders()).toHaveLength(10);
    bench.print(1000);
    expect(bench.orders()).toHaveLength(9);
    bench.print(890);
    bench.print(1110);
    expect(bench.orders()).toEqual([]);
    expect(bench.engine.grid('g1')?.state).toBe('stopped');
  });

  test('G14: its stop loss still holds while stopping; closing needs cancelling', () => {
    const bench = started({ stop_loss: '88' });
    expect(stop(bench, false, true)).toMatchObject({ error: { issues: [{ path: 'close_position' }] } });
    stop(bench, false);
    bench.print(880);
    expect(bench.engine.grid('g1')?.state).toBe('stop_loss');
    expect(bench.fills().at(-1)).toMatch(/^sell -1 88 /);
  });

  test('G14: while it still holds base its stop loss goes on guarding it, though no order is left', () => {
    const bench = started({ stop_loss: '85' });
    stop(bench, false);
    bench.print(1110);
    bench.print(900);
    expect(bench.orders()).toEqual([]);
    expect(bench.engine.grid('g1')).toMatchObject({ state: 'stopping', figures: { position: '6.15' } });
    assertInvariants(bench.engine);
    bench.print(850);
    expect(bench.engine.grid('g1')).toMatchObject({ state: 'stop_loss', figures: { position: '0' } });

    const sold = started({ stop_loss: '85' });
    stop(sold, false);
    sold.print(900);
    sold.bar(900, 1110, 900, 1110);
    expect(sold.engine.grid('g1')).toMatchObject({ state: 'stopping', figures: { position: '6.15' } });
    sold.command({ action: 'grid.update_params', id: 'g1', params: { stop_loss: null } });
    expect(sold.engine.grid('g1')?.state).toBe('stopped');
  });

  test('an unknown grid is NOT_FOUND, a known one is not started twice', () => {
    const bench = started();
    expect(bench.command({ action: 'grid.pause', id: 'nope' })).toMatchObject({ error: { code: 'NOT_FOUND' } });
    expect(bench.start()).toMatchObject({ error: { code: 'GRID_ALREADY_RUNNING' } });
  });
});

describe('pause', () => {
  test('pausing cancels the orders, resuming places them again; crossed ones fill as taker', () => {
    const bench = started({ stop_loss: '80' });
    bench.command({ action: 'grid.pause', id: 'g1' });
    expect(bench.orders()).toEqual([]);
    expect(bench.print(975).effects).toEqual([]);
    expect(bench.command({ action: 'grid.resume', id: 'g1' })).toMatchObject({ status: 'running' });
    expect(bench.fills().slice(1)).toEqual(['buy 5 100 1.025', 'buy 4 98 1.025']);
    expect(bench.orders()).toHaveLength(10);
    assertInvariants(bench.engine);
  });

  test('its stop loss stays armed', () => {
    const bench = started({ stop_loss: '80' });
    bench.command({ action: 'grid.pause', id: 'g1' });
    bench.print(790);
    expect(bench.engine.grid('g1')?.state).toBe('stop_loss');
  });
});

const feesOf = (bench: Bench) => Number(bench.engine.grid('g1')?.figures.fees);

describe('update', () => {
  const update = (bench: Bench, params: object) => bench.command({ action: 'grid.update_params', id: 'g1', params });

  test('G15: limits, name and risk change at once, without touching an order', () => {
    const bench = started();
    const before = bench.orders();
    expect(update(bench, { stop_loss: '85', name: 'mine' })).toMatchObject({ updated_params: ['stop_loss', 'name'] });
    expect(bench.orders()).toEqual(before);
    bench.print(850);
    expect(bench.engine.grid('g1')?.state).toBe('stop_loss');
  });

  test('G15: values that stay the same change nothing', () => {
    const bench = started();
    expect(update(bench, { upper_price: '110.0', grid_count: 10 })).toMatchObject({ updated_params: [] });
    expect(bench.fills()).toHaveLength(1);
  });

  test('G15: a new count re-grids: one market order for the difference, invested and PnL carry on', () => {
    const bench = started();
    bench.print(1000);
    bench.print(1020);
    const before = bench.engine.grid('g1');
    expect(update(bench, { grid_count: 5 })).toMatchObject({ updated_params: ['grid_count'] });
    const after = bench.engine.grid('g1');
    expect(bench.orders()).toEqual(['buy 0 90', 'buy 1 94', 'buy 2 98', 'sell 3 106', 'sell 4 110']);
    expect(after?.figures).toMatchObject({ invested: '1000', grid_profit: before?.figures.grid_profit });
    // 1000 / (282 · 1.001 + 2 · 102 · 1.002) is 2.054 a cell; 4.108 less the 4.1 at hand is bought.
    expect(bench.fills().slice(3)).toEqual(['buy -1 102 0.008']);
    expect(after?.quantity).toBe('2.054');
    assertInvariants(bench.engine);
    // Base taken over is not a line buy: selling it is no cycle.
    bench.print(1060);
    expect(bench.engine.grid('g1')?.cycles).toBe(before?.cycles);
    expect(bench.effects.findLast((effect) => effect.type === 'trade')).toMatchObject({
      side: 'sell',
      amount: '2.054',
    });
  });

  test('G15: more investment comes from the account, less goes back, and PnL stays what it was', () => {
    const bench = started();
    const pnl = () => {
      const figures = bench.engine.grid('g1')?.figures;
      return Number(figures?.equity) - Number(figures?.invested);
    };
    const fees = () => feesOf(bench);
    const [pnlBefore, feesBefore] = [pnl(), fees()];
    update(bench, { investment: '2000' });
    expect(bench.engine.grid('g1')?.figures.invested).toBe('2000');
    expect(pnl() + fees()).toBeCloseTo(pnlBefore + feesBefore, 9);
    update(bench, { investment: '500' });
    // All that the smaller grid does not need is back; what was lost to fees cannot be.
    expect(Number(bench.engine.grid('g1')?.figures.invested)).toBeCloseTo(500 + feesOf(bench) - feesBefore, 0);
    expect(pnl() + fees()).toBeCloseTo(pnlBefore + feesBefore, 9);
    expect(update(bench, { investment: '200000' })).toMatchObject({ error: { code: 'INSUFFICIENT_FUNDS' } });
    assertInvariants(bench.engine);
  });

  test('G15: base that is sold leaves at its average basis', () => {
    const bench = started();
    // 4.1 cost 414.9282, 101.202 each; 2 · 1.031 stay, 2.038 are sold at 101 less 0.2 %.
    expect(update(bench, { grid_count: 5, investment: '500' })).toMatchObject({ ok: true });
    expect(bench.effects.findLast((effect) => effect.type === 'trade')).toMatchObject({
      side: 'sell',
      amount: '2.038',
      realized_pnl: '-0.823352',
    });
    bench.print(1060);
    // 106 · 1.031 less 0.1 %, less 101.202 · 1.031.
    expect(bench.effects.findLast((effect) => effect.type === 'trade')).toMatchObject({ realized_pnl: '4.837452' });
  });

  test('G15: parameters that do not validate leave the old grid as it was, to the byte', () => {
    const bench = started();
    for (const params of [
      { grid_count: 900 },
      { lower_price: '90.05' },
      { stop_loss: '105' },
      { investment: '2' },
      { upper_price: null },
      { trigger_price: '100' },
    ]) {
      const before = bench.engine.snapshot();
      expect(update(bench, params)).toMatchObject({ ok: false, error: { code: 'VALIDATION_ERROR' } });
      expect(bench.engine.snapshot()).toBe(before);
    }
  });

  test('G15: every bad field is named, those of the lines too', () => {
    const bench = started();
    const refused = update(bench, { grid_count: 900, stop_loss: '95' });
    expect(refused).toMatchObject({ error: { issues: [{ path: 'stop_loss' }, { path: 'grid_count' }] } });
  });

  test('G15: a waiting grid takes any change', () => {
    const bench = new Bench();
    bench.print(1010);
    bench.start({ trigger_price: '105' });
    expect(update(bench, { investment: '3000', trigger_price: '104' })).toMatchObject({ ok: true });
    expect(bench.engine.accounts()[0]?.balances[0]?.reserved).toBe('3000');
    expect(update(bench, { trigger_price: null })).toMatchObject({ ok: true });
    expect(bench.engine.grid('g1')?.state).toBe('running');
  });
});
