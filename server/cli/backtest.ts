/** `griddesk backtest grid`: the core over recorded candles, headless; one JSON object on stdout. */
import { readFileSync } from 'node:fs';
import { InvalidArgumentError, type Command } from 'commander';
import * as z from 'zod/mini';
import { runGridBacktest } from '#engine/backtest/grid-backtest.ts';
import type { CandleRow } from '#engine/backtest/candle-rows.ts';
import { readCandleFile } from '#server/markets/candle-csv.ts';
import { InputError } from './errors.ts';
import type { Terminal } from './terminal.ts';

interface GridOptions {
  readonly config: string;
  readonly data: string;
  readonly fromRow?: number;
  readonly toRow?: number;
}

export function addBacktest(program: Command, terminal: Terminal): void {
  const backtest = program.command('backtest').description('run a strategy over recorded candles');
  backtest
    .command('grid')
    .description('run a grid; prints its figures as one JSON object')
    .requiredOption('--config <file>', 'JSON: the grid, the instrument’s rules and the costs')
    .requiredOption('--data <file>', 'candles: CSV with ts_ms,open,high,low,close,volume, may be gzipped')
    .option('--from-row <number>', 'first row to use, from 0', rowNumber)
    .option('--to-row <number>', 'the row to stop before', rowNumber)
    .action(async ({ config, data, fromRow, toRow }: GridOptions) => {
      const gridCase = readCase(config);
      const candles = await readCandleFile(data);
      const rows = candles
        .slice(fromRow ?? 0, toRow)
        .map(({ ts, open, high, low, close }): CandleRow => [ts, open, high, low, close]);
      if (rows.length === 0) throw new InputError(`${data} has no rows there; it has ${candles.length}`);
      terminal.out(JSON.stringify(runGridBacktest(gridCase, rows)));
    });
}

function readCase(file: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new InputError(`cannot use ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const parsed = z.record(z.string(), z.unknown()).safeParse(value);
  if (!parsed.success) throw new InputError(`cannot use ${file}: expected one JSON object`);
  return parsed.data;
}

function rowNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('expected a row number from 0.');
  return Number(text);
}
