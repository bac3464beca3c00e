import { describe, expect, it } from 'vitest';
import type { Candle, Interval } from '#domain/market-data.ts';
import type { CandleFeed, CandleFeedState } from '#stores/market-candle-feed.ts';
import { createFeed, keyed } from '#stores/market-feed.ts';
import { VirtualTimers } from '#testing/virtual-timers.ts';
import { createDayCloses } from './day-closes.ts';

const NOW = 10 * 86_400_000;
const bar = (ts: number, close: string): Candle => ({
  ts,
  open: close,
  high: close,
  low: close,
  close,
  volume: '1',
  closed: true,
});

/** Candle feeds the test answers one by one. */
function setUp() {
  const timers = new VirtualTimers(NOW);
  const open = new Map<string, (state: Partial<CandleFeedState>) => void>();
  const started: string[] = [];
  const make = (symbol: string, interval: Interval): CandleFeed => {
    const initial: CandleFeedState = { status: 'loading', error: null, bars: [], revision: 0, complete: false };
    const feed = createFeed<CandleFeedState>(initial, (set) => {
      started.push(`${symbol} ${interval}`);
      open.set(symbol, (state) => set({ ...initial, ...state }));
      return () => open.delete(symbol);
    });
    return { ...feed, loadOlder: () => undefined, retry: () => undefined };
  };
  const bySymbol = keyed((symbol: string, _interval: Interval) => symbol, make);
  const candles = ({ symbol }: { readonly symbol: string }, interval: Interval) => bySymbol(symbol, interval);
  const store = createDayCloses({ candles }, timers);
  const named = (symbol: string) => ({ venue: 'okx.okx', symbol });
  const look = (symbol: string) => store.fetched(named(symbol)).subscribe(() => undefined);
  const closes = (symbol: string) => store.fetched(named(symbol)).getState().closes;
  return { timers, open, started, store, named, look, closes };
}

describe('day closes', () => {
  it('fetches no more than four at once, and lets each go when it is there', () => {
    const { open, started, look, closes } = setUp();
    for (let i = 0; i < 7; i++) look(`S${i}`);
    expect([...open.keys()]).toEqual(['S0', 'S1', 'S2', 'S3']);
    open.get('S1')?.({
      status: 'ready',
      bars: [bar(NOW - 2 * 86_400_000, '1'), bar(NOW - 900_000, '2'), bar(NOW, '3')],
    });
    expect(closes('S1')).toEqual([2, 3]);
    expect([...open.keys()]).toEqual(['S0', 'S2', 'S3', 'S4']);
    open.get('S0')?.({ status: 'error' });
    expect(started).toHaveLength(6);
  });

  it('does not fetch what went out of sight before its turn, and frees the turn of what did during it', () => {
    const { open, started, look } = setUp();
    const stops = Array.from({ length: 6 }, (_, i) => look(`S${i}`));
    stops[4]?.();
    stops[0]?.();
    expect(started).toEqual(['S0 15m', 'S1 15m', 'S2 15m', 'S3 15m', 'S5 15m']);
    expect([...open.keys()]).toEqual(['S1', 'S2', 'S3', 'S5']);
  });

  it('gives up on a source that does not answer', async () => {
    const { timers, open, look } = setUp();
    for (let i = 0; i < 5; i++) look(`S${i}`);
    await timers.advance(10_000);
    expect([...open.keys()]).toEqual(['S4']);
  });

  it('fetches anew after five minutes in sight, and not before when seen again', async () => {
    const { timers, open, started, look } = setUp();
    const stop = look('A');
    open.get('A')?.({ status: 'ready', bars: [bar(NOW, '1')] });
    stop();
    await timers.advance(60_000);
    look('A');
    expect(started).toEqual(['A 15m']);
    await timers.advance(4 * 60_000);
    expect(started).toEqual(['A 15m', 'A 15m']);
  });

  it('does not show what is left from an earlier look as if it were new', async () => {
    const { timers, open, look, closes } = setUp();
    look('A');
    open.get('A')?.({ status: 'ready', revision: 1, bars: [bar(NOW, '1')] });
    await timers.advance(30 * 60_000);
    expect([...open.keys()]).toEqual(['A']);
    open.get('A')?.({ status: 'ready', revision: 2, bars: [bar(NOW, '1'), bar(NOW + 3_600_000, '2')] });
    expect(closes('A')).toEqual([1, 2]);
    expect(open.size).toBe(0);
  });

  it('follows a source without history', () => {
    const { open, started, store, named } = setUp();
    const feed = store.followed(named('KOGE/USDT'));
    const stop = feed.subscribe(() => undefined);
    expect(started).toEqual(['KOGE/USDT 1m']);
    open.get('KOGE/USDT')?.({ status: 'ready', bars: [bar(NOW, '0.000000012')] });
    expect(feed.getState().closes).toEqual([1.2e-8]);
    stop();
    expect(open.size).toBe(0);
  });
});
