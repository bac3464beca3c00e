import { describe, expect, it } from 'vitest';
import { VirtualTimers } from '#testing/virtual-timers.ts';
import type { RawFrame } from '../venue.ts';
import { createConnection, type ConnectionOptions, type Loss } from './connection.ts';
import { FakeSocket } from './fake-socket.ts';
import { RateBudget } from './rate-budget.ts';
import { ConnectionRecorder } from './stats.ts';

const IDLE = { mode: 'idle', ping: 'ping', pong: 'pong', everyMs: 25_000, answerMs: 5_000 } as const;

function setUp(more: Partial<ConnectionOptions> = {}, openSocket?: (url: string) => FakeSocket) {
  const timers = new VirtualTimers();
  const sockets: FakeSocket[] = [];
  const log = { opened: 0, received: [] as string[], losses: [] as Loss[], taps: [] as RawFrame[] };
  const stats = new ConnectionRecorder('public', timers);
  const connection = createConnection({
    url: 'wss://venue.test/ws',
    ports: {
      timers,
      random: () => 1,
      openSocket: (url) => {
        const socket = openSocket ? openSocket(url) : new FakeSocket(url, timers.now());
        sockets.push(socket);
        return socket;
      },
      tap: (frame) => log.taps.push(frame),
    },
    stats,
    backOff: { firstMs: 5_000, capMs: 30_000 },
    on: {
      opened: () => (log.opened += 1),
      received: (text) => log.received.push(text),
      lost: (loss) => log.losses.push(loss),
    },
    ...more,
  });
  const socket = () => {
    const newest = sockets.at(-1);
    if (!newest) throw new Error('no socket');
    return newest;
  };
  return { timers, sockets, socket, log, stats, connection };
}

