import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CandleCsvParser, CandleFileError, readCandleFile } from './candle-csv.ts';

const HEADER = 'ts_ms,open,high,low,close,volume';
const GOOD = `${HEADER}\n1000,10,12,9,11,1.5\n2000,11,11,11,11,0\n`;
const recordings = fileURLToPath(new URL('../../../shared/data/', import.meta.url));

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'candles-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function problems(path: string): Promise<string[]> {
  const error: unknown = await readCandleFile(path).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof CandleFileError)) throw new Error('the file was taken', { cause: error });
  return error.problems.map(({ line, message }) => `${line}: ${message}`);
}

describe('readCandleFile', () => {
  it.each([
    ['plain', 'a.csv', GOOD],
    ['gzip', 'a.csv.gz', gzipSync(GOOD)],
    ['gzip under another name', 'b.csv', gzipSync(GOOD)],
    ['Windows line ends and a byte order mark', 'c.csv', `\uFEFF${GOOD.replaceAll('\n', '\r\n')}\r\n`],
    ['no line end at the end', 'd.csv', GOOD.trimEnd()],
  ])('reads %s', async (_, name, content) => {
    expect(await readCandleFile(file(name, content))).toEqual([
      { ts: 1000, open: '10', high: '12', low: '9', close: '11', volume: '1.5' },
      { ts: 2000, open: '11', high: '11', low: '11', close: '11', volume: '0' },
    ]);
  });

  it('G13: takes an open or a close outside its own high and low', async () => {
    const rows = await readCandleFile(file('outside.csv', `${HEADER}\n1,500,1000,100,99.99,1\n2,13,12,9,11,1\n`));
    expect(rows.map(({ open, close }) => [open, close])).toEqual([
      ['500', '99.99'],
      ['13', '11'],
    ]);
  });

  it('writes exponents out', async () => {
    const [row] = await readCandleFile(file('exp.csv', `${HEADER}\n1,1e-7,2E-7,1e-7,2e-7,1e+3\n`));
    expect(row).toEqual({
      ts: 1,
      open: '0.0000001',
      high: '0.0000002',
      low: '0.0000001',
      close: '0.0000002',
      volume: '1000',
    });
  });

  it.each([
    ['NaN', '3000,NaN,12,9,11,1', '4: open is not a number: "NaN"'],
    ['infinity', '3000,10,Infinity,9,11,1', '4: high is not a number: "Infinity"'],
    ['nothing', '3000,10,,9,11,1', '4: high is not a number: ""'],
    ['zero', '3000,10,12,0,11,1', '4: low must be more than 0: "0"'],
    ['a negative price', '3000,10,12,9,-11,1', '4: close must be more than 0: "-11"'],
    ['a negative volume', '3000,10,12,9,11,-1', '4: volume must be 0 or more: "-1"'],
    ['high below low', '3000,10,9,12,11,1', '4: high 9 is below low 12'],
    ['a missing column', '3000,10,12,9,11', '4: 5 columns instead of 6'],
    ['a column too many', '3000,10,12,9,11,1,2', '4: 7 columns instead of 6'],
    ['a time that is none', '3000.5,10,12,9,11,1', '4: ts_ms is not a whole number: "3000.5"'],
    ['an earlier time', '1500,10,12,9,11,1', '4: out of order: ts_ms 1500 after 2000'],
    ['the same time', '2000,10,12,9,11,1', '4: duplicate of the row before: ts_ms 2000'],
  ])('G13: refuses a row with %s by its line number', async (_, row, message) => {
    expect(await problems(file('bad.csv', `${GOOD}${row}\n`))).toEqual([message]);
  });

  it('refuses an empty line between rows', async () => {
    expect(await problems(file('bad.csv', `${GOOD}\n\n3000,10,12,9,11,1\n`))).toEqual(['4: the line is empty']);
  });

  it('lists the first 20 problems and says that there are more', async () => {
    const rows = Array.from({ length: 50 }, (_, i) => `${3000 + i},0,12,9,11,1`).join('\n');
    const path = file('bad.csv', GOOD + rows);
    expect(await problems(path)).toHaveLength(20);
    await expect(readCandleFile(path)).rejects.toThrow(/line 4: open must be more than 0[^]*line 23:[^]*…$/);
  });

  it.each([
    ['an empty file', 'x.csv', '', '0: the file is empty'],
    ['a header alone', 'x.csv', `${HEADER}\n`, '0: there are no rows below the header'],
    ['another header', 'x.csv', 'time,o,h,l,c,v\n', `1: the header must be ${HEADER}`],
    [
      'a header without a column',
      'x.csv',
      'ts_ms,open,high,low,close\n',
      `1: missing column volume; the header must be ${HEADER}`,
    ],
    ['text named .gz', 'x.csv.gz', GOOD, '0: the name ends with .gz but the content is not gzip'],
    ['UTF-16', 'x.csv', Buffer.from(`\uFEFF${GOOD}`, 'utf16le'), '0: the text is UTF-16; save it as UTF-8'],
    ['Latin-1', 'x.csv', Buffer.from(`${GOOD}é`, 'latin1'), '0: the text is not UTF-8'],
    ['a cut-off gzip file', 'x.csv.gz', gzipSync(GOOD).subarray(0, -12), '0: the gzip file is cut off'],
    ['a line without end', 'x.csv', `${GOOD}${'1'.repeat(5000)}`, '4: the line is too long for a candle'],
  ])('refuses %s', async (_, name, content, message) => {
    expect(await problems(file(name, content))).toEqual([message]);
  });

  it('refuses a damaged gzip file, a missing one and a directory', async () => {
    const damaged = gzipSync(GOOD);
    damaged.writeUInt32LE(1, damaged.length - 8);
    expect(await problems(file('x.csv.gz', damaged))).toEqual([expect.stringMatching(/^0: the gzip file is damaged/)]);
    expect(await problems(join(folder, 'none.csv'))).toEqual(['0: there is no such file']);
    expect(await problems(folder)).toEqual(['0: it is a directory']);
  });

  it.skipIf(!existsSync(recordings))('reads every recorded candle file (skipped where there are none)', async () => {
    expect(await readCandleFile(join(recordings, 'nasdaq_GOOG_1d_20040819-20130301.csv.gz'))).toHaveLength(2_148);
    const minutes = await readCandleFile(join(recordings, 'ftx_BTC-PERP_1m_20211231-20220201.csv.gz'));
    expect(minutes).toHaveLength(45_031);
    expect(minutes[0]).toEqual({
      ts: 1640991660000,
      open: '46319.0',
      high: '46385.0',
      low: '46319.0',
      close: '46377.0',
      volume: '2300413.7295',
    });
  });
});

describe('CandleCsvParser', () => {
  it('reads the same however the text is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: GOOD.length }), { maxLength: 8 }), (cuts) => {
        const parser = new CandleCsvParser('test');
        let from = 0;
        for (const cut of [...cuts.sort((a, b) => a - b), GOOD.length]) {
          parser.push(GOOD.slice(from, cut));
          from = cut;
        }
        expect(parser.end()).toHaveLength(2);
      }),
    );
  });
});
