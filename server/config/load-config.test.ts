import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ConfigError, loadConfig, type ConfigSources } from './load-config.ts';

const folder = mkdtempSync(join(tmpdir(), 'griddesk-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
function yaml(text: string): string {
  const file = join(folder, `${(files += 1)}.yaml`);
  writeFileSync(file, text);
  return file;
}
const load = (sources: Partial<ConfigSources>) => loadConfig({ flags: {}, env: {}, ...sources });
function mistakes(sources: Partial<ConfigSources>): string {
  try {
    load(sources);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error('was accepted');
}

describe('where a setting comes from', () => {
  test('defaults suffice: loopback, with sign-in, on the simulated exchange', () => {
    expect(load({})).toMatchObject({
      host: '127.0.0.1',
      port: 8080,
      auth: 'on',
      market: 'sim',
      data: resolve('.data'),
      allow_origin: [],
    });
  });

  test('flag before variable before file before default', () => {
    const file = yaml('port: 1\nspeed: 2\nseed: 3\n');
    const config = load({ file, env: { GRIDDESK_PORT: '10', GRIDDESK_SPEED: '20' }, flags: { port: '100' } });
    expect(config).toMatchObject({ port: 100, speed: 20, seed: 3, host: '127.0.0.1' });
  });

  test('GRIDDESK_CONFIG names the file where --config does not', () => {
    const env = { GRIDDESK_CONFIG: yaml('port: 1\n') };
    expect(load({ env }).port).toBe(1);
    expect(load({ env, file: yaml('port: 2\n') }).port).toBe(2);
  });

  test('lists come from YAML or, comma-separated, from words', () => {
    const list = ['https://a.example', 'http://b.example:81'];
    expect(load({ file: yaml('allow_origin: [https://a.example, "http://b.example:81"]') }).allow_origin).toEqual(list);
    expect(load({ flags: { allow_origin: 'https://a.example, http://b.example:81' } }).allow_origin).toEqual(list);
  });
});

describe('mistakes name the key and where it stands', () => {
  test('all of them at once', () => {
    const message = mistakes({
      file: yaml('seed: -1\n'),
      env: { GRIDDESK_SPEED: 'fast' },
      flags: { port: '70000', market: 'moon' },
    });
    expect(message.split('\n').toSorted()).toEqual([
      expect.stringMatching(/^--market: expected sim, okx or replay:.*got "moon"$/),
      expect.stringMatching(/^--port: .*65535.*got "70000"$/),
      expect.stringMatching(/^GRIDDESK_SPEED: expected a positive number or max, got "fast"$/),
      expect.stringMatching(/^seed in .*\.yaml: .*got -1$/),
    ]);
  });

  test.each([
    [{ okx_url: 'wss://ws.okx.com:8443/ws/v5' }, '--okx-url: expected an address like wss://ws.okx.com:8443'],
    [{ okx_url: 'https://www.okx.com' }, '--okx-url: expected an address like wss://'],
    [{ okx_rest_url: 'https://anna@www.okx.com' }, '--okx-rest-url: expected an address like https://www.okx.com'],
    [{ instruments: 'BTC-USDT,BTC-USDT-SWAP' }, '--instruments [1]: expected a spot pair like BTC-USDT'],
    [{ proxy: 'ftp://127.0.0.1:1' }, '--proxy: expected an address like http://127.0.0.1:7890 or socks5://'],
    [{ record_ticks: 'maybe' }, '--record-ticks: '],
  ])('settings of venues: %j', (flags, words) => {
    expect(mistakes({ flags })).toContain(words);
  });

  test.each([
    ['anna:geheim@127.0.0.1:1', '"…@127.0.0.1:1"'],
    ['http://anna:ge/heim@127.0.0.1:1', '"http://…@127.0.0.1:1"'],
    ['nohttp://anna:geheim@x@127.0.0.1:1/', '"nohttp://…@127.0.0.1:1/"'],
    ['http://anna:geheim%zz@127.0.0.1:1', '"http://…@127.0.0.1:1"'],
  ])('nor that of a mistyped proxy: %s', (proxy, shown) => {
    const message = mistakes({ flags: { proxy } });
    expect(message).toContain(shown);
    expect(message).not.toMatch(/geheim|heim/);
  });

  test('a proxy’s password is not repeated', () => {
    const message = mistakes({ flags: { proxy: 'socks6://anna:geheim@127.0.0.1:1' } });
    expect(message).toContain('socks6://…@127.0.0.1:1');
    expect(message).not.toMatch(/geheim|anna/);
  });

  test('unknown keys are refused, with a suggestion', () => {
    expect(mistakes({ file: yaml('prot: 1\nxylophone: 2\n') })).toMatch(
      /^prot in .*\.yaml: unknown key; did you mean port\?\nxylophone in .*\.yaml: unknown key$/,
    );
    expect(mistakes({ env: { GRIDDESK_HOTS: 'x' } })).toBe(
      'GRIDDESK_HOTS: unknown variable; did you mean GRIDDESK_HOST?',
    );
  });

  test.each(['a: [', '- 1\n- 2\n', '"just text"'])('a file that is %j is refused by name', (text) => {
    const file = yaml(text);
    expect(mistakes({ file })).toContain(file);
  });

  test('a missing file is refused by name', () => {
    expect(mistakes({ file: join(folder, 'gone.yaml') })).toMatch(/gone\.yaml cannot be read: ENOENT/);
  });

  test.each([
    [{ allow_origin: 'https://a.example/path' }, '--allow-origin'],
    [{ allow_origin: '*' }, '--allow-origin'],
    [{ connect_src: "wss://a.example; script-src 'unsafe-eval'" }, '--connect-src'],
    [{ public_url: 'desk.example' }, '--public-url'],
    [{ port: '' }, '--port'],
    [{ port: '80.5' }, '--port'],
    [{ start_balance: '-1' }, '--start-balance'],
    [{ max_daily_loss: '5' }, '--max-daily-loss'],
    [{ max_order: '0' }, '--max-order'],
    [{ max_position: 'lots' }, '--max-position'],
    [{ host: 'a b' }, '--host'],
    [{ auth: 'maybe' }, '--auth'],
  ])('%j is refused', (flags, name) => {
    expect(mistakes({ flags })).toContain(`${name}`);
  });

  test('serving without sign-in is for loopback addresses only', () => {
    for (const host of ['127.0.0.1', 'localhost', '::1'])
      expect(load({ flags: { auth: 'off', host } }).auth).toBe('off');
    expect(mistakes({ flags: { auth: 'off', host: '0.0.0.0' } })).toMatch(/^--auth: .*0\.0\.0\.0/);
    expect(mistakes({ env: { GRIDDESK_AUTH: 'off' }, flags: { host: 'desk.lan' } })).toMatch(/^GRIDDESK_AUTH: /);
  });
});