describe('a connection', () => {
  it('opens, sends and receives; what is sent before is refused', () => {
    const { connection, socket, log, stats } = setUp();
    connection.start();
    expect(connection.state).toBe('connecting');
    expect(connection.send('early')).toBe(false);
    socket().accept();
    expect(connection.send('hello')).toBe(true);
    socket().say('world');
    expect(log).toMatchObject({ opened: 1, received: ['world'] });
    expect(socket().sent).toEqual(['hello']);
    expect(stats.read()).toMatchObject({ state: 'live', messages: 1, bytes: 5 });
  });

  it('gives a socket up that does not open within 10 s', async () => {
    const { connection, timers, sockets, log } = setUp();
    connection.start();
    await timers.advance(9_999);
    expect(log.losses).toEqual([]);
    await timers.advance(1);
    expect(log.losses).toMatchObject([{ cause: 'timeout', code: 1006, wasOpen: false, attempt: 1 }]);
    expect(sockets[0]?.isClosed).toBe(true);
    await timers.advance(5_000);
    expect(sockets).toHaveLength(2);
  });

  it('O7: tries again after 5 s, then longer, and counts anew only after the success the venue knows', async () => {
    const { connection, timers, sockets, socket, log } = setUp();
    connection.start();
    for (const delay of [5_000, 10_000, 20_000, 30_000, 30_000]) {
      socket().accept();
      socket().end(4004, 'idle');
      expect(log.losses.at(-1)).toMatchObject({ cause: 'closed', code: 4004, retryAt: timers.now() + delay });
      const before = sockets.length;
      await timers.advance(delay - 1);
      expect(sockets).toHaveLength(before);
      await timers.advance(1);
      expect(sockets).toHaveLength(before + 1);
    }
    socket().accept();
    connection.succeeded();
    expect(connection.attempt).toBe(0);
    socket().end();
    expect(log.losses.at(-1)).toMatchObject({ attempt: 1, retryAt: timers.now() + 5_000 });
  });

  it('O6: a clock that was set back puts no ping off', async () => {
    const { connection, timers, socket, log } = setUp({ heartbeat: IDLE });
    connection.start();
    socket().accept().say('data');
    await timers.advance(20_000);
    socket().say('data');
    timers.setBack(3_600_000);
    await timers.advance(30_000);
    expect(socket().sent).toEqual(['ping']);
    await timers.advance(5_000);
    expect(log.losses).toMatchObject([{ cause: 'silent' }]);
  });

  it('does not hear what a socket that was given up still says', async () => {
    const { connection, timers, sockets, socket, log } = setUp();
    connection.start();
    const old = socket().accept();
    connection.reconnect();
    expect(old.isClosed).toBe(true);
    old.say('late');
    old.end(1000, 'bye');
    expect([log.received, log.losses]).toEqual([[], []]);
    socket().accept();
    socket().end();
    expect(connection).toMatchObject({ attempt: 1, loss: { cause: 'closed' } });
    connection.reconnect();
    expect(connection.attempt).toBe(0);
    socket().accept();
    await timers.advance(60_000);
    expect(sockets).toHaveLength(3);
    expect(connection.state).toBe('open');
  });

  it('says so where the platform refuses to build a socket, and tries again', async () => {
    let isRefused = true;
    const { connection, timers, log, sockets } = setUp({}, (url) => {
      if (isRefused) throw new Error('mixed content');
      return new FakeSocket(url, 0);
    });
    connection.start();
    expect(log.losses).toMatchObject([{ cause: 'impossible', reason: 'mixed content' }]);
    isRefused = false;
    await timers.advance(5_000);
    expect(sockets).toHaveLength(1);
  });

  it('O6: pings after 25 s without a frame and is lost after 5 s without an answer', async () => {
    const { connection, timers, socket, log } = setUp({ heartbeat: IDLE });
    connection.start();
    socket().accept();
    await timers.advance(20_000);
    socket().say('{}');
    await timers.advance(24_999);
    expect(socket().sent).toEqual([]);
    await timers.advance(1);
    expect(socket().sent).toEqual(['ping']);
    await timers.advance(4_999);
    expect(log.losses).toEqual([]);
    await timers.advance(1);
    expect(log.losses).toMatchObject([{ cause: 'silent', wasOpen: true }]);
  });

  it('O6: takes any frame for life, counts the pong and its round trip, and hands it to nobody', async () => {
    const { connection, timers, socket, log, stats } = setUp({ heartbeat: IDLE });
    connection.start();
    socket().accept();
    await timers.advance(25_000);
    await timers.advance(40);
    socket().say('pong');
    expect(log.received).toEqual([]);
    expect(stats.read()).toMatchObject({ roundTripMs: 40, byType: { pong: { count: 1 } } });
    await timers.advance(25_000);
    expect(socket().sent).toEqual(['ping', 'ping']);
    socket().say('{"data":1}');
    await timers.advance(24_000);
    expect(log.losses).toEqual([]);
    expect(connection.state).toBe('open');
  });

  it('M3: pings at an interval from when it is told to, and only its own answer counts', async () => {
    const heartbeat = { mode: 'interval', ping: 'PING', pong: 'PONG', everyMs: 10_000, answerMs: 10_000 } as const;
    const { connection, timers, socket, log } = setUp({ heartbeat, heartbeatFrom: 'asked' });
    connection.start();
    socket().accept();
    await timers.advance(60_000);
    expect(socket().sent).toEqual([]);
    connection.startHeartbeat();
    expect(socket().sent).toEqual(['PING']);
    socket().say('PONG');
    await timers.advance(10_000);
    expect(socket().sent).toEqual(['PING', 'PING']);
    socket().say('[]');
    await timers.advance(9_999);
    expect(log.losses).toEqual([]);
    await timers.advance(1);
    expect(log.losses).toMatchObject([{ cause: 'silent' }]);
  });

  it('P8: a server that pings by itself is dead after 65 s of silence', async () => {
    const { connection, timers, socket, log } = setUp({ heartbeat: { mode: 'silence', limitMs: 65_000 } });
    connection.start();
    socket().accept();
    await timers.advance(60_000);
    socket().say('x');
    await timers.advance(64_999);
    expect(log.losses).toEqual([]);
    await timers.advance(1);
    expect(log.losses).toMatchObject([{ cause: 'silent' }]);
    expect(socket().sent).toEqual([]);
  });

  it('gives the tap every frame of both directions, but for secrets', () => {
    const { connection, timers, socket, log } = setUp({ isSecret: (frame) => frame.includes('login') });
    connection.start();
    socket().accept();
    connection.send('subscribe');
    connection.send('password', 'secret');
    socket().say('{"event":"login"}');
    socket().say('data');
    const about = { t: timers.now(), connection: 'public' };
    expect(log.taps).toEqual([
      { ...about, dir: 'out', frame: 'subscribe' },
      { ...about, dir: 'in', frame: 'data' },
    ]);
    expect(socket().sent).toEqual(['subscribe', 'password']);
  });

  it('counts what is no text as dropped', () => {
    const { connection, socket, log, stats } = setUp();
    connection.start();
    socket()
      .accept()
      .onmessage?.({ data: new ArrayBuffer(4) });
    expect(log.received).toEqual([]);
    expect(stats.read()).toMatchObject({ messages: 1, dropped: 1 });
  });

  it('O5: connections that share a budget wait for it', async () => {
    const timers = new VirtualTimers();
    const sockets: FakeSocket[] = [];
    const connects = new RateBudget({ burst: 2, everyMs: 1_000 }, timers);
    for (let i = 0; i < 6; i += 1) {
      createConnection({
        url: `wss://venue.test/${i}`,
        ports: {
          timers,
          random: () => 0,
          openSocket: (url) => {
            const socket = new FakeSocket(url, timers.now());
            sockets.push(socket);
            return socket;
          },
        },
        stats: new ConnectionRecorder(String(i), timers),
        backOff: { firstMs: 5_000, capMs: 30_000 },
        connects,
        on: { opened: () => undefined, received: () => undefined, lost: () => undefined },
      }).start();
    }
    const start = timers.now();
    await timers.advance(8_000);
    const times = sockets.map(({ openedAt }) => openedAt - start);
    expect(times.slice(0, 6)).toEqual([0, 0, 1_000, 2_000, 3_000, 4_000]);
  });

  it('leaves nothing behind after stop and close; stop may start again, close not', async () => {
    const { connection, timers, socket, sockets } = setUp({ heartbeat: IDLE });
    connection.start();
    socket().accept();
    connection.stop();
    expect([connection.state, timers.size, socket().isClosed]).toEqual(['idle', 0, true]);
    connection.start();
    socket().accept().end();
    expect(connection.state).toBe('waiting');
    connection.close();
    connection.reconnect();
    connection.start();
    expect([connection.state, timers.size]).toEqual(['closed', 0]);
    await timers.advance(60_000);
    expect(sockets).toHaveLength(2);
  });

  it('may be stopped from within its own loss', async () => {
    const held: { stop?: () => void } = {};
    const { connection, timers, socket, sockets } = setUp({
      on: { opened: () => undefined, received: () => undefined, lost: () => held.stop?.() },
    });
    held.stop = () => connection.stop();
    connection.start();
    socket().accept().end(4001);
    await timers.advance(60_000);
    expect([sockets.length, connection.state]).toEqual([1, 'idle']);
  });
});
