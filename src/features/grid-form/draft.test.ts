import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type GridConfig, gridConfig } from '#protocol/shapes.ts';
import { EMPTY_DRAFT, fromConfig, fromSearch, regrids, toConfig, toPatch, toSearch, typedNumber } from './draft.ts';

const draft = {
  ...EMPTY_DRAFT,
  pair: 'sim:BTC-USDC',
  lower_price: '90000.5',
  upper_price: '100000',
  grid_count: '20',
};

describe('draft', () => {
  it('becomes the protocol’s config, without what was left empty', () => {
    expect(toConfig(draft)).toEqual({
      pair: 'BTC-USDC',
      venue: 'sim',
      lower_price: 90000.5,
      upper_price: 100000,
      grid_count: 20,
      investment: 1000,
      spacing: 'arithmetic',
    });
    expect(gridConfig.safeParse(toConfig(draft)).success).toBe(true);
  });

  it('sends only the size that was chosen', () => {
    const sized = toConfig({ ...draft, sizing: 'order_size', order_size: '0.01' });
    expect(sized.order_size).toBe(0.01);
    expect('investment' in sized).toBe(false);
  });

  it.each(['1e309', 'NaN', 'abc', '1,5', '-5', '0x10', '--', '.'])('%j is no number', (text) => {
    expect(typedNumber(text)).toBeNaN();
    expect(gridConfig.safeParse(toConfig({ ...draft, upper_price: text })).success).toBe(false);
  });

  it('survives a link', () => {
    const text = fc.string({ maxLength: 40 });
    const any = fc.record({
      ...Object.fromEntries(Object.keys(EMPTY_DRAFT).map((field) => [field, text])),
      spacing: fc.constantFrom('arithmetic', 'geometric'),
      sizing: fc.constantFrom('investment', 'order_size'),
      fill_model: fc.constantFrom('touch', 'through'),
    });
    fc.assert(
      fc.property(any, (values) => {
        const original = { ...EMPTY_DRAFT, ...(values as Partial<typeof EMPTY_DRAFT>) };
        const search = new URLSearchParams(new URLSearchParams(toSearch(original)).toString());
        const restored = { ...EMPTY_DRAFT, ...fromSearch(search) };
        const unused = original.sizing === 'investment' ? 'order_size' : 'investment';
        expect({ ...restored, [unused]: '' }).toEqual({ ...original, [unused]: '' });
      }),
    );
  });

  it('a link cannot put nonsense into a choice', () => {
    expect(fromSearch(new URLSearchParams('spacing=x&fill_model=y&grid_count=7'))).toEqual({ grid_count: '7' });
  });

  it('a grid’s config comes back as it was', () => {
    const config: GridConfig = {
      pair: 'DOGE-USDC',
      venue: 'sim',
      upper_price: 0.3,
      lower_price: 0.0000001,
      grid_count: 10,
      order_size: 5,
      stop_loss: 0.00000001,
      spacing: 'geometric',
    };
    expect(fromConfig(config, 'sim').lower_price).toBe('0.0000001');
    expect(toConfig(fromConfig(config, 'sim'))).toEqual(config);
  });
});

describe('toPatch', () => {
  const before = toConfig({ ...draft, stop_loss: '80000', name: 'a' }) as GridConfig;

  it('names what changed, with null for what was taken away', () => {
    const after = toConfig({ ...draft, name: 'b', take_profit: '120000' }) as GridConfig;
    const patch = toPatch(before, after);
    expect(patch).toEqual({ stop_loss: null, take_profit: 120000, name: 'b' });
    expect(regrids(patch)).toBe(false);
  });

  it('G15: range, count, spacing and size lay the grid anew', () => {
    const patch = toPatch(before, { ...before, grid_count: 21 });
    expect(patch).toEqual({ grid_count: 21 });
    expect(regrids(patch)).toBe(true);
    expect(toPatch(before, before)).toEqual({});
  });

  it('switches from an investment to an order size', () => {
    const after = toConfig({ ...draft, stop_loss: '80000', name: 'a', sizing: 'order_size', order_size: '0.01' });
    expect(toPatch(before, after as GridConfig)).toEqual({ order_size: 0.01, investment: null });
  });
});
