import { describe, expect, it } from 'vitest';
import { ProtocolError } from '#protocol/errors.ts';
import { guessFromName } from './guess-from-name.ts';
import { readAnswer } from './upload.ts';

it.each([
  ['BTCUSDT-1h-2024-01.csv.gz', 'BTC-USDT'],
  ['ETH_USDC-5m.json', 'ETH-USDC'],
  ['binance-BTCUSDT-1h.csv', 'BTC-USDT'],
  ['BTC-USDC.csv', 'BTC-USDC'],
  ['okx-swap_BTC-USDT-SWAP_5m_20220501.csv.gz', 'BTC-USDT'],
  ['binance-spot_ETHUSDT_1h.csv', 'ETH-USDT'],
  ['my candles.csv', ''],
])('offers the pair that %s names', (file, symbol) => {
  expect(guessFromName(file).symbol).toBe(symbol);
});

describe('the answer to an upload', () => {
  const dataset = {
    id: 'd1',
    name: 'BTC',
    symbol: 'BTC-USDT',
    timeframe: '1h',
    source: 'import',
    state: 'ready',
    rows: 10,
    from: 0,
    to: 1,
    gaps: { count: 0, bars: 0, first: [] },
    price_decimals: 2,
    hash: 'ab',
    bytes: 100,
    created_at: 0,
  };

  it('is the data set', () => {
    expect(readAnswer(200, JSON.stringify({ success: true, data: { dataset } })).id).toBe('d1');
    expect(readAnswer(200, JSON.stringify({ success: true, data: dataset })).id).toBe('d1');
  });

  it('G13: or each bad line by its number', () => {
    const details = [{ path: 'line 3', message: 'high is below low' }];
    const body = { success: false, error: { code: 'VALIDATION_ERROR', message: 'bad rows', details } };
    const failure = (() => {
      try {
        return readAnswer(400, JSON.stringify(body));
      } catch (error) {
        return error;
      }
    })();
    expect(failure).toBeInstanceOf(ProtocolError);
    expect(failure).toMatchObject({ code: 'VALIDATION_ERROR', fieldIssues: details });
  });

  it('says the status where a proxy answers with a page', () => {
    expect(() => readAnswer(413, '<html>')).toThrow('HTTP 413');
    expect(() => readAnswer(200, '{}')).toThrow('HTTP 200');
  });
});
