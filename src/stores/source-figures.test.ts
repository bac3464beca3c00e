import { describe, expect, it } from 'vitest';
import type { SourceConfig } from '#domain/source.ts';
import type { ConnectionStats } from '#venues/venue.ts';
import { percentiles, SourceFigures } from './source-figures.ts';

const config: SourceConfig = {
  id: 'okx',
  kind: 'okx',
  name: 'OKX',
  url: 'wss://okx.test',
  via: 'direct',
  enabled: true,
  instruments: [],
  auth: 'none',
};

function connection(counts: Readonly<Record<string, number>>, over: Partial<ConnectionStats> = {}): ConnectionStats {
  const messages = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return {
    name: 'public',
    state: 'live',
    connectedAt: 0,
    messages,
    bytes: messages * 100,
    byType: Object.fromEntries(Object.entries(counts).map(([type, count]) => [type, { count, lastAt: 0 }])),
    lastMessageAt: 0,
    roundTripMs: null,
    reconnects: 0,
    resyncs: 0,
    dropped: 0,
    latency: null,
    subscriptions: 0,
    ...over,
  };
}

const figures = () => new SourceFigures(config, { phase: 'live', silentSince: null });

describe('rates', () => {
  it('are messages and bytes a second, and by type over the last ten seconds', () => {
    const source = figures();
    for (let second = 0; second <= 30; second++) {
      // Trades stop after 20 s.
      source.read([connection({ trades: Math.min(second, 20) * 4, books: second * 10 })], second * 1000);
    }
    const { history, typeRates } = source.view();
    expect(history.messagesPerSecond.slice(0, 2)).toEqual([14, 14]);
    expect(history.messagesPerSecond.at(-1)).toBe(10);
    expect(history.bytesPerSecond.at(-1)).toBe(1000);
    expect(typeRates).toEqual({ 'public trades': 0, 'public books': 10 });
  });

  it('say nothing after one reading, and go on over a counter that began anew', () => {
    const source = figures();
    source.read([connection({ books: 1000 })], 0);
    expect(source.view().typeRates).toEqual({});
    expect(source.view().history.messagesPerSecond).toEqual([]);
    source.read([connection({ books: 30 })], 2000);
    expect(source.view().typeRates).toEqual({ 'public books': 15 });
  });

  it('keep connections of one type apart', () => {
    const source = figures();
    const reading = (count: number) => [
      connection({ book: count }),
      connection({ book: count * 2 }, { name: 'market-2' }),
    ];
    source.read(reading(0), 0);
    source.read(reading(5), 1000);
    expect(source.view().typeRates).toEqual({ 'public book': 5, 'market-2 book': 10 });
  });
});

it('tells latencies as percentiles: received by the readings, painted by each frame', () => {
  const source = figures();
  source.read([connection({}, { latency: { p50: 10, p99: 20, count: 1 } })], 0);
  source.read([connection({}, { latency: { p50: 20, p99: 40, count: 3 } })], 1000);
  for (let ms = 1; ms <= 100; ms++) source.painted(ms);
  expect(source.view().latency).toEqual({ received: { p50: 17.5, p99: 40 }, painted: { p50: 50, p99: 99 } });
  expect(percentiles([])).toEqual({ p50: null, p99: null });
});
