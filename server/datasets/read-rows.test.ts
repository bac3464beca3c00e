import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readCandleRows } from './read-rows.ts';

const recordings = fileURLToPath(new URL('../../../shared/data/', import.meta.url));

test('G13: rows are plain decimals, with an open or a close outside its own high and low as they are', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'read-rows-'));
  const path = join(folder, 'rows.csv');
  writeFileSync(path, 'ts_ms,open,high,low,close,volume\n1,500,1000,100,99.99,1e-7\n2,1e-7,2E-7,1e-7,2e-7,1e+3\n');
  expect(await readCandleRows(path)).toEqual([
    { ts: 1, open: '500', high: '1000', low: '100', close: '99.99', volume: '0.0000001' },
    { ts: 2, open: '0.0000001', high: '0.0000002', low: '0.0000001', close: '0.0000002', volume: '1000' },
  ]);
  rmSync(folder, { recursive: true });
});

test.skipIf(!existsSync(recordings))(
  'reads a recorded day file and one of minutes (skipped where there are none)',
  async () => {
    expect(await readCandleRows(join(recordings, 'nasdaq_GOOG_1d_20040819-20130301.csv.gz'))).toHaveLength(2_148);
    const minutes = await readCandleRows(join(recordings, 'ftx_BTC-PERP_1m_20211231-20220201.csv.gz'));
    expect(minutes[0]).toEqual({
      ts: 1640991660000,
      open: '46319',
      high: '46385',
      low: '46319',
      close: '46377',
      volume: '2300413.7295',
    });
  },
);
