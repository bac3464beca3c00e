/**
 * A year of minutes as files → columns on disk, on the engine's own thread: rows a second, and how long the thread was
 * away from prices at a time (in its own CPU time where the system tells it, so that other load does not count).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ColumnFiles } from '#server/datasets/column-files.ts';
import { MAX_TEXT_BYTES, readCandles } from '#server/datasets/read-candles.ts';
import { figure, median } from './support/figure.ts';
import { minutes, YEAR } from './support/minutes.ts';
import { longestTurn } from './support/turns.ts';

const quick = process.argv.includes('--quick');
const ROWS = quick ? 50_000 : YEAR;
const ROUNDS = quick ? 1 : 5;
const PIECE = 64 * 1024;

const { ts, open, high, low, close } = minutes(ROWS);
const price = (column: ArrayLike<number>, row: number) => ((column[row] ?? 0) / 100).toFixed(2);
const cells = (row: number) =>
  [ts[row], ...[open, high, low, close].map((column) => price(column, row)), (row % 1000) / 10 + 1].join(',');
const lines = Array.from({ length: ROWS }, (_, row) => cells(row));
const csv = Buffer.from(`ts_ms,open,high,low,close,volume\n${lines.join('\n')}\n`);
const files = {
  CSV: csv,
  'gzipped CSV': gzipSync(csv, { level: 1 }),
  'freqtrade JSON': Buffer.from(`[${lines.map((line) => `[${line}]`).join(',')}]`),
};

async function* pieces(content: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < content.length; at += PIECE) yield content.subarray(at, at + PIECE);
}

const folder = mkdtempSync(join(tmpdir(), 'griddesk-bench-'));
const columns = new ColumnFiles(folder);
for (const [name, content] of Object.entries(files)) {
  const rates: number[] = [];
  const longest: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const began = performance.now();
    const turn = await longestTurn(async () => {
      const read = await readCandles(pieces(content), { name, maxBytes: MAX_TEXT_BYTES });
      await (await columns.write(read)).discard();
    });
    rates.push((ROWS / (performance.now() - began)) * 1000);
    longest.push(turn);
  }
  figure('imports', `${name} → columns on disk`, median(rates), 'rows/s');
  figure('imports', `${name}: longest turn of the engine’s thread, the first time`, longest[0] ?? 0, 'ms');
  figure('imports', `${name}: longest turn of the engine’s thread`, median(longest), 'ms');
}
rmSync(folder, { recursive: true });
