/** The same client over a real socket: what the pair in memory pretends must hold there. */
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { WebSocket as NodeWebSocket, WebSocketServer } from 'ws';
import { CloseCode, SUBPROTOCOL } from '#protocol/limits.ts';
import { FakeEngine } from '#testing/fake-engine.ts';
import { order } from '#testing/samples.ts';
import type { ServerSocket } from '#testing/socket-pair.ts';
import { createClient } from './create-client.ts';
import { parseResult } from './results.ts';
import type { ClientOptions } from './options.ts';
import { systemTimers } from './system-timers.ts';
import type { ConnectionState, ProtocolClient } from './types.ts';

const results = () => parseResult;

let server: WebSocketServer | undefined;
let client: ProtocolClient | undefined;

async function open(verifyClient: () => boolean = () => true) {
  const engine = new FakeEngine(systemTimers);
  const listening = (server = new WebSocketServer({
    host: '127.0.0.1',
    port: 0,
    verifyClient,
    handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
  }));
  listening.on('connection', (socket, request) => engine.accept(adapt(socket, request.url ?? '/')));
  await new Promise((resolve) => listening.once('listening', resolve));
  const { port } = listening.address() as AddressInfo;
  client = createClient({
    url: `ws://127.0.0.1:${port}/ws`,
    results,
    getToken: () => ({ token: 't', expiresAt: Date.now() + 900_000 }),
    random: () => 0.01,
    // The same interface in other types: DOM's and ws's event classes differ in what nobody uses here.
    WebSocket: NodeWebSocket as unknown as NonNullable<ClientOptions['WebSocket']>,
  });
  return { engine, client };
}

function adapt(socket: NodeWebSocket, path: string): ServerSocket {
  const end: ServerSocket = {
    url: `ws://127.0.0.1${path}`,
    protocols: [socket.protocol],
    get isOpen() {
      return socket.readyState === NodeWebSocket.OPEN;
    },
    onText: () => undefined,
    onClose: () => undefined,
    send: (text) => socket.send(text),
    sendBinary: (data) => socket.send(data),
    close: (code, reason) => socket.close(code, reason),
    cut: () => socket.terminate(),
  };
  socket.on('message', (data) => end.onText(String(data)));
  socket.on('close', (code) => end.onClose(code));
  return end;
}

/** Resolves at the next change into that phase. */
function reaches(at: ProtocolClient, phase: ConnectionState['phase']): Promise<ConnectionState> {
  return new Promise((resolve) => {
    const stop = at.onChange(() => {
      if (at.state.phase !== phase) return;
      stop();
      resolve(at.state);
    });
  });
}

afterEach(async () => {
  client?.close();
  for (const socket of server?.clients ?? []) socket.terminate();
  await new Promise((resolve) => server?.close(resolve));
});

it('Z12, Z13, Z17: command, events, cut, resume', async () => {
  const { engine, client: desk } = await open();
  engine.on('system.health', () => ({ status: 'healthy' }));
  const levels: number[] = [];
  let heard = (): void => undefined;
  desk.subscribe('grid.*.order', ({ data }) => {
    levels.push(data.level);
    heard();
  });
  const next = (count: number) =>
    new Promise<void>((resolve) => {
      heard = () => levels.length >= count && resolve();
      heard();
    });
  desk.connect();
  await reaches(desk, 'live');
  await expect(desk.command('system.health', {})).resolves.toEqual({ status: 'healthy' });
  engine.publish('grid.a.order', 'placed', order(1));
  await next(1);
  engine.last.socket.cut();
  await reaches(desk, 'waiting');
  engine.publish('grid.a.order', 'placed', order(2));
  await next(2);
  engine.publish('grid.a.order', 'placed', order(3));
  await next(3);
  expect(levels).toEqual([1, 2, 3]);
});

it('Z17: a close with 4401 arrives as such', async () => {
  const { engine, client: desk } = await open();
  desk.connect();
  await reaches(desk, 'live');
  engine.last.socket.close(CloseCode.authentication, 'revoked');
  expect(await reaches(desk, 'signed_out')).toEqual({ phase: 'signed_out', reason: 'revoked' });
});

it('Z17: a refused handshake is a try like others', async () => {
  let tries = 0;
  const { client: desk } = await open(() => (tries += 1) > 2);
  desk.connect();
  await reaches(desk, 'live');
  expect(tries).toBe(3);
});
