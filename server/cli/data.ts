/** `griddesk data import|list|export`: candle data sets of a data directory, whether the engine runs or not. */
import { createWriteStream } from 'node:fs';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { Option, type Command } from 'commander';
import { INTERVALS, type Interval } from '#domain/market-data.ts';
import type { DatasetView } from '#protocol/backtest-shapes.ts';
import { ProtocolError } from '#protocol/errors.ts';
import { loadConfig } from '#server/config/load-config.ts';
import { csvParts } from '#server/datasets/columns-csv.ts';
import { openDatasets } from '#server/datasets/create-datasets.ts';
import type { DatasetStore } from '#server/datasets/dataset-store.ts';
import { MAX_TEXT_BYTES, readCandlePieces } from '#server/datasets/read-candles.ts';
import { systemTimers } from '#server/host/system-timers.ts';
import { symbolOf } from '#server/markets/replay/recording.ts';
import { openDatabase } from '#server/storage/database.ts';
import { InputError } from './errors.ts';
import { ProgressBar } from './progress-bar.ts';
import { settingOption, sourcesOf, type StartPorts } from './start.ts';
import type { Terminal } from './terminal.ts';

interface ImportOptions {
  readonly name?: string;
  readonly symbol?: string;
  readonly timeframe?: Interval;
}

const STDOUT = '-';
const FORMATS = 'CSV with ts_ms,open,high,low,close,volume, Binance klines or freqtrade JSON; may be gzip or zip';

export function addData(program: Command, { terminal, env }: Omit<StartPorts, 'untilStopped'>): void {
  const data = program.command('data').description('candle data sets for backtests');

  subcommand('import <file>', `keep the candles of a file: ${FORMATS}`)
    .option('--name <name>', 'what it is called; the file’s name if not given')
    .option('--symbol <symbol>', 'the instrument; from the file’s name if not given')
    .addOption(new Option('--timeframe <interval>', 'of its bars, where the rows do not show it').choices(INTERVALS))
    .action(async (file: string, options: ImportOptions, command: Command) => {
      await withStore(command, (store) => importFile(store, file, options, terminal));
    });

  subcommand('list', 'list the data sets: id, timeframe, rows, first and last bar, gaps, symbol, name').action(
    async (_options: unknown, command: Command) => {
      await withStore(command, async (store) => {
        for (const dataset of await store.list()) terminal.out(inWords(dataset));
      });
    },
  );

  subcommand(
    'export <id> [file]',
    'write a data set as CSV, gzipped where the file’s name ends with .gz; - is stdout',
  ).action(async (id: string, file: string | undefined, _options: unknown, command: Command) => {
    await withStore(command, (store) => exportFile(store, id, file ?? STDOUT, terminal));
  });

  function subcommand(usage: string, help: string): Command {
    return data
      .command(usage)
      .description(help)
      .addOption(settingOption('data'))
      .option('--config <file>', 'YAML file with the settings (GRIDDESK_CONFIG)');
  }

  async function withStore(command: Command, work: (store: DatasetStore) => Promise<void>): Promise<void> {
    const { data: folder } = loadConfig(sourcesOf(command, env));
    const db = openDatabase(join(folder, 'griddesk.db'));
    try {
      await work(openDatasets(folder, db, systemTimers));
    } catch (error) {
      throw error instanceof ProtocolError ? new InputError(error.message) : error;
    } finally {
      db.close();
    }
  }
}

async function importFile(
  store: DatasetStore,
  file: string,
  options: ImportOptions,
  terminal: Terminal,
): Promise<void> {
  const bar = new ProgressBar(terminal, `reading ${file}`);
  const pieces = await readCandlePieces(file, {
    maxBytes: MAX_TEXT_BYTES,
    onProgress: (progress, rows) => bar.show(progress, `${rows} rows`),
  }).finally(() => bar.end());
  const { name = basename(file), symbol = symbolOf(file), timeframe } = options;
  const dataset = await store.add(pieces, { name, symbol, ...(timeframe !== undefined && { timeframe }) });
  terminal.out(inWords(dataset));
}

async function exportFile(store: DatasetStore, wanted: string, file: string, terminal: Terminal): Promise<void> {
  const all = await store.list();
  const dataset = all.find(({ id }) => id === wanted) ?? all.find(({ name }) => name === wanted);
  if (dataset === undefined) throw new InputError(`there is no data set ${wanted}; griddesk data list shows them`);
  const parts = csvParts(await store.load(dataset.id));
  if (file === STDOUT) {
    for (const part of parts) {
      terminal.out(part.slice(0, -1));
      await terminal.drained?.();
    }
    return;
  }
  const packed = file.endsWith('.gz') ? [createGzip()] : [];
  try {
    await pipeline([Readable.from(parts), ...packed, createWriteStream(file)]);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOSPC' || !(error instanceof Error)) throw error;
    throw new InputError(`cannot write ${file}: ${error.message}`);
  }
}

function inWords({ id, timeframe, rows, from, to, gaps, symbol, name, state, reason }: DatasetView): string {
  const span = rows === 0 ? ['–', '–'] : [from, to].map((ts) => new Date(ts).toISOString().slice(0, 16));
  const holes = gaps.count === 0 ? 'no gaps' : `${gaps.count} gaps (${gaps.bars} bars)`;
  const trouble = state === 'ready' ? [] : [`${state}${reason === undefined ? '' : `: ${reason}`}`];
  const cells = [id, timeframe, `${rows} rows`, ...span, holes, symbol, name, ...trouble];
  // Names come from whoever may import: no tab of theirs makes a column, no escape of theirs reaches the terminal.
  return cells.map((cell) => (cell ?? '').replaceAll(/\p{C}/gu, ' ')).join('\t');
}
