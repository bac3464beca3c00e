import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { VenueEvent } from '../venue.ts';
import { LatencyHistogram } from './latency-histogram.ts';
import { ConnectionRecorder } from './stats.ts';

function setUp() {
  const clock = { at: 1_000, now: () => clock.at };
  return { clock, stats: new ConnectionRecorder('public', clock) };
}

describe('ConnectionRecorder', () => {
  it('counts frames, bytes and types with their last time', () => {
    const { clock, stats } = setUp();
    stats.frame(10);
    stats.typed('trades');
    clock.at = 2_000;
    stats.frame(5);
    stats.typed('tickers');
    clock.at = 3_000;
    stats.frame(7);
    stats.typed('trades');
    stats.dropped();
    stats.resynced();
    stats.roundTrip(12);
    stats.subscriptions = 4;
    expect(stats.read()).toMatchObject({
      name: 'public',
      messages: 3,
      bytes: 22,
      byType: { trades: { count: 2, lastAt: 3_000 }, tickers: { count: 1, lastAt: 2_000 } },
      lastMessageAt: 3_000,
      roundTripMs: 12,
      resyncs: 1,
      dropped: 1,
      subscriptions: 4,
    });
  });

  it('keeps a peer that makes up types from filling the memory', () => {
    const { stats } = setUp();
    for (let i = 0; i < 10_000; i += 1) stats.typed(`type-${i}`);
    const { byType } = stats.read();
    expect(Object.keys(byType)).toHaveLength(65);
    expect(byType['other']?.count).toBe(10_000 - 64);
  });

  it('counts reconnects, and a socket beside the open one changes nothing of its state', () => {
    const { clock, stats } = setUp();
    const [first, second] = [{}, {}];
    stats.shut('connecting', first);
    expect(stats.read()).toMatchObject({ state: 'connecting', connectedAt: null, reconnects: 0 });
    stats.opened(first);
    stats.shut('connecting', second);
    expect(stats.read()).toMatchObject({ state: 'live', connectedAt: 1_000, reconnects: 0 });
    clock.at = 5_000;
    stats.opened(second);
    stats.shut('closed', first);
    expect(stats.read()).toMatchObject({ state: 'live', connectedAt: 5_000, reconnects: 1 });
    stats.shut('waiting', second);
    expect(stats.read()).toMatchObject({ state: 'waiting', connectedAt: null });
  });

  it('takes the latency of a frame from its first event that tells when it was sent', () => {
    const { stats } = setUp();
    const candle = { ts: 0, open: '1', high: '1', low: '1', close: '1', volume: '1', closed: false };
    const trade = { venue: 'v', instrument: 'A-B', id: '1', ts: 900, side: 'buy', price: '1', size: '1' } as const;
    const candleEvent: VenueEvent = { type: 'candle', symbol: 'A-B', interval: '1m', candle };
    stats.latencyOf([candleEvent], 1_000);
    expect(stats.read().latency).toBeNull();
    stats.latencyOf([candleEvent, { type: 'trade', trade }], 940);
    expect(stats.read().latency).toEqual({ p50: 40, p99: 40, count: 1 });
    expect(stats.read().latency).toBeNull();
  });
});

describe('LatencyHistogram', () => {
  it('is within 7 % of the exact percentiles, negative ones too', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -5_000, max: 100_000 }), { minLength: 1, maxLength: 300 }), (values) => {
        const histogram = new LatencyHistogram();
        for (const value of values) histogram.add(value);
        const sorted = values.toSorted((a, b) => a - b);
        const exact = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] ?? NaN;
        const figures = histogram.take();
        expect(figures?.count).toBe(values.length);
        for (const [read, share] of [
          [figures?.p50, 0.5],
          [figures?.p99, 0.99],
        ] as const) {
          expect(Math.abs((read ?? NaN) - exact(share))).toBeLessThanOrEqual(Math.abs(exact(share)) * 0.07 + 1);
        }
      }),
    );
  });

  it('survives what is no latency', () => {
    const histogram = new LatencyHistogram();
    for (const value of [NaN, Infinity, -Infinity]) histogram.add(value);
    expect(histogram.take()).toBeNull();
    histogram.add(1e15);
    expect(histogram.take()?.count).toBe(1);
  });
});
