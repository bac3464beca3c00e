import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runCli } from './program.ts';

const CSV = 'ts_ms,open,high,low,close,volume\n0,1.5,2,1,2,0.0000001\n60000,2,2,2,2,0\n240000,2,3,2,3,12\n';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'griddesk-data-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function griddesk(...argv: readonly string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const told: string[] = [];
  const code = await runCli(['data', ...argv, '--data', join(folder, 'desk')], {
    env: {},
    terminal: {
      stdin: Readable.from([]),
      out: (line) => out.push(line),
      err: (line) => err.push(line),
      status: (line) => told.push(line),
    },
    untilStopped: async () => {},
  });
  return { code, out: out.join('\n'), err: err.join('\n'), told };
}

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

test('a file is imported, listed, and exported as it was', async () => {
  const path = file('binance-spot_BTCUSDT_1m_2024.csv.gz', gzipSync(CSV));
  const imported = await griddesk('import', path, '--name', 'three bars');
  expect(imported).toMatchObject({ code: 0, err: '' });
  expect(imported.out).toMatch(
    /^data_\w+\t1m\t3 rows\t1970-01-01T00:00\t1970-01-01T00:04\t1 gaps \(2 bars\)\tBTCUSDT\tthree bars$/,
  );
  expect(imported.told.length).toBeGreaterThan(0);
  expect((await griddesk('list')).out).toBe(imported.out);
  expect((await griddesk('export', 'three bars')).out).toBe(CSV.trimEnd());
  const id = imported.out.split('\t')[0] ?? '';
  const copy = join(folder, 'copy.csv.gz');
  expect((await griddesk('export', id, copy)).code).toBe(0);
  expect(gunzipSync(readFileSync(copy)).toString()).toBe(CSV);
  // The same candles of the same symbol are the same data set.
  expect((await griddesk('import', copy, '--symbol', 'BTCUSDT')).out.split('\t')[0]).toBe(id);
  expect((await griddesk('import', copy)).out.split('\t')[0]).not.toBe(id);
});

test('a name is text on the terminal, whatever is in it', async () => {
  const imported = await griddesk('import', file('x.csv', CSV), '--symbol', 'A-B', '--name', 'a\tb\u001b[2J\u202ec');
  expect(imported.out.split('\t').at(-1)).toBe('a b [2J c');
  expect((await griddesk('list')).out).toBe(imported.out);
});

test('what cannot be used ends with exit code 5 and the bad lines', async () => {
  const bad = await griddesk('import', file('bad.csv', `${CSV}240000,1,1,1,1,1\n`));
  expect([bad.code, bad.err]).toEqual([5, expect.stringContaining('line 5: duplicate of the row before')]);
  expect(await griddesk('import', join(folder, 'none.csv'))).toMatchObject({ code: 5 });
  const single = await griddesk('import', file('one.csv', CSV.split('\n').slice(0, 2).join('\n')));
  expect([single.code, single.err]).toEqual([5, expect.stringContaining('say which it is')]);
  expect(await griddesk('import', file('x.csv', CSV), '--timeframe', '7m')).toMatchObject({ code: 2 });
  expect(await griddesk('export', 'none')).toMatchObject({ code: 5, err: expect.stringContaining('no data set none') });
  expect((await griddesk('list')).out).toBe('');
  await griddesk('import', file('good.csv', CSV), '--name', 'good');
  expect(await griddesk('export', 'good', join(folder, 'no', 'where.csv'))).toMatchObject({ code: 5 });
});
