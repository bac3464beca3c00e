import { describe, expect, test } from 'vitest';
import { loadConfig } from './load-config.ts';

const load = (flags: Readonly<Record<string, unknown>>) => loadConfig({ flags, env: {} });

describe('the settings of the dialects', () => {
  test('P9, T6, T9: off by default, on the ports clients expect, at the published pace', () => {
    expect(load({})).toMatchObject({
      dialect: [],
      push_port: 8000,
      push_anonymous: 'off',
      push_instrument: undefined,
      socketio_port: 5000,
      socketio_intervals: [10, 5, 5, 15],
    });
  });

  test('flags are text', () => {
    const flags = { dialect: 'push,socketio', push_port: '0', push_anonymous: true, socketio_intervals: '1,2,0.5,4' };
    expect(load(flags)).toMatchObject({
      dialect: ['push', 'socketio'],
      push_port: 0,
      push_anonymous: 'on',
      socketio_intervals: [1, 2, 0.5, 4],
    });
  });

  test.each([
    [{ dialect: 'push,telnet' }, /^--dialect \[1\]: .*push or socketio/],
    [{ push_port: '70000' }, /^--push-port: /],
    [{ socketio_port: 'five' }, /^--socketio-port: /],
    [{ socketio_intervals: '1,2,3' }, /^--socketio-intervals: .*four numbers/],
    [{ socketio_intervals: '1,2,3,soon' }, /^--socketio-intervals \[3\]: .*number of seconds/],
    [{ socketio_intervals: '0,1,1,1' }, /^--socketio-intervals \[0\]: /],
  ])('%j is refused', (flags, message) => {
    expect(() => load(flags)).toThrow(message);
  });
});
