import { describe, expect, test } from 'vitest';
import { InProcessBus } from '#server/bus.ts';
import { EventHub, Seat } from './event-hub.ts';

/** A hub whose ticks end when told to. */
function setUp() {
  const bus = new InProcessBus();
  const hub = new EventHub({ bus, run: 'run', schedule: () => {} });
  const publish = (n: number, channel = 'grid.g.order') =>
    bus.publish({ channel, event: 'placed', timestamp: 0, data: n });
  const seat = () => {
    const got: number[] = [];
    const writes: Buffer[] = [];
    const receiver = {
      deliver: (frames: readonly { seq: number }[], joined: Buffer) => {
        got.push(...frames.map(({ seq }) => seq));
        writes.push(joined);
      },
    };
    return { seat: new Seat(receiver, 'trader'), got, writes };
  };
  return { hub, publish, seat };
}

describe('one tick', () => {
  test('is one write a client, of bytes shared by all with the same subscriptions', () => {
    const { hub, publish, seat } = setUp();
    const [a, b, c] = [seat(), seat(), seat()];
    hub.subscribe(a.seat, ['grid.*', 'market.*'], undefined);
    hub.subscribe(b.seat, ['market.*', 'grid.*'], undefined);
    hub.subscribe(c.seat, ['grid.g.order'], undefined);
    for (const n of [1, 2, 3]) publish(n);
    hub.flush();
    expect([a.got, b.got, c.got]).toEqual([
      [1, 2, 3],
      [1, 2, 3],
      [1, 2, 3],
    ]);
    expect(a.writes).toHaveLength(1);
    expect(b.writes[0]).toBe(a.writes[0]);
  });

  test('Z12: a client that changes its subscriptions within one loses nothing and gets nothing twice', () => {
    const { hub, publish, seat } = setUp();
    const [mover, stayer, newcomer] = [seat(), seat(), seat()];
    hub.subscribe(mover.seat, ['grid.*'], undefined);
    hub.subscribe(stayer.seat, ['grid.*', 'system.*'], undefined);
    publish(1);
    hub.subscribe(mover.seat, ['system.*'], undefined);
    hub.subscribe(newcomer.seat, ['grid.*', 'system.*'], { run: 'run', seq: 0 });
    publish(2);
    hub.unsubscribe(mover.seat, ['grid.*']);
    publish(3);
    hub.flush();
    expect(mover.got).toEqual([1, 2]);
    expect(stayer.got).toEqual([1, 2, 3]);
    // Event 1 came to the newcomer as a replay.
    expect(newcomer.got).toEqual([2, 3]);
  });

  test('Z12: current values asked for within one come after what was published before them', () => {
    const { hub, publish, seat } = setUp();
    const { seat: asking, got } = seat();
    hub.subscribe(asking, ['grid.*'], undefined);
    publish(1);
    hub.subscribe(asking, ['grid.*'], undefined);
    expect(got).toEqual([1]);
  });

  test('brings nothing to a client that left, and its group is forgotten with it', () => {
    const { hub, publish, seat } = setUp();
    const only = seat();
    hub.subscribe(only.seat, ['grid.*'], undefined);
    publish(1);
    hub.leave(only.seat);
    publish(2);
    hub.flush();
    expect(only.got).toEqual([1]);
    expect(only.seat.group).toBeUndefined();
  });

  test('a new client hears of channels that were routed before it came', () => {
    const { hub, publish, seat } = setUp();
    publish(1);
    const late = seat();
    hub.subscribe(late.seat, ['grid.*.order'], undefined);
    publish(2);
    hub.flush();
    expect(late.got).toEqual([2]);
  });

  test('what is no channel of the protocol has no number', () => {
    const { hub, publish } = setUp();
    publish(1, 'grid.order');
    publish(1, 'weather.today.rain');
    expect(hub.seq).toBe(0);
    publish(1, 'system.health');
    expect(hub.seq).toBe(1);
  });
});
