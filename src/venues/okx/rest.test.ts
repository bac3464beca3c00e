import { describe, expect, it } from 'vitest';
import {
  bookPath,
  candlesPath,
  historyCandlesPath,
  instrumentsPath,
  parseBook,
  parseCandles,
  parseInstruments,
  parseTrades,
  tradesPath,
} from './rest.ts';

const answer = (data: unknown) => ({ code: '0', msg: '', data });
const bar = (ts: number, confirm = '1') => [String(ts), '1', '3', '0.5', '2', '10', '20', '20', confirm];

describe('O15: paths', () => {
  it('ask for at most 300 bars, in the venue’s words: its after is our before', () => {
    expect(candlesPath({ symbol: 'BTC-USDT', interval: '1h' })).toBe(
      '/api/v5/market/candles?instId=BTC-USDT&bar=1H&limit=300',
    );
    expect(historyCandlesPath({ symbol: 'BTC-USDT', interval: '1d', before: 2_000, after: 1_000, limit: 9_999 })).toBe(
      '/api/v5/market/history-candles?instId=BTC-USDT&bar=1Dutc&after=2000&before=1000&limit=300',
    );
    expect(candlesPath({ symbol: 'BTC-USDT', interval: '1m', limit: 0 })).toContain('limit=1');
  });

  it('carry a symbol as data, whatever is in it', () => {
    expect(candlesPath({ symbol: 'A&limit=1', interval: '5m' })).toContain('instId=A%26limit%3D1&bar=5m');
    expect(instrumentsPath('SWAP', 'A/B')).toBe('/api/v5/public/instruments?instType=SWAP&instId=A%2FB');
    expect(instrumentsPath('SPOT')).toBe('/api/v5/public/instruments?instType=SPOT');
    expect(tradesPath('A-B')).toBe('/api/v5/market/trades?instId=A-B&limit=100');
    expect(bookPath('A-B')).toBe('/api/v5/market/books?instId=A-B&sz=400');
  });
});

describe('O15: answers', () => {
  it('candles come newest first and leave oldest first, each once, the forming one marked', () => {
    const read = parseCandles(answer([bar(180_000, '0'), bar(120_000), bar(120_000), bar(60_000)]), 'BTC-USDT');
    if (!read.ok) throw new Error(read.message);
    expect(read.value.map(({ ts, closed }) => [ts, closed])).toEqual([
      [60_000, true],
      [120_000, true],
      [180_000, false],
    ]);
    expect(parseCandles(answer([]), 'BTC-USDT')).toEqual({ ok: true, value: [] });
  });

  it('the venue’s own errors are told with their code', () => {
    const error = { ok: false, error: 'refused', code: '51001', message: 'Instrument ID does not exist' };
    const body = { code: '51001', msg: 'Instrument ID does not exist', data: [] };
    expect(parseCandles(body, 'X')).toEqual(error);
    expect(parseInstruments(body)).toEqual(error);
  });

  it.each([[null], ['text'], [[]], [{ code: '0' }], [answer([['x']])], [answer([null])]])('malformed: %j', (body) => {
    for (const read of [parseCandles(body, 'X'), parseInstruments(body), parseTrades(body, 'okx'), parseBook(body)]) {
      expect(read.ok).toBe(false);
    }
  });

  it('instruments are those that trade: spot and perpetual swaps', () => {
    const rules = { tickSz: '0.1', lotSz: '0.01', minSz: '0.02' };
    const row = (instId: string, instType: string, state: string) => ({
      ...rules,
      instId,
      instType,
      state,
      uly: 'A-B',
    });
    const rows = [
      row('A-B', 'SPOT', 'live'),
      row('C-B', 'SPOT', 'suspend'),
      row('A-B-SWAP', 'SWAP', 'live'),
      row('A-B-270101', 'FUTURES', 'live'),
    ];
    const read = parseInstruments(answer(rows));
    if (!read.ok) throw new Error(read.message);
    expect(read.value.map(({ instrument }) => instrument.symbol)).toEqual(['A-B', 'A-B-SWAP']);
  });
});
