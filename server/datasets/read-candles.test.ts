import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { strToU8, zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeColumns } from '#domain/candle-columns-binary.ts';
import { gapsOf, joinColumns, timeframeOf, type CandleColumns } from '#domain/candle-columns.ts';
import { INTERVAL_MS, type Interval } from '#domain/market-data.ts';
import { CandleFileError } from './candle-file-error.ts';
import { MAX_TEXT_BYTES, readCandles, readCandlesFile } from './read-candles.ts';

const HEADER = 'ts_ms,open,high,low,close,volume';
const GOOD = `${HEADER}\n60000,10,12.5,9,11,1.5\n120000,11,11,11.00,11,0\n`;
const BINANCE = [
  '1735689600000000,10,12.5,9,11,1.5,1735689659999999,16.5,3,0.5,5.5,0',
  '1735689660000000,11,11,11.00,11,0,1735689719999999,0,0,0,0,0',
].join('\n');
const BINANCE_HEADER =
  'open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore';
const JSON_ROWS = '[[60000, 10.0, 12.5, 9, 11.0, 1.5],[120000,11,11,11.00,11,0]]';
const recordings = fileURLToPath(new URL('../../../shared/data/', import.meta.url));

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'read-candles-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function read(content: string | Uint8Array, { piece = 1 << 20, maxBytes = MAX_TEXT_BYTES } = {}) {
  const bytes = Buffer.from(content);
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += piece) yield bytes.subarray(at, at + piece);
  }
  return readCandles(pieces(), { name: 'x', maxBytes }).then((parts) => joinColumns(parts));
}

function zip(files: Readonly<Record<string, string>>): Uint8Array {
  return zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])));
}

async function problems(reading: Promise<CandleColumns>): Promise<string[]> {
  const error: unknown = await reading.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof CandleFileError)) throw new Error('the file was taken', { cause: error });
  return error.problems.map(({ line, message }) => `${line}: ${message}`);
}

