import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clientFrames, serverFrames, type ClientFrameType, type ServerFrameType } from './envelope.ts';

const client = (type: ClientFrameType, rest: object) => clientFrames[type].safeParse({ type, ...rest });
const server = (type: ServerFrameType, rest: object) => serverFrames[type].safeParse({ type, ...rest });
const paths = (result: ReturnType<typeof client>) => result.error?.issues.map(({ path }) => path.join('.')) ?? [];

describe('what a client may send', () => {
  it.each<[ClientFrameType, object]>([
    ['auth', { token: 't' }],
    ['auth', { token: 't', id: 'a1', timestamp: 1, later: true }],
    ['subscribe', { channels: [] }],
    ['subscribe', { channels: ['grid.*'], id: 's1', after: { run: 'r', seq: 0 } }],
    ['unsubscribe', { channels: ['anything at all'] }],
    ['command', { id: 'c1', action: 'grid.start', params: {} }],
    ['ping', {}],
    ['pong', { timestamp: 'noon' }],
  ])('Z4: %s %j is accepted, timestamp or not, unknown fields and all', (type, rest) => {
    expect(client(type, rest).success).toBe(true);
  });

  it.each<[ClientFrameType, object, string]>([
    ['auth', {}, 'token'],
    ['auth', { token: 1 }, 'token'],
    ['auth', { token: 't', id: '' }, 'id'],
    ['subscribe', {}, 'channels'],
    ['subscribe', { channels: 'grid.*' }, 'channels'],
    ['subscribe', { channels: [1] }, 'channels.0'],
    ['subscribe', { channels: [], after: { run: 'r' } }, 'after.seq'],
    ['subscribe', { channels: [], id: 'x'.repeat(65) }, 'id'],
    ['unsubscribe', { channels: null }, 'channels'],
    ['command', { id: 'c' }, 'action'],
  ])('Z4: %s %j is refused, and %s is named', (type, rest, field) => {
    expect(paths(client(type, rest))).toEqual([field]);
  });

  it('Z13: a command’s id is not the envelope’s affair: the command rule answers it', () => {
    for (const id of [undefined, 7, '', 'x'.repeat(65)])
      expect(client('command', { id, action: 'a' }).success).toBe(true);
  });
});

describe('what a server may send', () => {
  it.each<[ServerFrameType, object]>([
    ['connected', { data: { protocol: 'zigquant-v2', server: 'zigQuant 0.1' } }],
    ['connected', { data: {} }],
    ['auth_result', { success: true }],
    ['auth_result', { success: false, data: { message: 'invalid token' } }],
    ['auth_result', { success: false, error: { code: 'AUTH_EXPIRED', message: '' } }],
    ['subscribed', { data: { count: 2, active_subscriptions: 2 } }],
    ['unsubscribed', {}],
    ['event', { channel: 'grid.a.status', event: 'update', data: {} }],
    ['response', { id: 'a', success: false, error: { code: 'DEPRECATED', message: 'use strategy.start' } }],
    ['error', { error: { code: 'NEVER_HEARD_OF', message: '' } }],
  ])('Z5, Z6, Z10, Z15: (peer) %s %j is understood', (type, rest) => {
    expect(server(type, rest).success).toBe(true);
  });

  it.each<[ServerFrameType, object]>([
    ['connected', {}],
    ['auth_result', {}],
    ['subscribed', {}],
    ['event', { event: 'update' }],
    ['response', { success: true }],
    ['error', { error: { code: 7, message: '' } }],
  ])('%s %j is not', (type, rest) => {
    expect(server(type, rest).success).toBe(false);
  });

  it('Z5: malformed capabilities count as none', () => {
    expect(
      serverFrames.connected.parse({ type: 'connected', data: { run: 'r', capabilities: { actions: 'all' } } }),
    ).toEqual({
      type: 'connected',
      data: { run: 'r', capabilities: undefined },
    });
  });

  it('Z7: a role of somebody else’s is none of ours', () => {
    const frame = serverFrames.auth_result.parse({
      type: 'auth_result',
      success: true,
      data: { user: 'a', role: 'root' },
    });
    expect(frame.data).toEqual({ user: 'a', role: undefined });
  });
});

it('no frame schema throws, whatever it is given', () => {
  fc.assert(
    fc.property(fc.anything(), (data) => {
      for (const schema of [...Object.values(clientFrames), ...Object.values(serverFrames)]) schema.safeParse(data);
    }),
    { numRuns: 300 },
  );
});
