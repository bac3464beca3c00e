import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { SUBPROTOCOL } from '#protocol/limits.ts';
import { REFRESH_PATH } from '#stores/session.ts';
import { earlyAnswer, earlySocket, type HeadStart } from './head-start.ts';

class FakeSocket extends EventTarget {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSING = 2;
  static readonly CLOSED = 3;
  readyState = FakeSocket.CONNECTING;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  readonly url: string;
  readonly protocol: string;
  constructor(url: string, protocol: string) {
    super();
    this.url = url;
    this.protocol = protocol;
  }
  close(): void {
    this.readyState = FakeSocket.CLOSED;
  }
}

const Native = FakeSocket as unknown as typeof WebSocket;

/** What `public/boot.js` leaves on a page at `href`. */
function boot(href: string) {
  const requests: { path: string; method: string }[] = [];
  const window: { griddeskHeadStart?: HeadStart } = {};
  const page = {
    window,
    location: new URL(href),
    document: { documentElement: { dataset: {} } },
    localStorage: { getItem: () => null },
    matchMedia: () => ({ matches: false }),
    WebSocket: FakeSocket,
    fetch: async (path: string, { method }: { method: string }) => {
      requests.push({ path, method });
      return new Response('{}');
    },
  };
  runInNewContext(readFileSync(new URL('../../public/boot.js', import.meta.url), 'utf8'), page);
  return { start: window.griddeskHeadStart, requests };
}

function started() {
  const { start, requests } = boot('http://desk.test:8080/grids');
  if (!start) throw new Error('boot.js began nothing');
  return { start, requests, socket: start.socket as unknown as FakeSocket };
}

/** A socket as reconnecting-websocket makes one: listeners follow at once. */
function build(Socket: typeof WebSocket, url = 'ws://desk.test:8080/ws') {
  const heard: unknown[] = [];
  const socket = new Socket(url, SUBPROTOCOL);
  socket.addEventListener('open', () => heard.push('open'));
  socket.addEventListener('message', ({ data }) => heard.push(data));
  return { socket, heard };
}

describe('the head start', () => {
  it('asks for a token and opens the socket the client would', () => {
    const { requests, socket } = started();
    expect(requests).toEqual([{ path: REFRESH_PATH, method: 'POST' }]);
    expect(socket).toMatchObject({ url: 'ws://desk.test:8080/ws', protocol: SUBPROTOCOL });
    expect(boot('https://desk.test/').start?.socket.url).toBe('wss://desk.test/ws');
  });

  it('begins nothing where somebody is signing in', () => {
    expect(boot('http://desk.test/sign-in?token=x')).toEqual({ start: undefined, requests: [] });
  });

  it('hands the answer over once', async () => {
    const take = earlyAnswer(started().start);
    expect(await take()).toBeInstanceOf(Response);
    expect(take()).toBeUndefined();
    expect(earlyAnswer(undefined)()).toBeUndefined();
  });

  it('loses nothing that an open socket has received', async () => {
    const { start, socket } = started();
    socket.readyState = FakeSocket.OPEN;
    socket.onmessage?.({ data: 'connected' });
    const { heard, socket: taken } = build(earlySocket(start, Native));
    expect(taken).toBe(socket);
    await Promise.resolve();
    socket.dispatchEvent(new MessageEvent('message', { data: 'later' }));
    expect(heard).toEqual(['open', 'connected', 'later']);
  });

  it('leaves a connecting socket to open by itself', async () => {
    const { start, socket } = started();
    const { heard } = build(earlySocket(start, Native));
    await Promise.resolve();
    expect(heard).toEqual([]);
    socket.dispatchEvent(new Event('open'));
    expect(heard).toEqual(['open']);
    expect(socket.onmessage).toBeNull();
  });

  it('is used once, and only where it still is of use', () => {
    const first = started();
    const Socket = earlySocket(first.start, Native);
    expect(build(Socket).socket).toBe(first.socket);
    expect(build(Socket).socket).not.toBe(first.socket);

    const closed = started();
    closed.socket.readyState = FakeSocket.CLOSED;
    expect(build(earlySocket(closed.start, Native)).socket).not.toBe(closed.socket);

    const elsewhere = started();
    expect(build(earlySocket(elsewhere.start, Native), 'ws://other.test/ws').socket).not.toBe(elsewhere.socket);
    expect(elsewhere.socket.readyState).toBe(FakeSocket.CLOSED);
  });
});
