/**
 * The other end of the fan-out bench, in its own process: many sockets that count bytes, a few that read every event's
 * send time, and some that never read at all. Raw TCP, so that the clients cost less than the server under test.
 */
import { connect, type Socket } from 'node:net';
import type { FromClient, ToClient } from './fanout-messages.ts';

const HANDSHAKE = [
  'GET /ws HTTP/1.1',
  'Host: 127.0.0.1',
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Protocol: zigquant-v2',
  '',
  '',
].join('\r\n');
const EVENT = Buffer.from('"type":"event"');
const SENT_AT = Buffer.from('"sent":"');
const REPORT_MS = 5;

const tell = (message: FromClient): void => void process.send?.(message);
const sockets: Socket[] = [];
let bytes = 0;
let reported = 0;
let latencies: number[] = [];

/** A masked text frame, as clients must send. */
function maskedFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  if (payload.length > 125) throw new Error('too long for this client');
  return Buffer.concat([Buffer.from([0x81, 0x80 | payload.length, 0, 0, 0, 0]), payload]);
}

/** Resolves once the server has answered the subscription; from then on it counts. */
function open(port: number, kind: 'count' | 'sample' | 'stuck', subscribe: string | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(HANDSHAKE));
    sockets.push(socket);
    socket.setNoDelay(true);
    let greeting = '';
    const onGreeting = (chunk: Buffer) => {
      greeting += chunk.toString('latin1');
      const ready = subscribe === undefined ? 'HTTP/1.1 101' : '"type":"subscribed"';
      if (greeting.includes('\r\n\r\n') && subscribe !== undefined && !greeting.includes('"type":"subscribed"')) {
        if (!socket.listenerCount('sent')) {
          socket.once('sent', () => {});
          socket.write(maskedFrame(subscribe));
        }
      }
      if (!greeting.includes(ready)) return;
      socket.off('data', onGreeting);
      if (kind === 'stuck') socket.pause();
      else socket.on('data', kind === 'sample' ? sample : count);
      resolve();
    };
    socket.on('data', onGreeting);
    socket.on('error', reject);
  });
}

const count = (chunk: Buffer): void => {
  bytes += chunk.length;
};

function sample(chunk: Buffer): void {
  bytes += chunk.length;
  const now = process.hrtime.bigint();
  for (let at = chunk.indexOf(EVENT); at >= 0; at = chunk.indexOf(EVENT, at + 1)) {
    const found = chunk.indexOf(SENT_AT, at);
    if (found < 0) return;
    const from = found + SENT_AT.length;
    const sent = chunk.toString('latin1', from, chunk.indexOf(0x22, from));
    latencies.push(Number(now - BigInt(sent)) / 1e6);
  }
}

setInterval(() => {
  if (bytes === reported) return;
  reported = bytes;
  tell({ type: 'received', bytes });
}, REPORT_MS);

process.on('message', async (message: ToClient) => {
  switch (message.type) {
    case 'open': {
      const { port, clients, samples, stuck, subscribe } = message;
      const kinds = [
        ...Array.from({ length: stuck }, () => 'stuck' as const),
        ...Array.from({ length: samples }, () => 'sample' as const),
        ...Array.from({ length: clients - samples }, () => 'count' as const),
      ];
      for (let i = 0; i < kinds.length; i += 50) {
        await Promise.all(kinds.slice(i, i + 50).map((kind) => open(port, kind, subscribe)));
      }
      bytes = 0;
      reported = 0;
      latencies = [];
      tell({ type: 'opened' });
      return;
    }
    case 'latencies':
      tell({ type: 'latencies', ms: latencies });
      return;
    case 'close':
      for (const socket of sockets.splice(0)) socket.destroy();
      tell({ type: 'closed' });
      return;
    default:
      message satisfies never;
  }
});
