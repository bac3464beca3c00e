import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { startKnownSocketioServer } from '#testing/venues/known-socketio-server.ts';
import type { SessionStatus, VenueEvent, VenueSocket } from '../venue.ts';
import { openSocketIo } from './client.ts';
import { createTradingSocketioSession } from './session.ts';

const HOUR = 3_600_000;
const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

function openWs(url: string): VenueSocket {
  const ws = new WebSocket(url);
  const socket: VenueSocket = {
    onopen: null,
    onmessage: null,
    onclose: null,
    onerror: null,
    send: (text) => ws.send(text),
    close: () => ws.close(),
  };
  ws.onopen = () => socket.onopen?.();
  ws.onmessage = ({ data }) => socket.onmessage?.({ data });
  ws.onclose = ({ code, reason }) => socket.onclose?.({ code, reason });
  ws.onerror = (error) => socket.onerror?.(error);
  return socket;
}

function connect(url: string, token: string, zoneOffsetMs = 0) {
  const events: VenueEvent[] = [];
  const statuses: SessionStatus[] = [];
  const waiting = new Set<() => void>();
  const session = createTradingSocketioSession(
    {
      url,
      venue: 'acc.trading-socketio',
      instruments: [],
      token,
      zoneOffsetMs,
      openClient: (options, on) => openSocketIo({ ...options, retryFromMs: 10, retryToMs: 40 }, on),
    },
    {
      timers: {
        now: () => Date.now(),
        after: (_ms, task) => {
          const timer = setTimeout(task, 1);
          return () => clearTimeout(timer);
        },
      },
      random: () => 0,
      openSocket: openWs,
      emit: (batch) => {
        events.push(...batch);
        waiting.forEach((look) => look());
      },
      onStatus: (status) => {
        statuses.push(status);
        waiting.forEach((look) => look());
      },
    },
  );
  cleanUp.push(() => session.close());
  session.want([{ feed: 'account', symbol: '' }]);
  session.start();
  const when = (is: () => boolean) =>
    new Promise<void>((resolve) => {
      const look = () => is() && resolve();
      waiting.add(look);
      look();
    });
  const kinds = () => events.map((event) => (event.type === 'account' ? event.event.type : event.type));
  return { session, events, statuses, when, kinds };
}

async function serve(options: Partial<Parameters<typeof startKnownSocketioServer>[0]> = {}) {
  const server = await startKnownSocketioServer({ tokens: { four: 4, five: 5 }, isLively: false, ...options });
  cleanUp.push(() => server.stop());
  return server;
}

describe('our session with the known server', () => {
  it.each(['known', 'documented'] as const)(
    'T3–T7: reads the %s shapes; others’ replies are not ours',
    async (shapes) => {
      const server = await serve({ shapes });
      const ours = connect(server.url, 'four');
      await ours.when(() => ours.events.length === 4);
      expect(ours.kinds()).toEqual(['balance', 'positions', 'pnl', 'orders']);
      const theirs = connect(server.url, 'five');
      await theirs.when(() => theirs.events.length === 4);
      server.set(5, 'positions', []);
      await theirs.when(() => theirs.events.length === 5);
      server.set(4, 'pnl', { total_pnl: 7, today_pnl: 0, unrealized_pnl: 0, realized_pnl: 7 });
      await ours.when(() => ours.events.length === 5);
      expect(ours.events.at(-1)).toMatchObject({ event: { type: 'pnl', pnl: { total: '7' } } });
      expect([...ours.kinds(), ...theirs.kinds()]).not.toContain('problem');
      expect(server.received.filter(([user]) => user === 4)).toEqual([
        [4, 'subscribe_trading', { types: ['balance', 'positions', 'pnl', 'orders'] }],
      ]);
    },
  );

  it('T5: local times of the configured zone are not delays of hours', async () => {
    const server = await serve({ zoneOffsetMs: 8 * HOUR });
    const made = connect(server.url, 'four', 8 * HOUR);
    await made.when(() => made.events.length === 4);
    expect(Math.abs(made.session.stats()[0]?.latency?.p50 ?? Infinity)).toBeLessThan(HOUR);
  });

  it('T8: after a cut everything is subscribed to again; an expired token is asked for anew', async () => {
    const server = await serve();
    const made = connect(server.url, 'four');
    await made.when(() => made.events.length === 4);
    server.cutAll();
    await made.when(() => made.events.length === 8);
    expect(server.received).toHaveLength(2);
    server.expire('four');
    await made.when(() => made.statuses.at(-1)?.phase === 'refused');
    expect(made.statuses.at(-1)).toEqual({ phase: 'refused', reason: 'Connection rejected by server' });
    expect(server.refused).toBe(1);
  });
});
