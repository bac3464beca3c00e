import { describe, expect, it } from 'vitest';
import { seededRandom } from '#domain/random.ts';
import { VirtualTimers } from '#testing/virtual-timers.ts';
import type { RawFrame, SessionStatus, VenueEvent, VenueSocket } from '../venue.ts';
import { createPushSession } from './session.ts';

class FakeSocket implements VenueSocket {
  onopen: VenueSocket['onopen'] = null;
  onmessage: VenueSocket['onmessage'] = null;
  onclose: VenueSocket['onclose'] = null;
  onerror: VenueSocket['onerror'] = null;
  readonly url: string;
  readonly sent: string[] = [];
  closed = false;

  constructor(url: string) {
    this.url = url;
  }

  send(text: string): void {
    this.sent.push(text);
  }

  close(): void {
    this.closed = true;
  }

  say(frame: unknown): void {
    this.onmessage?.({ data: typeof frame === 'string' ? frame : JSON.stringify(frame) });
  }
}

const PRICE = { type: 'price_update', data: { symbol: 'A/B', price: 1 }, timestamp: 1_700_000_000_000 };
const BOOK = { type: 'orderbook_update', data: { bids: [[1, 1]], asks: [] } };

function setUp(token?: string) {
  const timers = new VirtualTimers();
  const sockets: FakeSocket[] = [];
  const events: VenueEvent[] = [];
  const statuses: SessionStatus[] = [];
  const taps: RawFrame[] = [];
  const session = createPushSession(
    { url: 'ws://127.0.0.1:8000/ws', venue: 'p.push', instruments: [], ...(token !== undefined && { token }) },
    {
      timers,
      random: seededRandom(1),
      openSocket: (url) => {
        const socket = new FakeSocket(url);
        sockets.push(socket);
        return socket;
      },
      emit: (batch) => events.push(...batch),
      onStatus: (status) => statuses.push(status),
      tap: (frame) => taps.push(frame),
    },
  );
  const newest = () => {
    const socket = sockets.at(-1);
    if (!socket) throw new Error('no socket');
    return socket;
  };
  return { timers, sockets, events, statuses, taps, session, newest };
}

