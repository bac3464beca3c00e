import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { GatewayFixture, type FixtureOptions } from './testing/gateway-fixture.ts';

let fixture: GatewayFixture;
const start = async (options?: FixtureOptions) => (fixture = await GatewayFixture.start(options));
afterEach(() => fixture.stop());

describe('Z1: transport', () => {
  test('Z1: the server selects zigquant-v2, also among others', async () => {
    await start();
    const peer = fixture.connect({ protocols: ['soap', 'zigquant-v2'] });
    await peer.next('connected');
    expect(peer.ws.protocol).toBe('zigquant-v2');
  });

  test('Z1: a client that offers no sub-protocol is accepted', async () => {
    await start();
    const peer = fixture.connect({ protocols: [] });
    await peer.next('connected');
    expect(peer.ws.protocol).toBe('');
  });

  test('Z1: a client that offers only others is refused with 400', async () => {
    await start();
    expect(await fixture.connect({ protocols: ['soap', 'wamp'] }).ended).toEqual({ status: 400 });
  });

  test('Z1: another path is no endpoint', async () => {
    await start();
    expect(await fixture.connect({ query: '/other' }).ended).toEqual({ status: 404 });
  });

  test('Z1: a binary frame closes with 1003', async () => {
    await start();
    const peer = await fixture.signedIn();
    peer.ws.send(Buffer.from('{"type":"ping"}'), { binary: true });
    expect(await peer.ended).toEqual({ code: 1003 });
  });

  test('Z1: a frame of 64 KiB is taken, one byte more closes with 1009', async () => {
    await start();
    const peer = await fixture.signedIn();
    const ofBytes = (bytes: number) => JSON.stringify({ type: 'ping', pad: 'x'.repeat(bytes - 24) });
    expect(ofBytes(64 * 1024)).toHaveLength(64 * 1024);
    peer.send(ofBytes(64 * 1024));
    await peer.next('pong');
    peer.send(ofBytes(64 * 1024 + 1));
    expect(await peer.ended).toEqual({ code: 1009 });
  });

  test('Z1: no compression is negotiated, one encoding serves all', async () => {
    await start();
    const peer = await fixture.signedIn();
    expect(peer.ws.extensions).toBe('');
  });
});

describe('Z1: a refused upgrade', () => {
  test.each(['/elsewhere', '/ws?token=rubbish'])(
    'Z1: whose client is gone with a reset harms nobody: %s',
    async (path) => {
      await start();
      for (let i = 0; i < 20; i += 1) {
        const socket = connect(fixture.port, '127.0.0.1');
        socket.on('error', () => {});
        const head = [
          `GET ${path} HTTP/1.1`,
          'Host: localhost',
          'Connection: Upgrade',
          'Upgrade: websocket',
          'Sec-WebSocket-Version: 13',
          'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
        ];
        socket.write(`${head.join('\r\n')}\r\n\r\n`, () => socket.resetAndDestroy());
        await once(socket, 'close');
      }
      await fixture.connect().next('connected');
    },
  );
});

describe('Z2: the token of the handshake', () => {
  test('Z2: ?token= is success at once', async () => {
    await start();
    const peer = fixture.connect({ query: '?token=ann:trader' });
    await peer.next('connected');
    const result = await peer.next('auth_result');
    expect(result).toMatchObject({ success: true, data: { user: 'ann', role: 'trader' } });
  });

  test('Z2: Authorization: Bearer does the same', async () => {
    await start();
    const peer = fixture.connect({ headers: { authorization: 'Bearer bob:viewer' } });
    expect(await peer.next('auth_result')).toMatchObject({ success: true, data: { user: 'bob', role: 'viewer' } });
  });

  test.each(['expired', 'rubbish', ''])('Z2: the token %j is refused with 401 before the upgrade', async (token) => {
    await start();
    expect(await fixture.connect({ query: `?token=${token}` }).ended).toEqual({ status: 401 });
  });
});

describe('Z3: Origin and Host', () => {
  test('Z3: the server’s own origin and no origin pass', async () => {
    await start();
    await fixture.connect({ origin: `http://127.0.0.1:${fixture.port}` }).next('connected');
    await fixture.connect().next('connected');
    expect(await fixture.connect({ origin: `ftp://127.0.0.1:${fixture.port}` }).ended).toEqual({ status: 403 });
  });

  test.each(['http://evil.example', 'null', 'http://127.0.0.1:1', 'file://127.0.0.1'])(
    'Z3: the origin %s is refused with 403',
    async (origin) => {
      await start();
      expect(await fixture.connect({ origin }).ended).toEqual({ status: 403 });
    },
  );

  test('Z3: --allow-origin lets another dashboard in', async () => {
    await start({ origins: { allowOrigins: ['https://desk.example'] } });
    await fixture.connect({ origin: 'https://desk.example' }).next('connected');
    expect(await fixture.connect({ origin: 'https://desk.example.evil' }).ended).toEqual({ status: 403 });
  });

  test('Z3: a name rebound to this address is refused, localhost and the configured name are not', async () => {
    await start({ origins: { publicUrl: 'https://grid.lan' } });
    expect(await fixture.connect({ headers: { host: 'evil.example' } }).ended).toEqual({ status: 403 });
    await fixture.connect({ headers: { host: 'localhost:9999' } }).next('connected');
    await fixture.connect({ headers: { host: 'grid.lan' }, origin: 'https://grid.lan' }).next('connected');
  });

  test('Z3: a rebound name does not pass by being its own origin', async () => {
    await start();
    const peer = fixture.connect({ headers: { host: 'evil.example' }, origin: 'http://evil.example' });
    expect(await peer.ended).toEqual({ status: 403 });
  });
});
