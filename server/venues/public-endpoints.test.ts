import { expect, test } from 'vitest';
import { venueRequest } from './public-endpoints.ts';

const CANDLES = '/api/v5/market/candles';

test('O15: a documented path with documented parameters, in one order', () => {
  const request = venueRequest(`/okx${CANDLES}?instId=BTC-USDT&bar=1m`);
  expect(request).toMatchObject({ api: 'okx', path: CANDLES });
  expect(typeof request === 'object' && 'query' in request && request.query.toString()).toBe('bar=1m&instId=BTC-USDT');
});

// As they stand in a request line: a client that wants to can send these, whatever URL parsers make of them.
test.each([
  '/okx/api/v5/market/./candles',
  '/okx/api/v5/market/x/../candles',
  '/okx/api/v5/market/%2e%2e/market/candles',
  '/okx/../okx/api/v5/market/candles',
  '/okx/..%2f..%2fapi/v5/market/candles',
  '/okx\\..\\api/v5/market/candles',
  '/okx/api/v5/market/candles\t',
  '/okx/api/v5/market/candles#',
  '/okx/api/v5/market/candles;x',
  '//okx/api/v5/market/candles',
  'okx/api/v5/market/candles',
  'http://127.0.0.1/api/v2/venues/okx/api/v5/market/candles',
  '/okx@evil.example/api/v5/market/candles',
  '/okx:80/api/v5/market/candles',
  '/okx/__proto__',
  '/hasOwnProperty/api/v5/market/candles',
  '/',
  '',
])('%j is nothing', (address) => {
  expect(venueRequest(address)).toBe('unknown');
});

test('a parameter that is not documented is named', () => {
  expect(venueRequest(`/okx${CANDLES}?instId=A&url=http://evil.example`)).toEqual({ parameter: 'url' });
});
