import { createServer, type AddressInfo } from 'node:net';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, describe, expect, test } from 'vitest';
import { WsPeer } from '#server/gateway/testing/ws-peer.ts';
import { openDatabase } from '#server/storage/database.ts';
import { runCli } from './program.ts';

const folder = mkdtempSync(join(tmpdir(), 'griddesk-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

interface Given {
  readonly stdin?: string;
  readonly env?: Record<string, string>;
  /** What is done with a started engine before it is told to stop. */
  readonly meanwhile?: (out: () => string) => Promise<void>;
}

async function griddesk(argv: readonly string[], { stdin = '', env = {}, meanwhile }: Given = {}): Promise<Run> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCli(argv, {
    env,
    terminal: {
      stdin: Readable.from([stdin]),
      out: (line) => out.push(line),
      err: (line) => err.push(line),
    },
    untilStopped: async () => meanwhile?.(() => out.join('\n')),
  });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

const candles = join(folder, 'BTC-USDC.csv');
writeFileSync(
  candles,
  [
    'ts_ms,open,high,low,close,volume',
    '60000,100,101,99,100,1',
    '120000,100,104,100,103,1',
    '180000,103,103,97,98,1',
    '',
  ].join('\n'),
);
const gridCase = join(folder, 'case.json');
writeFileSync(
  gridCase,
  JSON.stringify({
    tick_size: '0.01',
    lot_size: '0.001',
    maker_fee: '0',
    taker_fee: '0',
    lower_price: 90,
    upper_price: 110,
    grid_count: 10,
    investment: 1000,
  }),
);

describe('usage', () => {
  test.each([[['--help']], [['start', '--help']], [['user', 'add', '--help']], [['backtest', 'grid', '--help']]])(
    '%j explains itself and ends with 0',
    async (argv) => {
      const { code, out } = await griddesk(argv);
      expect(code).toBe(0);
      expect(out).toContain('Usage: griddesk');
    },
  );

  test.each([[['strat']], [['start', '--prot', '1']], [['user', 'add']], [['backtest', 'grid']]])(
    '%j is a usage error: 2',
    async (argv) => {
      const { code, err } = await griddesk(argv);
      expect(code).toBe(2);
      expect(err).toMatch(/^error: /);
    },
  );
});

describe('start', () => {
  test('a mistake in the configuration is 2, and names the key', async () => {
    const { code, err } = await griddesk(['start', '--port', 'x'], { env: { GRIDDESK_SEED: 'y' } });
    expect(code).toBe(2);
    expect(err).toMatch(/--port: .*\nGRIDDESK_SEED: /s);
  });

  test('a port in use is 3', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const run = await griddesk(['start', '--port', String(port), '--data', join(folder, 'in-use')]);
    other.close();
    expect(run.code).toBe(3);
    expect(run.err).toContain(`port ${port} on 127.0.0.1 is in use`);
  });

  test('an unusable database is 4, and is left as it was', async () => {
    const data = mkdtempSync(join(folder, 'corrupt-'));
    writeFileSync(join(data, 'griddesk.db'), 'this is no database, however long one looks at it'.repeat(50));
    const { code, err } = await griddesk(['start', '--port', '0', '--data', data]);
    expect(code).toBe(4);
    expect(err).toContain('griddesk.db');
    const beneath = await griddesk(['start', '--port', '0', '--data', join(gridCase, 'below-a-file')]);
    expect(beneath.code).toBe(4);
  });

  test('4: a database damaged in the middle is told as such, not as a stack', async () => {
    const whole = join(folder, 'whole.db');
    const db = openDatabase(whole);
    db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    db.close();
    const data = mkdtempSync(join(folder, 'damaged-'));
    // The first page, with the header and the first names, stays whole.
    writeFileSync(join(data, 'griddesk.db'), readFileSync(whole).fill(0xa5, 4096));
    const { code, err } = await griddesk(['user', 'list', '--data', data]);
    expect(err).toMatch(/malformed/);
    expect(err).not.toMatch(/\n\s+at /);
    expect(code).toBe(4);
  });

  test('a malformed candle file is 5, with its line', async () => {
    const file = join(folder, 'broken.csv');
    writeFileSync(file, 'ts_ms,open,high,low,close,volume\n60000,1,2,3,1,1\n');
    const run = await griddesk(['start', '--port', '0', '--data', join(folder, 'd5'), '--market', `replay:${file}`]);
    expect(run.code).toBe(5);
    expect(run.err).toContain('line 2');
  });

  test('an engine starts, signs in by its link, serves, and says 1001 as it stops; signing out closes with 4401', async () => {
    const argv = ['start', '--port', '0', '--data', join(folder, 'desk'), '--market', `replay:${candles}`];
    let peer: WsPeer | undefined;
    let leave = false;
    const meanwhile = async (out: () => string) => {
      const link = new URL(/Open (\S+)$/.exec(out())?.[1] ?? '');
      const post = (path: string, body: unknown, cookie = '') =>
        fetch(new URL(`/api/v2/${path}`, link), {
          method: 'POST',
          headers: { 'content-type': 'application/json', cookie },
          body: JSON.stringify(body),
        });
      const answer = await post('auth/link', { token: link.searchParams.get('token') });
      expect(answer.status).toBe(200);
      const { data } = (await answer.json()) as { data: { token: string } };
      const health = await fetch(new URL('/api/v2/system/health', link), {
        headers: { authorization: `Bearer ${data.token}` },
      });
      expect(await health.json()).toMatchObject({ success: true, data: { running_grids: 0 } });
      const metrics = await (await fetch(new URL('/metrics', link))).text();
      expect(metrics).toMatch(/^griddesk_clients 0$/m);
      peer = new WsPeer(`ws://${link.host}/ws?token=${data.token}`, {});
      await peer.next('auth_result');
      peer.send({ type: 'command', id: '1', action: 'market.instruments', params: {} });
      expect(await peer.answer('1')).toMatchObject({ success: true });
      if (leave) await post('auth/logout', {}, answer.headers.getSetCookie()[0]?.split(';')[0]);
    };
    expect(await griddesk(argv, { meanwhile })).toMatchObject({ code: 0 });
    expect(await peer?.ended).toEqual({ code: 1001 });
    leave = true;
    expect(await griddesk(argv, { meanwhile })).toMatchObject({ code: 0 });
    expect(await peer?.ended).toEqual({ code: 4401 });
  });
});

describe('user', () => {
  const data = ['--data', join(folder, 'users')];

  test('add takes the password from stdin; list shows names and roles; remove removes', async () => {
    const added = await griddesk(['user', 'add', 'ann', '--role', 'admin', ...data], { stdin: 'correct horse\n' });
    expect(added).toMatchObject({ code: 0, out: 'added ann (admin)' });
    expect((await griddesk(['user', 'list', ...data])).out).toBe('ann\tadmin\tpassword');
    expect((await griddesk(['user', 'add', 'ann', ...data], { stdin: 'correct horse\n' })).code).toBe(2);
    expect((await griddesk(['user', 'remove', 'ann', ...data])).code).toBe(0);
    expect((await griddesk(['user', 'list', ...data])).out).toBe('');
    expect((await griddesk(['user', 'remove', 'ann', ...data])).code).toBe(2);
  });

  test.each([
    ['bob', 'trader', 'short', 'password'],
    ['bob', 'king', 'correct horse', 'role'],
    ['b b', 'trader', 'correct horse', 'name'],
  ])('%s as %s with "%s" is refused for its %s', async (name, role, password, field) => {
    const run = await griddesk(['user', 'add', name, '--role', role, ...data], { stdin: password });
    expect(run.code).toBe(2);
    expect(run.err).toContain(`${field}: `);
  });
});

describe('backtest grid', () => {
  const run = (...more: string[]) => griddesk(['backtest', 'grid', '--config', gridCase, '--data', candles, ...more]);

  test('prints one JSON object with the figures', async () => {
    const { code, out } = await run();
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      state: 'running',
      bars: 3,
      fees_quote: '0',
      first_fills: expect.any(Array),
    });
    expect(out.split('\n')).toHaveLength(1);
  });

  test('--from-row and --to-row choose the rows', async () => {
    expect(JSON.parse((await run('--from-row', '1', '--to-row', '2')).out)).toMatchObject({ bars: 1 });
    expect((await run('--from-row', '3')).code).toBe(5);
    expect((await run('--from-row', '-1')).code).toBe(2);
  });

  test('bad input is 5, with what is wrong', async () => {
    const file = join(folder, 'bad-case.json');
    writeFileSync(file, JSON.stringify({ lower_price: 5, upper_price: 'x', colour: 1 }));
    const bad = await griddesk(['backtest', 'grid', '--config', file, '--data', candles]);
    expect(bad.code).toBe(5);
    for (const field of ['upper_price', 'colour', 'tick_size']) expect(bad.err).toContain(field);
    writeFileSync(file, '{');
    expect((await griddesk(['backtest', 'grid', '--config', file, '--data', candles])).code).toBe(5);
    const gone = await griddesk(['backtest', 'grid', '--config', gridCase, '--data', join(folder, 'gone.csv')]);
    expect(gone.code).toBe(5);
    expect(gone.err).toContain('gone.csv');
  });
});
