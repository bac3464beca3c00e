import { describe, expect, it } from 'vitest';
import type { OrderView } from '#protocol/shapes.ts';
import { gridLines } from './grid-lines.ts';

const texts = { price: String, stopLoss: 'SL', takeProfit: 'TP' };
const order = (price: number, side: 'buy' | 'sell') => ({ price, side }) as OrderView;

describe('gridLines', () => {
  const config = { pair: 'BTC-USDC', lower_price: 90, upper_price: 100, grid_count: 2 };

  it('draws each order once in its side’s colour, and the range’s ends even without an order', () => {
    const lines = gridLines({ config }, [order(95, 'buy'), order(90, 'buy')], texts);
    expect(lines).toEqual([
      { price: 90, side: 'buy', edge: true, label: '90' },
      { price: 95, side: 'buy', edge: false, label: '95' },
      { price: 100, side: null, edge: true, label: '100' },
    ]);
  });

  it('names stop loss and take profit', () => {
    const lines = gridLines({ config: { ...config, stop_loss: 80, take_profit: 120 } }, [], texts);
    expect(lines.map(({ label }) => label)).toEqual(['SL 80', '90', '100', 'TP 120']);
  });
});
