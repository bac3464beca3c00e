import { describe, expect, test } from 'vitest';
import { Bench } from '../testing/harness.ts';

describe('the account as it is read', () => {
  test('G8: a position is what the grids of an instrument hold, at its average cost', () => {
    const bench = new Bench();
    bench.print(1000);
    bench.start();
    const [account] = bench.engine.accounts();
    const grid = bench.engine.grid('g1');
    const [position] = account?.positions ?? [];
    expect(position).toMatchObject({ symbol: 'BTC-USDC', size: grid?.figures.position, mark_price: '100' });
    // Bought at the market at 100, with a taker fee of 0.2 %.
    expect(position?.entry_price).toBe('100.2');
    expect(account?.unrealized_pnl).toBe(position?.unrealized_pnl);
    expect(account).toMatchObject({ realized_pnl: '0', equity: expect.any(String), used: grid?.figures.equity });
    bench.print(1010);
    const [later] = bench.engine.accounts();
    expect(Number(later?.positions[0]?.unrealized_pnl)).toBeGreaterThan(Number(position?.unrealized_pnl));
    expect(later?.positions[0]?.mark_price).toBe('101');
  });

  test('G8: what ended grids realized stays in the account; nothing held is no position', () => {
    const bench = new Bench();
    bench.print(1000);
    bench.start({ take_profit: '111' });
    bench.print(1110);
    const [account] = bench.engine.accounts();
    const realized = bench.engine.grid('g1')?.figures.realized_pnl;
    expect(account).toMatchObject({ positions: [], realized_pnl: realized, unrealized_pnl: '0', used: '0' });
  });

  test('G8: only the sell of what was bought on its line completes a cycle', () => {
    const bench = new Bench();
    bench.print(1000);
    bench.start();
    const cycles = () =>
      bench.effects.flatMap((effect) => (effect.type === 'trade' && effect.cycle ? [effect.trade_id] : []));
    // Sold from the initial purchase: no cycle.
    bench.print(1025);
    expect(cycles()).toEqual([]);
    expect(bench.engine.grid('g1')?.cycles).toBe(0);
    bench.print(975);
    bench.print(1025);
    expect(cycles().length).toBe(bench.engine.grid('g1')?.cycles);
    expect(cycles().length).toBeGreaterThan(0);
  });
});
