import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createFeed } from './market-feed.ts';
import { pacedFeed } from './paced-feed.ts';

interface Count {
  readonly count: number;
}

describe('a paced feed', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function setUp() {
    let set: (state: Count) => void = () => undefined;
    const close = vi.fn<() => void>();
    const feed = createFeed<Count>({ count: 0 }, (fill) => {
      set = fill;
      return close;
    });
    return { feed: pacedFeed(feed, 100), tell: (count: number) => set({ count }), close };
  }

  it('shows the first change at once, then the newest once a pause, and the last for sure', () => {
    const { feed, tell } = setUp();
    const seen: number[] = [];
    feed.subscribe(({ count }) => seen.push(count));
    vi.advanceTimersByTime(100);
    for (let count = 1; count <= 50; count++) {
      tell(count);
      vi.advanceTimersByTime(10);
    }
    vi.advanceTimersByTime(1_000);
    expect(seen[0]).toBe(1);
    expect(seen.at(-1)).toBe(50);
    expect(seen.length).toBeLessThanOrEqual(7);
    expect(feed.getState()).toEqual({ count: 50 });
  });

  it('holds still between two showings, as what reads it while it renders needs', () => {
    const { feed, tell } = setUp();
    feed.subscribe(() => undefined);
    tell(1);
    const shown = feed.getState();
    tell(2);
    expect(feed.getState()).toBe(shown);
    vi.advanceTimersByTime(200);
    expect(feed.getState()).toEqual({ count: 2 });
  });

  it('tells every listener', () => {
    const { feed, tell } = setUp();
    const seen: string[] = [];
    feed.subscribe(({ count }) => seen.push(`first ${count}`));
    feed.subscribe(({ count }) => seen.push(`second ${count}`));
    tell(1);
    expect(seen).toEqual(['first 1', 'second 1']);
  });

  it('closes its source with the last listener, and tells nothing afterwards', () => {
    const { feed, tell, close } = setUp();
    const listener = vi.fn<() => void>();
    const stop = feed.subscribe(listener);
    tell(1);
    tell(2);
    stop();
    vi.advanceTimersByTime(1_000);
    expect(close).toHaveBeenCalledTimes(1);
    expect(listener).not.toHaveBeenCalledWith({ count: 2 }, expect.anything());
  });
});
