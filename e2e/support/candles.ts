/** A short candle file to replay: a slice of the recorded one where there is one, else a seeded walk. */
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';

const RECORDED = resolve('../shared/data/okx-swap_BTC-USDT-SWAP_5m_20220501-20221231.csv.gz');
const HEADER = 'ts_ms,open,high,low,close,volume';
const FIRST_ROW = 20_000;

export interface Bar {
  readonly ts: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

export interface CandleFile {
  readonly path: string;
  readonly bars: readonly Bar[];
  readonly recorded: boolean;
  remove(): Promise<void>;
}

function recorded(rows: number): string[] {
  const lines = gunzipSync(readFileSync(RECORDED)).toString('utf8').trimEnd().split('\n');
  return lines.slice(FIRST_ROW, FIRST_ROW + rows);
}

/** Prices in tenths, so that every value is on the tick. */
function walked(rows: number): string[] {
  let state = 20_220_501;
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const lines: string[] = [];
  let open = 380_000;
  for (let row = 0; row < rows; row += 1) {
    const close = Math.round(open + (380_000 - open) * 0.01 + (random() - 0.5) * 3_000);
    const high = Math.max(open, close) + Math.floor(random() * 900);
    const low = Math.min(open, close) - Math.floor(random() * 900);
    const prices = [open, high, low, close].map((price) => (price / 10).toFixed(1));
    lines.push([1_651_363_200_000 + row * 300_000, ...prices, (1 + random() * 50).toFixed(2)].join(','));
    open = close;
  }
  return lines;
}

function toBar(line: string): Bar {
  const [ts = NaN, open = NaN, high = NaN, low = NaN, close = NaN] = line.split(',').map(Number);
  return { ts, open, high, low, close };
}

export async function candleFile(rows: number): Promise<CandleFile> {
  const fromRecording = existsSync(RECORDED);
  const lines = fromRecording ? recorded(rows) : walked(rows);
  const folder = await mkdtemp(join(tmpdir(), 'griddesk-candles-'));
  const path = join(folder, 'okx-swap_BTC-USDT-SWAP_5m.csv');
  await writeFile(path, `${[HEADER, ...lines].join('\n')}\n`);
  return { path, bars: lines.map(toBar), recorded: fromRecording, remove: () => rm(folder, { recursive: true }) };
}

/** Lines of a candle file around 100 from 2023 on, a slow wave and a quick one: a grid trades and averages cross. */
export function waves(rows: number, stepMs: number): string[] {
  const lines = [HEADER];
  let close = 100;
  for (let row = 0; row < rows; row += 1) {
    const open = close;
    close = 100 + 8 * Math.sin(row / 190) + 3 * Math.sin(row / 17);
    const [high, low] = [Math.max(open, close) + 0.4, Math.min(open, close) - 0.4];
    const prices = [open, high, low, close].map((price) => price.toFixed(2));
    lines.push([Date.UTC(2023, 0, 1) + row * stepMs, ...prices, '10'].join(','));
  }
  return lines;
}
