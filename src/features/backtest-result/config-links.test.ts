import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backtestConfig } from '#protocol/backtest-shapes.ts';
import { strategyConfig } from '#protocol/strategy-shapes.ts';
import { readConfigSearch } from '#ui/routing/config-search.ts';
import { liveLink, repeatLink } from './config-links.ts';

const config = {
  strategy: 'grid',
  params: { lower_price: 0.0000001, upper_price: '2', grid_count: 10, spacing: 'geometric', initial_quote: 7 },
  data: { dataset: 'd' },
  config: { initial_capital: 2500 },
};
const search = (link: string) => new URL(link, 'http://x').searchParams;

describe('links of a run', () => {
  it('carry any config to the form unchanged', () => {
    const params = fc.dictionary(
      fc.string({ minLength: 1, maxLength: 20 }).filter((name) => name !== '__proto__'),
      fc.oneof(
        fc.string(),
        fc.boolean(),
        fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
      ),
    );
    fc.assert(
      fc.property(params, fc.string({ maxLength: 80 }), (given, name) => {
        const whole = { ...config, params: { ...given }, name };
        const carried = readConfigSearch(search(repeatLink(whole)).get('config') ?? '');
        expect(carried).toEqual(JSON.parse(JSON.stringify(whole)));
      }),
    );
    const carried = readConfigSearch(search(repeatLink(config)).get('config') ?? '');
    expect(backtestConfig.safeParse(carried).data).toEqual(config);
  });

  it('fill the live grid’s form, prices in plain digits, the capital as investment', () => {
    const link = liveLink(config, 'BTC-USDC', '1h', { venue: 'sim', symbol: 'BTC-USDC' });
    expect(link).toMatch(/^\/grids\/new\?/);
    expect(Object.fromEntries(search(link))).toEqual({
      pair: 'sim:BTC-USDC',
      lower_price: '0.0000001',
      upper_price: '2',
      grid_count: '10',
      spacing: 'geometric',
      investment: '2500',
    });
  });

  it('keep a grid’s own size, and leave the pair open where nobody trades it', () => {
    const sized = { ...config, params: { order_size: 0.5 } };
    expect(Object.fromEntries(search(liveLink(sized, 'X', '1h', undefined)))).toEqual({
      order_size: '0.5',
      sizing: 'order_size',
    });
  });

  it('make a live strategy’s config of a signal strategy', () => {
    const signals = { strategy: 'dual_ma', params: { fast_period: 5 }, data: {}, config: { initial_capital: 100 } };
    const link = liveLink(signals, 'BTC-USDC', '4h', { venue: 'sim', symbol: 'BTC-USDC' });
    expect(link).toMatch(/^\/strategies\/new\?/);
    const carried = readConfigSearch(search(link).get('config') ?? '');
    expect(strategyConfig.safeParse(carried).data).toEqual({
      strategy: 'dual_ma',
      symbol: 'BTC-USDC',
      timeframe: '4h',
      params: { fast_period: 5 },
      venue: 'sim',
      capital: 100,
    });
  });
});
