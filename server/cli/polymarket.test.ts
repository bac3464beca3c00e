import { Command } from 'commander';
import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { exitCodeOf } from './exit-code.ts';
import { addPolymarket } from './polymarket.ts';
import { loadPolymarketSdk, SdkRefusal, type PolymarketAccount, type PolymarketSdk } from './polymarket-sdk.ts';
import { runCli } from './program.ts';

const KEY = 'ab'.repeat(32);
const FUNDER = `0x${'12'.repeat(20)}`;
const MADE = { apiKey: 'made-key', secret: 'made-secret', passphrase: 'made-pass' };

interface Given {
  readonly stdin?: string;
  readonly sdk?: Partial<PolymarketSdk> | 'missing';
}

async function derive(flags: readonly string[], { stdin = `${KEY}\n`, sdk = {} }: Given = {}) {
  const out: string[] = [];
  const err: string[] = [];
  const asked: PolymarketAccount[] = [];
  const deriveApiKey: PolymarketSdk['deriveApiKey'] = async (account) => {
    asked.push(account);
    return MADE;
  };
  const program = new Command().exitOverride().configureOutput({ writeErr: (text) => err.push(text) });
  addPolymarket(program, {
    terminal: { stdin: Readable.from([stdin]), out: (line) => out.push(line), err: (line) => err.push(line) },
    env: { GRIDDESK_POLYMARKET_CLOB_URL: 'http://127.0.0.1:9' },
    loadSdk: async () => (sdk === 'missing' ? undefined : { deriveApiKey, ...sdk }),
  });
  const failure = await program.parseAsync(['polymarket', 'derive-keys', ...flags], { from: 'user' }).then(
    () => undefined,
    (error: unknown) => error,
  );
  const code = failure === undefined ? 0 : exitCodeOf(failure);
  return { code, said: failure instanceof Error ? failure.message : '', out, err, asked };
}

describe('griddesk polymarket derive-keys', () => {
  test('M12: derives with the key from stdin and prints the lines to put into the environment', async () => {
    const { code, out, err, asked } = await derive([]);
    expect(code).toBe(0);
    expect(out).toEqual([
      'GRIDDESK_POLYMARKET_API_KEY=made-key',
      'GRIDDESK_POLYMARKET_API_SECRET=made-secret',
      'GRIDDESK_POLYMARKET_API_PASSPHRASE=made-pass',
    ]);
    expect(asked).toEqual([{ url: 'http://127.0.0.1:9', privateKey: `0x${KEY}`, signatureType: 0 }]);
    expect([...out, ...err].join()).not.toContain(KEY);
  });

  test.each([1, 2])('M12: signature type %i goes with its funder', async (signatureType) => {
    const { asked } = await derive(['--signature-type', String(signatureType), '--funder', FUNDER], {
      stdin: ` 0X${KEY.toUpperCase()} \r\n`,
    });
    expect(asked).toMatchObject([{ privateKey: `0x${KEY.toUpperCase()}`, signatureType, funder: FUNDER }]);
  });

  test.each([
    [['--signature-type', '1'], '--signature-type 1 needs --funder'],
    [['--funder', FUNDER], '--funder: only with'],
    [['--signature-type', '2', '--funder', '0x12'], '40 hexadecimal digits'],
    [['--signature-type', '3'], 'Allowed choices'],
    [['--polymarket-clob-url', 'http://clob.polymarket.com'], 'over https:// only'],
    [['--private-key', KEY], 'unknown option'],
    [[KEY], 'too many arguments'],
  ])('%j is 2, before a key is asked for', async (flags, words) => {
    const { code, said, asked } = await derive(flags);
    expect([code, asked]).toEqual([2, []]);
    expect(said).toContain(words);
  });

  test('what is no private key is 5, and not repeated', async () => {
    const { code, said, err, asked } = await derive([], { stdin: `${KEY}zz\n` });
    expect([code, asked]).toEqual([5, []]);
    expect(said + err.join()).not.toContain(KEY.slice(0, 8));
  });

  test('without the SDK it says what to run', async () => {
    const { code, said } = await derive([], { sdk: 'missing' });
    expect(code).toBe(2);
    expect(said).toMatch(/cd \S+ && npm install --no-save @polymarket\/clob-client@5 viem@2$/);
    const err: string[] = [];
    const terminal = { stdin: Readable.from([`${KEY}\n`]), out: () => {}, err: (line: string) => err.push(line) };
    // With the real loader, in whose reach it is not.
    const real = await runCli(['polymarket', 'derive-keys'], { env: {}, terminal, untilStopped: async () => {} });
    expect([real, err.join()]).toEqual([2, expect.stringContaining('npm install --no-save')]);
  });

  test('a refusal is 2, no answer is 3, and neither repeats the key', async () => {
    const failing = (error: Error): Given => ({ sdk: { deriveApiKey: () => Promise.reject(error) } });
    const refused = await derive([], failing(new SdkRefusal(`bad signature of 0x${KEY}`)));
    expect([refused.code, refused.said]).toEqual([2, 'Polymarket refused: bad signature of 0x…']);
    const gone = await derive([], failing(new Error(`ECONNREFUSED ${KEY.toUpperCase()}`)));
    expect([gone.code, gone.said]).toEqual([3, 'no credentials from http://127.0.0.1:9: ECONNREFUSED …']);
  });
});