describe('readCandles', () => {
  it('lets other work come between, however large the pieces are', async () => {
    const rows = Array.from({ length: 40_000 }, (_, row) => `${row * 60_000},10,12.5,9,11,1.5`);
    let turns = 0;
    let isOver = false;
    const count = () => {
      turns += 1;
      if (!isOver) setImmediate(count);
    };
    setImmediate(count);
    const columns = await read(`${HEADER}\n${rows.join('\n')}\n`, { piece: 1 << 24 });
    isOver = true;
    expect(columns.length).toBe(40_000);
    expect(turns).toBeGreaterThan(15);
  });

  const shapes = [
    ['our CSV', GOOD, 60_000],
    ['our CSV with Windows line ends and a byte order mark', `\uFEFF${GOOD.replaceAll('\n', '\r\n')}\r\n`, 60_000],
    ['our CSV without a line end', GOOD.trimEnd(), 60_000],
    ['Binance klines in µs without a header', BINANCE, 1_735_689_600_000],
    [
      'Binance klines in ms with a header',
      `${BINANCE_HEADER}\n${BINANCE.replace(/^(\d{13})000/gm, '$1')}`,
      1_735_689_600_000,
    ],
    ['freqtrade JSON', JSON_ROWS, 60_000],
    ['freqtrade JSON with blanks', ` ${JSON_ROWS.replaceAll('],[', ' ] ,\n [ ')}\n`, 60_000],
    ['exponents', `${HEADER}\n60000,1e1,1.25E1,9,11,15e-1\n120000,11,11,11,11,0\n`, 60_000],
  ] as const;

  it.each(shapes)('reads %s, gzipped, zipped or neither', async (_, content, first) => {
    for (const given of [content, gzipSync(content), zip({ 'a.csv': content })]) {
      const columns = await read(given);
      expect(columns).toMatchObject({ length: 2, priceDecimals: 1 });
      expect([...columns.ts]).toEqual([first, first + 60_000]);
      const { open, high, low, close, volume } = columns;
      expect([open, high, low, close, volume].map((column) => [...column])).toEqual([
        [100, 110],
        [125, 110],
        [90, 110],
        [110, 110],
        [1.5, 0],
      ]);
    }
  });

  it('reads the same however the bytes are cut', async () => {
    const contents = [GOOD, BINANCE, JSON_ROWS, gzipSync(GOOD), zip({ 'a/b.csv': GOOD })];
    const whole = await Promise.all(contents.map((content) => read(content).then(encodeColumns)));
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 1, max: 70 }), async (which, piece) => {
        expect(encodeColumns(await read(contents[which] ?? '', { piece }))).toEqual(whole[which]);
      }),
      { numRuns: 60 },
    );
  });

  it('takes volumes of any number of digits', async () => {
    const columns = await read(`${HEADER}\n60000,1,1,1,1,123456789012.123456789\n`);
    expect(columns.volume[0]).toBe(Number('123456789012.123456789'));
    const klines = await read('1735689600000,1,1,1,1,123456789012.123456789,1735689659999,1,1,1,1,0\n');
    expect(klines.volume).toEqual(columns.volume);
  });

  it.each([
    ['NaN', '180000,NaN,12,9,11,1', 'open is not a number: "NaN"'],
    ['infinity', '180000,10,Infinity,9,11,1', 'high is not a number: "Infinity"'],
    ['nothing', '180000,10,,9,11,1', 'high is not a number: ""'],
    ['half a number', '180000,10,12.,9,11,1', 'high is not a number: "12."'],
    ['zero', '180000,10,12,0,11,1', 'low must be more than 0'],
    ['zero with decimals', '180000,10,12,0.000,11,1', 'low must be more than 0'],
    ['a negative price', '180000,10,12,9,-11,1', 'close must be more than 0: "-11"'],
    ['a negative volume', '180000,10,12,9,11,-1', 'volume must be 0 or more: "-1"'],
    ['high below low', '180000,10,9.5,12,11,1', 'high 9.5 is below low 12'],
    ['a missing column', '180000,10,12,9,11', '5 columns instead of 6'],
    ['a column too many', '180000,10,12,9,11,1,2', '7 columns instead of 6'],
    ['a column too many that is text', '180000,10,12,9,11,1,x', '7 columns instead of 6'],
    ['half a millisecond', '180000.5,10,12,9,11,1', 'ts_ms is not a whole number'],
    ['a time that is none', 'noon,10,12,9,11,1', 'ts_ms is not a whole number: "noon"'],
    ['an earlier time', '90000,10,12,9,11,1', 'out of order: ts_ms 90000 after 120000'],
    ['the same time', '120000,10,12,9,11,1', 'duplicate of the row before: ts_ms 120000'],
    ['a time in µs', '1735689600000000,10,12,9,11,1', 'ts_ms is not between 1970 and 2100: 1735689600000000'],
    ['a negative time', '-1,10,12,9,11,1', 'ts_ms is not a whole number: "-1"'],
    [
      'too many digits',
      '180000,1234567890.1234567,12,9,11,1',
      'open has more than 15 significant digits: "1234567890.1234567"',
    ],
  ])('G13: refuses a row with %s by its line number', async (_, row, message) => {
    expect(await problems(read(`${GOOD}${row}\n`))).toEqual([`4: ${message}`]);
  });

  it('refuses prices that together have too many digits', async () => {
    const rows = `${HEADER}\n1,12345678901,12345678901,1,1,1\n2,1.12345,2,1,1,1\n`;
    expect(await problems(read(rows))).toEqual([
      expect.stringMatching(/^3: a price has 5 decimals.* 12345678901: together/),
    ]);
  });

  it('refuses an empty line between rows, and lists the first 20 problems', async () => {
    expect(await problems(read(`${GOOD}\n\n180000,10,12,9,11,1\n`))).toEqual(['4: the line is empty']);
    const rows = Array.from({ length: 50 }, (_, i) => `${180_000 + i},0,12,9,11,1`).join('\n');
    expect(await problems(read(GOOD + rows))).toHaveLength(20);
    await expect(read(GOOD + rows)).rejects.toThrow(/line 4: open must be more than 0[^]*line 23:[^]*…$/);
  });

  it.each([
    ['an empty file', '', '0: the file is empty'],
    ['an empty gzip', gzipSync(''), '0: the file is empty'],
    ['a header alone', `${HEADER}\n`, '0: there are no rows below the header'],
    ['another header', 'time,o,h,l,c,v\n', /^1: the header must be ts_ms/],
    ['a header without a column', 'ts_ms,open,high,low,close\n', /^1: missing column volume; the header must be/],
    ['UTF-16', Buffer.from(`\uFEFF${GOOD}`, 'utf16le'), '0: the text is UTF-16; save it as UTF-8'],
    ['UTF-16 without a mark', Buffer.from(GOOD, 'utf16le'), /^1: there are zero bytes in it/],
    ['Latin-1', Buffer.from(`${GOOD}é`, 'latin1'), '4: the text is not UTF-8'],
    ['a cut-off gzip file', gzipSync(GOOD).subarray(0, -12), '0: the gzip file is cut off'],
    [
      'a zip of two files',
      zip({ 'a.csv': GOOD, 'b.csv': GOOD }),
      '0: there is more than one file in the zip; unpack it',
    ],
    ['a cut-off zip', zip({ 'a.csv': GOOD }).subarray(0, 80), /^0: the zip file is (?:damaged or )?cut off/],
    ['a zip of nothing', zip({}), '0: there is no file in the zip'],
    ['a line without end', `${GOOD}${'1'.repeat(5000)}`, '4: the line is too long for a candle'],
    ['a JSON that is no list', '{"data": []}', '0: the JSON is no list of candles'],
    ['an empty list', '[]', '0: there are no rows in the list'],
    ['a list of other things', '[1, 2]', '1: expected a row [ms, open, high, low, close, volume]'],
    ['rows that are objects', '[{"ts": 1}]', '1: expected a row [ms, open, high, low, close, volume]'],
    ['a cut-off list', '[[60000,1,1,1,1,1],[120000,1', '0: the JSON is cut off in or after row 2'],
    ['more after the list', `${JSON_ROWS},`, '3: there is more after the end of the list'],
    ['rows without a comma', '[[60000,1,1,1,1,1] [', '1: expected a comma or the end of the list after it'],
    ['an empty row', '[[60000,1,1,1,1,1],[]]', '2: 0 columns instead of 6'],
    ['null', '[[60000,1,null,1,1,1]]', '1: high is not a number: "null"'],
    ['a row without end', `[[${'1'.repeat(2000)}`, '1: the row is too long for a candle'],
  ])('refuses %s', async (_, content, message) => {
    const expected = typeof message === 'string' ? message : expect.stringMatching(message);
    expect(await problems(read(content))).toEqual([expected]);
    // In single bytes, too.
    expect(await problems(read(content, { piece: 1 }))).toEqual([expected]);
  });

  it('says row, not line, for JSON', async () => {
    await expect(read('[[60000,1,null,1,1,1]]')).rejects.toThrow('cannot use x: row 1: high is not a number: "null"');
  });

  it('refuses a damaged gzip file, a missing one and a directory', async () => {
    const damaged = gzipSync(GOOD);
    damaged.writeUInt32LE(1, damaged.length - 8);
    expect(await problems(read(damaged))).toEqual([expect.stringMatching(/^0: the gzip file is damaged/)]);
    const fromDisk = (path: string) => problems(readCandlesFile(path, { maxBytes: MAX_TEXT_BYTES }));
    expect(await fromDisk(join(folder, 'none.csv'))).toEqual(['0: there is no such file']);
    expect(await fromDisk(folder)).toEqual(['0: it is a directory']);
  });

  it('refuses a zip that is cut off anywhere in its file', async () => {
    const whole = Buffer.from(zip({ 'a.csv': GOOD }));
    const directory = whole.indexOf('PK\u0001\u0002');
    for (let cut = 2; cut < directory; cut += 1) {
      expect(await problems(read(whole.subarray(0, cut)))).toEqual([expect.stringMatching(/zip/)]);
    }
  });

  it('is bounded: in what comes, and in what it unpacks to', async () => {
    const long = HEADER + Array.from({ length: 2000 }, (_, i) => `\n${60_000 * i},1,1,1,1,1`).join('');
    const most = { maxBytes: 10_000 };
    expect(await problems(read(long, { ...most, piece: 999 }))).toEqual([
      expect.stringMatching(/longer than 10000 bytes/),
    ]);
    expect(await problems(read(gzipSync(long), most))).toEqual([
      expect.stringMatching(/the text is longer than 10000/),
    ]);
    expect((await read(long)).length).toBe(2000);
  });

  it('tells how far a file has come', async () => {
    const path = join(folder, 'good.csv');
    writeFileSync(path, GOOD);
    const told: number[] = [];
    await readCandlesFile(path, { maxBytes: MAX_TEXT_BYTES, onProgress: (progress) => told.push(progress) });
    expect(told.at(-1)).toBe(1);
  });

  it
    .skipIf(!existsSync(recordings))
    .each<[name: string, rows: number, timeframe: Interval, gaps: number, bars: number]>([
      ['binance-spot_BTCUSDT_1h_20170817-20240421', 58_419, '1h', 28, 128],
      ['okx-swap_BTC-USDT-SWAP_5m_20220501-20221231', 70_499, '5m', 0, 0],
      ['okx-swap_ETH-USDT-SWAP_5m_20220501-20221231', 70_499, '5m', 0, 0],
      ['ftx_BTC-PERP_1m_20211231-20220201', 45_031, '1m', 0, 0],
    ])(
    'G13: reads the recorded %s with its gaps (skipped where there are none)',
    async (name, rows, timeframe, gaps, bars) => {
      const columns = await readCandlesFile(join(recordings, `${name}.csv.gz`), { maxBytes: MAX_TEXT_BYTES });
      expect([columns.length, timeframeOf(columns)]).toEqual([rows, timeframe]);
      expect(gapsOf(columns, INTERVAL_MS[timeframe])).toMatchObject({ count: gaps, bars });
    },
  );
});
