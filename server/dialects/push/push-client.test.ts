import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { MESSAGES_PER_S } from '#protocol/limits.ts';
import { ManualTimers } from '#server/host/testing/manual-timers.ts';
import { PushClient, type PushSocket } from './push-client.ts';

/** A socket whose peer reads as much as a test says. */
class HalfSocket extends EventEmitter {
  readonly OPEN = 1;
  readonly readyState = 1;
  bufferedAmount = 0;
  readonly sent: string[] = [];
  closed: [number, string] | undefined;

  send(text: string): void {
    this.sent.push(text);
  }

  close(code: number, reason: string): void {
    this.closed = [code, reason];
  }

  isPaused = false;

  pause(): void {
    this.isPaused = true;
  }

  terminate(): void {
    this.emit('close');
  }
}

function setUp() {
  const socket = new HalfSocket();
  const timers = new ManualTimers();
  const gone: PushClient[] = [];
  const ws = socket as unknown as PushSocket;
  const client = new PushClient({ ws, timers, sessionId: null, onClosed: (each) => gone.push(each) });
  return { socket, timers, client, gone };
}

describe('a client that reads slowly', () => {
  it('P6: is spared prices it would get late, and wants the newest once it reads again', () => {
    const { socket, client } = setUp();
    client.sendNewest('price_update', '1');
    socket.bufferedAmount = 65 * 1024;
    client.sendNewest('price_update', '2');
    client.send('trade');
    expect(socket.sent).toEqual(['1', 'trade']);
    expect(client.wants('price_update')).toBe(false);
    socket.bufferedAmount = 0;
    expect([client.wants('price_update'), client.wants('orderbook_update')]).toEqual([true, false]);
    client.sendNewest('price_update', '3');
    expect(client.wants('price_update')).toBe(false);
    expect(socket.sent).toEqual(['1', 'trade', '3']);
  });

  it('P6: is cut off where what must not be missed piles up, and dropped if it does not say goodbye', () => {
    const { socket, client, timers, gone } = setUp();
    socket.bufferedAmount = 1024 * 1024 + 1;
    client.send('trade');
    expect(socket.closed).toEqual([4413, 'too slow']);
    client.send('trade');
    expect(socket.sent).toEqual([]);
    timers.advance(3_000);
    expect(gone).toEqual([client]);
  });
});

describe('a client that talks without end', () => {
  it('is answered so often a second, then cut off and not even read', () => {
    const { socket, timers, gone, client } = setUp();
    const say = (count: number) => {
      for (let i = 0; i < count; i++) socket.emit('message', 'ping', false);
    };
    say(MESSAGES_PER_S);
    timers.advance(1_000);
    say(MESSAGES_PER_S);
    expect([socket.sent.length, socket.closed]).toEqual([2 * MESSAGES_PER_S, undefined]);
    say(5);
    expect(socket.closed).toEqual([4429, 'too many messages']);
    expect([socket.sent.length, socket.isPaused]).toEqual([2 * MESSAGES_PER_S, true]);
    timers.advance(3_000);
    expect(gone).toEqual([client]);
  });
});