describe('the SDK', () => {
  const account = { url: 'http://c', privateKey: `0x${KEY}`, signatureType: 1, funder: FUNDER } as const;
  const apiError = (status: number) => Object.assign(new Error('says no'), { status });

  /** Modules of the SDK's shape; `answers` by method. */
  function modules(answers: Readonly<Record<'deriveApiKey' | 'createApiKey', () => unknown>>) {
    const made: (readonly unknown[])[] = [];
    class ClobClient {
      readonly deriveApiKey = async () => answers.deriveApiKey();
      readonly createApiKey = async () => answers.createApiKey();
      constructor(...args: readonly unknown[]) {
        made.push(args);
      }
    }
    const privateKeyToAccount = (key: string) => ({ address: `of ${key}`, signTypedData: async () => 'signed' });
    const load = async (name: string) => (name === 'viem/accounts' ? { privateKeyToAccount } : { ClobClient });
    return { made, load };
  }
  const never = () => {
    throw new Error('not to be asked');
  };
  const creds = () => ({ key: 'made-key', secret: 'made-secret', passphrase: 'made-pass' });

  test('derives what there is, with everything in its place', async () => {
    const { made, load } = modules({ deriveApiKey: creds, createApiKey: never });
    const sdk = await loadPolymarketSdk(load);
    expect(await sdk?.deriveApiKey(account)).toEqual(MADE);
    const [args] = made;
    expect(args?.slice(0, 6)).toMatchObject([
      'http://c',
      137,
      { account: { address: `of 0x${KEY}` } },
      undefined,
      1,
      FUNDER,
    ]);
    // Last, that it throws instead of answering with errors.
    expect(args?.slice(6)).toEqual([undefined, undefined, undefined, undefined, undefined, undefined, true]);
  });

  test('creates where there is none yet', async () => {
    const none = () => {
      throw apiError(400);
    };
    const sdk = await loadPolymarketSdk(modules({ deriveApiKey: none, createApiKey: creds }).load);
    expect(await sdk?.deriveApiKey(account)).toEqual(MADE);
  });

  test('refusals and silence are told apart; nothing is created after them', async () => {
    for (const [error, isRefusal] of [
      [apiError(401), true],
      [apiError(503), false],
      [new Error('ECONNREFUSED'), false],
    ] as const) {
      const failing = () => {
        throw error;
      };
      const sdk = await loadPolymarketSdk(modules({ deriveApiKey: failing, createApiKey: never }).load);
      const said = await sdk?.deriveApiKey(account).catch((reason: unknown) => reason);
      expect([said instanceof SdkRefusal, String(said)]).toEqual([isRefusal, expect.stringMatching(/says no|ECONN/)]);
    }
    const sdk = await loadPolymarketSdk(modules({ deriveApiKey: () => ({}), createApiKey: never }).load);
    await expect(sdk?.deriveApiKey(account)).rejects.toThrow('no credentials');
  });

  test('of another shape is said to be; one that is not there is not', async () => {
    await expect(loadPolymarketSdk(async () => ({}))).rejects.toThrow('not known here');
    const missing = Object.assign(new Error('gone'), { code: 'ERR_MODULE_NOT_FOUND' });
    expect(await loadPolymarketSdk(() => Promise.reject(missing))).toBeUndefined();
  });
});
