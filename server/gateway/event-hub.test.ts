import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { channelMatches } from '#domain/channel.ts';
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

const CHANNELS = ['grid.a.order', 'grid.b.order', 'grid.a.lifecycle', 'system.kill_switch'];
const PATTERNS = ['*', 'grid.*', 'grid.*.order', 'grid.a.order', 'system.*'];

test('Z12: whatever is subscribed, dropped and resumed in whatever tick, each durable event comes once and in order', () => {
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ do: fc.constant('publish' as const), channel: fc.constantFrom(...CHANNELS) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('flush' as const) }) },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant('subscribe' as const),
        patterns: fc.uniqueArray(fc.constantFrom(...PATTERNS), { minLength: 1, maxLength: 3 }),
        back: fc.option(fc.nat(8), { nil: undefined }),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constant('unsubscribe' as const), pattern: fc.constantFrom(...PATTERNS) }),
    },
  );
  fc.assert(
    fc.property(fc.array(step, { minLength: 20, maxLength: 40 }), (steps) => {
      const { hub, publish, seat } = setUp();
      const { seat: client, got } = seat();
      const published: string[] = [];
      const live: number[] = [];
      /** What each active pattern has brought, or will. */
      const brought = new Map<string, Set<number>>();
      const matching = (pattern: string, from: number) =>
        published.flatMap((channel, i) => (i >= from && channelMatches(pattern, channel) ? [i + 1] : []));
      for (const action of steps) {
        if (action.do === 'publish') {
          publish(published.length, action.channel);
          published.push(action.channel);
          const seq = published.length;
          const takers = [...brought].filter(([pattern]) => channelMatches(pattern, action.channel));
          for (const [, seqs] of takers) seqs.add(seq);
          if (takers.length > 0) live.push(seq);
        } else if (action.do === 'flush') {
          hub.flush();
        } else if (action.do === 'unsubscribe') {
          hub.unsubscribe(client, [action.pattern]);
          brought.delete(action.pattern);
        } else {
          const { patterns, back } = action;
          const from = Math.max(0, published.length - (back ?? 0));
          const had = new Set([...brought.values()].flatMap((seqs) => [...seqs]));
          const wanted = new Set(patterns.flatMap((pattern) => matching(pattern, from)));
          const { replay } = hub.subscribe(
            client,
            patterns,
            back === undefined ? undefined : { run: 'run', seq: from },
          );
          expect(replay?.map(({ seq }) => seq)).toEqual(
            [...wanted].filter((seq) => !had.has(seq)).toSorted((a, b) => a - b),
          );
          for (const pattern of patterns) {
            brought.set(pattern, new Set([...(brought.get(pattern) ?? []), ...matching(pattern, from)]));
          }
        }
      }
      hub.flush();
      expect(got).toEqual(live);
    }),
    { numRuns: 500 },
  );
});
