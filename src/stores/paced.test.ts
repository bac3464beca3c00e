import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { paced } from './paced.ts';

describe('a paced task', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('runs at once, then once a pause however often it is asked for, and never misses the last', () => {
    const task = vi.fn<() => void>();
    const { run } = paced(100, task);
    run();
    expect(task).toHaveBeenCalledTimes(1);
    for (let i = 0; i < 10; i += 1) {
      run();
      vi.advanceTimersByTime(9);
    }
    expect(task).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(10);
    expect(task).toHaveBeenCalledTimes(2);
    vi.advanceTimersByTime(1_000);
    expect(task).toHaveBeenCalledTimes(2);
    run();
    expect(task).toHaveBeenCalledTimes(3);
  });

  it('runs no more once it is stopped', () => {
    const task = vi.fn<() => void>();
    const { run, stop } = paced(100, task);
    run();
    run();
    stop();
    vi.advanceTimersByTime(1_000);
    expect(task).toHaveBeenCalledTimes(1);
  });
});
