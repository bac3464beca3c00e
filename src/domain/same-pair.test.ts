import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bestCross, differencePct, midOf, pairKey, sharedPairs } from './same-pair.ts';

const pair = (symbol: string, base = 'BTC', quote = 'USDT') => pairKey({ symbol, base, quote });

describe('pairKey', () => {
  it('is the same however a venue writes the pair', () => {
    for (const symbol of ['BTC-USDT', 'BTC/USDT', 'BTCUSDT', 'btc_usdt']) expect(pair(symbol)).toBe('BTC/USDT');
    expect(pair('KOGE/USDT', 'koge', 'usdt')).toBe('KOGE/USDT');
  });

  it('tells a perpetual and a future from the spot pair', () => {
    expect(pair('BTC-USDT-SWAP')).toBe('BTC/USDT:SWAP');
    expect(pair('BTC-USDT-261225')).toBe('BTC/USDT:261225');
    expect(pair('BTC-USDC', 'BTC', 'USDC')).not.toBe(pair('BTC-USDT'));
  });

  it('does not cut a longer name short: 1000PEPE is not PEPE', () => {
    expect(pair('1000PEPE-USDT', '1000PEPE')).not.toBe(pair('PEPE-USDT', 'PEPE'));
    expect(pair('PEPE-USDT', 'BTC')).toBeNull();
  });

  it('never matches outcomes of questions', () => {
    const prediction = { id: 'q', question: '?', slug: '', outcomes: [], tickSize: '0.01', state: 'open' } as const;
    expect(pairKey({ symbol: 'BTC-USDT', base: 'BTC', quote: 'USDT', prediction })).toBeNull();
  });

  it('knows names that are not Latin', () => {
    expect(pair('币安人生-USDT', '币安人生')).toBe('币安人生/USDT');
  });
});

const quote = (bid: string | null, ask: string | null) => ({ bid, ask });

describe('bestCross', () => {
  it('is the highest bid less the lowest ask of two different sources', () => {
    const [okx, sim, push] = [quote('100', '101'), quote('102', '103'), quote('99', '99.5')];
    const cross = bestCross([okx, sim, push]);
    expect(cross?.buyAt).toBe(push);
    expect(cross?.sellAt).toBe(sim);
    expect(cross?.pct).toBeCloseTo((2.5 / 100.75) * 100, 10);
  });

  it('does not cross a source with itself, be its own book crossed', () => {
    const crossed = quote('105', '95');
    const other = quote('99', '101');
    expect(bestCross([crossed])).toBeNull();
    expect(bestCross([crossed, other])?.pct).toBeCloseTo((4 / 97) * 100, 10);
  });

  it('is negative where nothing crosses, and nothing where one side is missing everywhere', () => {
    expect(bestCross([quote('99', '100'), quote('98', '101')])?.pct).toBeLessThan(0);
    expect(bestCross([quote('99', null), quote('98', null)])).toBeNull();
    expect(bestCross([quote(null, null), quote('98', '99')])).toBeNull();
  });

  it('is never worse than any other pair of sources', () => {
    const price = fc.integer({ min: 1, max: 1_000_000 }).map((units) => (units / 1000).toFixed(3));
    const side = fc.option(price, { nil: null });
    fc.assert(
      fc.property(fc.array(fc.record({ bid: side, ask: side }), { maxLength: 6 }), (quotes) => {
        const best = bestCross(quotes);
        for (const a of quotes) {
          for (const b of quotes) {
            if (a === b || a.ask === null || b.bid === null) continue;
            const pct = bestCross([quote(null, a.ask), quote(b.bid, null)])?.pct ?? NaN;
            expect(best?.pct).toBeGreaterThanOrEqual(pct);
          }
        }
      }),
    );
  });
});

describe('midOf and differencePct', () => {
  it('need both sides', () => {
    expect(midOf(quote('1', '3'))).toBe(2);
    expect(midOf(quote(null, '3'))).toBeNull();
    expect(midOf(quote('0', '0'))).toBeNull();
    expect(differencePct(101, 100)).toBeCloseTo(1, 10);
  });
});

describe('sharedPairs', () => {
  const listed = (venue: string, symbol: string, base = 'BTC') => ({ venue, symbol, base, quote: 'USDT' });

  it('gathers what several venues trade: an engine, an exchange and a push server', () => {
    const all = [
      listed('okx', 'BTC-USDT'),
      listed('okx.okx', 'BTC-USDT'),
      listed('koge.push', 'BTC/USDT'),
      listed('okx', 'ETH-USDT', 'ETH'),
      listed('okx.okx', 'BTC-USDT-SWAP'),
    ];
    const pairs = sharedPairs(all);
    expect([...pairs.keys()]).toEqual(['BTC/USDT']);
    expect(pairs.get('BTC/USDT')).toEqual(all.slice(0, 3));
  });

  it('does not take one venue for two', () => {
    expect(sharedPairs([listed('okx', 'BTC-USDT'), listed('okx', 'BTCUSDT')]).size).toBe(0);
  });
});
