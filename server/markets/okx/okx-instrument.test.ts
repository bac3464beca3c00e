import { expect, test } from 'vitest';
import type { Trade } from '#domain/market-data.ts';
import { BTC } from '#server/host/testing/scripted-market.ts';
import type { ConnectionStats } from '#venues/venue.ts';
import { ConnectionFigures } from '#server/venues/connection-figures.ts';
import { OkxInstrument } from './okx-instrument.ts';

const trade = (id: string, ts: number): Trade => ({
  venue: 'okx',
  instrument: 'BTC-USDT',
  id,
  ts,
  side: 'buy',
  price: '1',
  size: '1',
});
const ids = (instrument: OkxInstrument) => instrument.trades(10).map(({ id }) => id);

test('earlier trades come before the live ones, each once', () => {
  const instrument = new OkxInstrument(BTC);
  instrument.tape.push(trade('3', 30));
  instrument.tape.push(trade('4', 40));
  instrument.recall([trade('1', 10), trade('2', 20), trade('3', 30), trade('5', 50)]);
  expect(ids(instrument)).toEqual(['4', '3', '2', '1']);
});

test('without live ones all of them', () => {
  const instrument = new OkxInstrument(BTC);
  instrument.recall([trade('1', 10), trade('2', 20)]);
  expect(ids(instrument)).toEqual(['2', '1']);
});

test('figures are sums over the connections, the rate is of the time between, latency the busiest one’s', () => {
  const connection = (name: string, figures: Partial<ConnectionStats>): ConnectionStats => ({
    name,
    state: 'live',
    connectedAt: 0,
    messages: 0,
    bytes: 0,
    byType: {},
    lastMessageAt: null,
    roundTripMs: null,
    reconnects: 0,
    resyncs: 0,
    dropped: 0,
    latency: null,
    subscriptions: 0,
    ...figures,
  });
  const figures = new ConnectionFigures(1_000);
  const first = [
    connection('public', { messages: 40, lastMessageAt: 900, reconnects: 1, latency: { p50: 7, p99: 9, count: 40 } }),
    connection('business', { messages: 10, lastMessageAt: 950, resyncs: 2, latency: { p50: 80, p99: 90, count: 2 } }),
  ];
  expect(figures.read(first, 6_000)).toEqual({
    latencyMs: 7,
    reconnects: 1,
    resyncs: 2,
    dropped: 0,
    messages: 50,
    messagesPerSecond: 10,
    lastMessageAt: 950,
  });
  expect(figures.read([], 11_000)).toMatchObject({ latencyMs: null, lastMessageAt: null });
});