describe('a push session', () => {
  it('P4: answers both forms of ping with the plain text pong, and nothing else', () => {
    const { session, newest } = setUp();
    session.start();
    newest().onopen?.();
    newest().say({ type: 'ping', timestamp: 'now' });
    newest().say('ping');
    newest().say({ type: 'echo', data: 'pong' });
    newest().say('pong');
    newest().say(PRICE);
    expect(newest().sent).toEqual(['pong', 'pong']);
    expect(session.stats()[0]?.byType).toMatchObject({
      ping: { count: 2 },
      echo: { count: 1 },
      price_update: { count: 1 },
    });
  });

  it('P8: 65 s without a frame is a dead connection; any frame is a sign of life', async () => {
    const { session, newest, timers, sockets, events } = setUp();
    session.start();
    newest().onopen?.();
    newest().say(PRICE);
    newest().say(BOOK);
    await timers.advance(60_000);
    newest().say('ping');
    await timers.advance(64_000);
    expect(session.status.phase).toBe('live');
    await timers.advance(1_000);
    expect(session.status).toMatchObject({ phase: 'waiting', attempt: 1 });
    expect(sockets[0]?.closed).toBe(true);
    expect(events.at(-1)).toMatchObject({ type: 'book_state', state: { trust: 'stale' } });
  });

  it('counts a book that had to start anew once', async () => {
    const { session, newest, timers } = setUp();
    session.start();
    newest().onopen?.();
    for (const frame of [PRICE, BOOK, BOOK]) newest().say(frame);
    expect(session.stats()).toMatchObject([{ resyncs: 0 }]);
    newest().onclose?.({ code: 1006, reason: '' });
    await timers.advance(1_000);
    newest().onopen?.();
    for (const frame of [PRICE, BOOK, BOOK]) newest().say(frame);
    expect(session.stats()).toMatchObject([{ resyncs: 1 }]);
  });

  it('Z17: reconnects after 1 s, doubling to 30 s with jitter; a frame resets the count', async () => {
    const { session, newest, timers, sockets } = setUp();
    session.start();
    const delays: number[] = [];
    for (let i = 0; i < 8; i += 1) {
      newest().onclose?.({ code: 1006, reason: '' });
      const { status } = session;
      if (status.phase !== 'waiting') throw new Error(status.phase);
      delays.push(status.retryAt - timers.now());
      await timers.advance(status.retryAt - timers.now());
    }
    expect(sockets).toHaveLength(9);
    expect(delays[0]).toBe(1_000);
    for (const [i, delay] of delays.entries()) {
      expect(delay).toBeLessThanOrEqual(Math.min(30_000, 1_000 * 2 ** i));
      expect(delay).toBeGreaterThanOrEqual(Math.min(15_000, 500 * 2 ** i));
    }
    newest().onopen?.();
    newest().say('ping');
    newest().onclose?.({ code: 1011, reason: 'restart' });
    expect(session.status).toMatchObject({ phase: 'waiting', attempt: 1, reason: 'restart (1011)' });
  });

  it('P8, Z17: after ten tries in a row it stays offline, until it is told to reconnect', async () => {
    const { session, newest, timers, sockets } = setUp();
    session.start();
    newest().onopen?.();
    newest().say(PRICE);
    for (let i = 1; i <= 10; i += 1) {
      newest().onclose?.({ code: 1006, reason: '' });
      const { status } = session;
      expect(status).toMatchObject({ phase: 'waiting', attempt: i, tries: 10 });
      if (status.phase === 'waiting') await timers.advance(status.retryAt - timers.now());
      expect(sockets).toHaveLength(1 + i);
    }
    newest().onclose?.({ code: 1006, reason: '' });
    expect(session.status).toEqual({ phase: 'offline', reason: 'closed (1006)' });
    expect(timers.size).toBe(0);
    session.reconnect();
    expect(session.status).toEqual({ phase: 'connecting', attempt: 0 });
    newest().onclose?.({ code: 1006, reason: '' });
    expect(session.status).toMatchObject({ phase: 'waiting', attempt: 1 });
  });

  it('P5: the token is in the address alone: not in frames, status or problems', async () => {
    const { session, newest, statuses, taps, events } = setUp('s3cret+/token');
    session.start();
    expect(newest().url).toBe('ws://127.0.0.1:8000/ws?token=s3cret%2B%2Ftoken');
    newest().onopen?.();
    newest().say('ping');
    newest().onclose?.({ code: 1011, reason: 'bad ?token=s3cret%2B%2Ftoken' });
    expect(taps.map(({ dir, frame }) => [dir, frame])).toEqual([['in', 'ping'], ['out', 'pong']]); // prettier-ignore
    expect(JSON.stringify([statuses, taps, events, session.stats()])).not.toContain('s3cret');
  });

  it('P5: a refused token is not tried again until somebody says so', async () => {
    const { session, newest, timers, sockets } = setUp('old');
    session.start();
    newest().onopen?.();
    newest().onclose?.({ code: 1008, reason: 'invalid token' });
    expect(session.status).toEqual({ phase: 'refused', reason: 'invalid token (1008)' });
    await timers.advance(600_000);
    expect(sockets).toHaveLength(1);
    session.reconnect();
    expect(sockets).toHaveLength(2);
    expect(session.status).toMatchObject({ phase: 'connecting' });
  });

  it('P7: a malformed frame is dropped and counted, the connection stays', () => {
    const { session, newest, events } = setUp();
    session.start();
    newest().onopen?.();
    newest().say('{"type":');
    newest().say(PRICE);
    expect(session.status.phase).toBe('live');
    expect(session.stats()[0]).toMatchObject({ dropped: 1, messages: 2, latency: { count: 1 } });
    expect(events.map(({ type }) => type)).toEqual(['problem', 'instruments', 'ticker']);
  });

  it('says nothing after it was closed', async () => {
    const { session, newest, timers, events, statuses } = setUp();
    session.start();
    newest().onopen?.();
    const socket = newest();
    session.close();
    socket.say(PRICE);
    socket.onclose?.({ code: 1006, reason: '' });
    session.reconnect();
    await timers.advance(60_000);
    expect(events).toEqual([]);
    expect(statuses.at(-1)).toEqual({ phase: 'closed' });
  });
});
