import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { runCli } from '#server/cli/program.ts';
import { okxCredentials, polymarketCredentials } from './credentials.ts';
import { loadConfig } from './load-config.ts';

const folder = mkdtempSync(join(tmpdir(), 'griddesk-credentials-'));
afterAll(() => rmSync(folder, { recursive: true }));

const KEY = 'marker-key-1';
const SECRET = 'marker-secret-2';
const PASSPHRASE = 'marker-pass-3';
const OKX = { GRIDDESK_OKX_API_KEY: KEY, GRIDDESK_OKX_API_SECRET: SECRET, GRIDDESK_OKX_API_PASSPHRASE: PASSPHRASE };

const load = (env: Readonly<Record<string, string>>, yaml?: string) => {
  const file = join(folder, 'desk.yaml');
  if (yaml !== undefined) writeFileSync(file, yaml);
  return loadConfig({ flags: {}, env, file: yaml === undefined ? undefined : file });
};

function mistake(env: Readonly<Record<string, string>>, yaml?: string): string {
  try {
    load(env, yaml);
  } catch (error) {
    return String(error);
  }
  throw new Error('there was no mistake');
}

describe('credentials of venue accounts', () => {
  test('come from the environment or the file, all three of a venue', () => {
    const whole = { apiKey: KEY, secret: SECRET, passphrase: PASSPHRASE };
    expect(okxCredentials(load(OKX))).toEqual(whole);
    expect(polymarketCredentials(load(OKX))).toBeUndefined();
    const yaml = `polymarket_api_key: ${KEY}\npolymarket_api_secret: "${SECRET}"\npolymarket_api_passphrase: ${PASSPHRASE}\n`;
    expect(polymarketCredentials(load({}, yaml))).toEqual(whole);
  });

  test('are none where the variables are empty', () => {
    const empty = { GRIDDESK_OKX_API_KEY: '', GRIDDESK_OKX_API_SECRET: '', GRIDDESK_OKX_API_PASSPHRASE: '' };
    expect(okxCredentials(load(empty))).toBeUndefined();
  });

  test('have no flag: a command line is for everybody on the machine to read', () => {
    const flags = { okx_api_key: KEY, okx_api_secret: SECRET, okx_api_passphrase: PASSPHRASE };
    expect(okxCredentials(loadConfig({ flags, env: {} }))).toBeUndefined();
  });

  test('are explained by --help, which never shows them', async () => {
    const out: string[] = [];
    const terminal = { stdin: Readable.from(['']), out: (line: string) => out.push(line), err: () => {} };
    await runCli(['start', '--help'], { env: OKX, terminal, untilStopped: async () => {} });
    const help = out.join('\n');
    expect(help).toContain('never from\nflags');
    for (const name of Object.keys(OKX)) expect(help).toContain(`\n  ${name}  `);
    expect(help).not.toMatch(/--okx-api|--polymarket-api|marker-/);
  });

  test('that are incomplete are an error that names what is missing', () => {
    const { GRIDDESK_OKX_API_SECRET: _, ...rest } = OKX;
    expect(mistake(rest)).toContain('incomplete: GRIDDESK_OKX_API_SECRET missing');
    expect(mistake({ GRIDDESK_POLYMARKET_API_KEY: KEY })).toContain(
      'GRIDDESK_POLYMARKET_API_SECRET and GRIDDESK_POLYMARKET_API_PASSPHRASE missing',
    );
  });

  test('do not go over a way that others read', () => {
    expect(mistake({ ...OKX, GRIDDESK_OKX_URL: 'ws://ws.okx.com:8443' })).toContain(
      '--okx-url: credentials go over wss',
    );
    expect(load({ ...OKX, GRIDDESK_OKX_URL: 'ws://127.0.0.1:9' }).okx_url).toBe('ws://127.0.0.1:9');
    expect(load({ GRIDDESK_OKX_URL: 'ws://ws.okx.com:8443' }).okx_url).toBe('ws://ws.okx.com:8443');
  });

  test.each([
    ['another type', { ...OKX, GRIDDESK_OKX_API_SECRET: ` ${SECRET}` }, undefined],
    ['a part missing', { GRIDDESK_OKX_API_SECRET: SECRET }, undefined],
    ['a mistake elsewhere', { ...OKX, GRIDDESK_PORT: 'x' }, undefined],
    ['no text', {}, 'okx_api_secret: [marker-secret-2]\n'],
    ['no YAML', {}, 'okx_api_secret: marker-secret-2: x\n'],
    ['an alias', {}, 'okx_api_secret: *marker-secret-2\n'],
    ['a tag', {}, 'okx_api_secret: !marker-secret-2\nokx_api_key: a\n'],
    ['a wrong name', { GRIDDESK_OKX_API_SECRETS: SECRET }, 'okx_apisecret: marker-secret-2\n'],
  ])('are not told in an error: %s', (_name, env, yaml) => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const said = mistake(env, yaml) + JSON.stringify(warned.mock.calls);
    for (const value of [KEY, SECRET, PASSPHRASE]) expect(said).not.toContain(value);
  });
});
