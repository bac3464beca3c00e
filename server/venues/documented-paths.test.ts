import { expect, test } from 'vitest';
import {
  candlesPath,
  historyCandlesPath,
  instrumentsPath,
  tradesPath,
  bookPath as okxBookPath,
} from '#venues/okx/rest.ts';
import { bookPath, eventsPath, marketsPath, pricesHistoryPath } from '#venues/polymarket/rest.ts';
import { venueRequest } from './public-endpoints.ts';

const QUERY = {
  slug: 'rain',
  conditionIds: '0x1',
  clobTokenIds: '1',
  order: 'volume24hr',
  ascending: false,
  closed: false,
  limit: 10,
  offset: 5,
};

test.each([
  `/okx${candlesPath({ symbol: 'BTC-USDT', interval: '1m', before: 1, after: 2, limit: 3 })}`,
  `/okx${historyCandlesPath({ symbol: 'BTC-USDT', interval: '1d' })}`,
  `/okx${instrumentsPath('SPOT', 'BTC-USDT')}`,
  `/okx${tradesPath('BTC-USDT')}`,
  `/okx${okxBookPath('BTC-USDT')}`,
  `/polymarket-gamma${marketsPath(QUERY)}`,
  `/polymarket-gamma${eventsPath({ slug: 'rain', closed: false, limit: 10 })}`,
  `/polymarket-clob${bookPath('1')}`,
  `/polymarket-clob${pricesHistoryPath('1', { from: 1, to: 2, fidelity: 5 })}`,
])('O15, M14: what the desk asks for is served: %s', (address) => {
  expect(venueRequest(address)).toMatchObject({ path: expect.any(String) });
});
