import { describe, expect, it } from 'vitest';
import { createFrameScheduler, type FrameHost } from './frame-scheduler.ts';

function fakeHost() {
  const host = {
    frames: [] as (() => void)[],
    timers: [] as (() => void)[],
    isHidden: false,
  };
  const request = (list: (() => void)[]) => (run: () => void) => {
    list.push(run);
    return () => {
      const at = list.indexOf(run);
      if (at >= 0) list.splice(at, 1);
    };
  };
  const port: FrameHost = {
    requestFrame: request(host.frames),
    after: (_ms, run) => request(host.timers)(run),
    hidden: () => host.isHidden,
  };
  return { host, port };
}

describe('frame scheduler', () => {
  it('runs a task given many times once a frame', () => {
    const { host, port } = fakeHost();
    const scheduler = createFrameScheduler(port, fail);
    let runs = 0;
    const task = () => {
      runs += 1;
    };
    for (let i = 0; i < 1000; i += 1) scheduler.schedule(task);
    expect(runs).toBe(0);
    expect(host.frames).toHaveLength(1);
    host.frames[0]?.();
    expect(runs).toBe(1);
    expect(host.frames).toHaveLength(0);
    expect(host.timers).toHaveLength(0);
  });

  it('leaves what a task schedules to the next frame', () => {
    const { host, port } = fakeHost();
    const scheduler = createFrameScheduler(port, fail);
    const order: string[] = [];
    scheduler.schedule(() => {
      order.push('first');
      scheduler.schedule(() => order.push('second'));
    });
    host.frames[0]?.();
    expect(order).toEqual(['first']);
    host.frames[0]?.();
    expect(order).toEqual(['first', 'second']);
  });

  it('falls back to a timer while the page is hidden', () => {
    const { host, port } = fakeHost();
    host.isHidden = true;
    const scheduler = createFrameScheduler(port, fail);
    let runs = 0;
    scheduler.schedule(() => {
      runs += 1;
    });
    expect(host.frames).toHaveLength(0);
    host.timers[0]?.();
    expect(runs).toBe(1);
  });

  it('goes on after a task that throws, and reports it', () => {
    const { host, port } = fakeHost();
    const errors: unknown[] = [];
    const scheduler = createFrameScheduler(port, (error) => errors.push(error));
    let ran = false;
    scheduler.schedule(() => {
      throw new Error('broken store');
    });
    scheduler.schedule(() => {
      ran = true;
    });
    host.frames[0]?.();
    expect(ran).toBe(true);
    expect(errors).toEqual([new Error('broken store')]);
  });
});

function fail(error: unknown): never {
  throw error;
}
