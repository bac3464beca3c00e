/** `griddesk backtest <strategy>`: a strategy over recorded candles, headless. */
import { join } from 'node:path';
import { Argument, Option, type Command } from 'commander';
import { decimal, formatDecimal, trimDecimal } from '#domain/decimal.ts';
import { fillsOf, type BacktestReport } from '#engine/backtest/report.ts';

import { parseRequest, runBacktest } from '#engine/backtest/run.ts';
import { STRATEGIES } from '#engine/strategy/catalog.ts';
import type { SessionParity } from '#protocol/backtest-shapes.ts';
import { describeParity } from '#server/backtests/session-parity.ts';
import { replaySession, SessionError } from '#server/backtests/session-replay.ts';
import { openForReading } from '#server/storage/database.ts';
import { addCandleOptions, readCandleRange, type CandleRange } from './candle-input.ts';
import { InputError } from './errors.ts';
import { figuresTable } from './figures-table.ts';
import { ProgressBar } from './progress-bar.ts';
import { rangeOf, readRunFile, type RunFile } from './run-file.ts';
import type { Terminal } from './terminal.ts';

interface BacktestOptions extends CandleRange {
  readonly config?: string;
  readonly data?: string;
  readonly session?: string;
  readonly dataDir?: string;
  readonly path?: 'fast' | 'core';
  readonly json?: boolean;
}

const FIRST_FILLS = 12;
const HELP = `
--config names a JSON file: {"params": {…}, "config": {"initial_capital", "commission", "slippage"},
"instrument": {"tick_size", "lot_size", "maker_fee", "taker_fee", …}}; for a grid also all fields in one flat object.
--session runs a live session from the engine's journal again and says whether every order, every fill and the
realized profit come out the same, to the digit; it ends with code 5 where they do not. The engine may be running.
In a pipe the result is one JSON object, on a terminal a table; --json and --no-json decide otherwise.`;

export function addBacktest(program: Command, terminal: Terminal): void {
  const command = program
    .command('backtest')
    .description('run a strategy over recorded candles')
    .addArgument(strategyArgument())
    .option('--config <file>', 'JSON: parameters, capital and costs, the instrument’s rules');
  addCandleOptions(command, { isOptional: true })
    .addOption(new Option('--path <path>', 'core: through the engine that trades live').choices(['fast', 'core']))
    .option('--session <id>', 'instead of --config and --data: a recorded live grid or strategy once more')
    .option('--data-dir <folder>', 'with --session: the data folder of the engine that recorded it')
    .option('--json', 'print one JSON object')
    .option('--no-json', 'print a table')
    .addHelpText('after', HELP)
    .action((strategy: string, options: BacktestOptions, self: Command) => backtest(strategy, options, self, terminal));
}

/** Which strategies there are says the usage. */
export function strategyArgument(): Argument {
  return new Argument('<strategy>', 'what to run').choices(STRATEGIES.map(({ id }) => id));
}

async function backtest(
  strategy: string,
  options: BacktestOptions,
  command: Command,
  terminal: Terminal,
): Promise<void> {
  const { config: file, data, session } = options;
  if (session !== undefined) return replay(strategy, session, options, command, terminal);
  if (file === undefined || data === undefined) {
    return command.error('error: a backtest needs --config and --data, or --session and --data-dir');
  }
  const content = readRunFile(file);
  const request = parseRequest(requestOf(content, strategy, file));
  const columns = await readCandleRange(data, rangeOf(content, file, options), terminal);
  const bar = new ProgressBar(terminal, strategy);
  let report: BacktestReport;
  try {
    report = runBacktest(request, columns, {
      path: options.path ?? pathOf(content),
      hooks: { onProgress: ({ done, trades }) => bar.show(done, `${trades} fills`) },
    });
  } finally {
    bar.end();
  }
  if (isJson(options, terminal)) terminal.out(JSON.stringify(printed(strategy, report)));
  else for (const line of table(strategy, report)) terminal.out(line);
}

function replay(strategy: string, id: string, options: BacktestOptions, command: Command, terminal: Terminal): void {
  const { dataDir, config, data } = options;
  if (dataDir === undefined) command.error('error: --session needs --data-dir, the data folder of the engine');
  if (config !== undefined || data !== undefined)
    command.error('error: --session brings its own configuration and data');
  const db = openForReading(join(dataDir, 'griddesk.db'));
  const bar = new ProgressBar(terminal, strategy);
  let replayed: { readonly report: BacktestReport; readonly parity: SessionParity };
  try {
    replayed = replaySession(db, id, { onProgress: ({ done, trades }) => bar.show(done, `${trades} fills`) });
  } catch (error) {
    throw error instanceof SessionError ? new InputError(error.message) : error;
  } finally {
    bar.end();
    db.close();
  }
  const { report, parity } = replayed;
  if ((strategy === 'grid') !== (parity.kind === 'grid')) throw new InputError(`${id} is a ${parity.kind}`);
  if (isJson(options, terminal)) terminal.out(JSON.stringify({ ...printed(strategy, report), parity }));
  else for (const line of [...table(strategy, report), '', describeParity(parity)]) terminal.out(line);
  if (!parity.identical) throw new InputError(`the replay of ${id} is ${describeParity(parity)}`);
}

function isJson({ json }: BacktestOptions, terminal: Terminal): boolean {
  return json ?? terminal.isOutTerminal !== true;
}

/** The file's content as a request; a strategy that it names must be the one asked for. */
function requestOf(content: RunFile, strategy: string, file: string): RunFile {
  if (content.strategy !== undefined && content.strategy !== strategy) {
    throw new InputError(`cannot use ${file}: it is for ${String(content.strategy)}, not for ${strategy}`);
  }
  return { ...withoutData(content), strategy };
}

function withoutData(content: RunFile): RunFile {
  return Object.fromEntries(Object.entries(content).filter(([field]) => field !== 'data' && field !== 'path'));
}

function pathOf({ path }: RunFile): 'fast' | 'core' {
  return path === 'core' ? 'core' : 'fast';
}

/** A grid's own figures stay at the top level, as other engines print them. */
function printed(strategy: string, report: BacktestReport): object {
  const { state, reason, bars, grid, exact, metrics, gaps, months, lines, warnings } = report;
  const own = grid ? gridFigures(report) : { fills: report.fills.length };
  return {
    strategy,
    state,
    ...(reason !== undefined && { reason }),
    bars,
    ...own,
    metrics,
    exact,
    gaps,
    months,
    ...(lines && { lines }),
    trades: report.trades.length,
    warnings,
  };
}

function gridFigures({ exact, grid, fills }: BacktestReport): object {
  const counts = Object.fromEntries(Object.entries(grid ?? {}).filter(([name]) => name !== 'quantity'));
  const first = fillsOf(fills, 'grid', 0, FIRST_FILLS + 1)
    .filter(({ side, level }) => level >= 0 || side !== 'buy')
    .slice(0, FIRST_FILLS)
    .map(({ ts, side, level, price, amount }) => [ts, side, level, plain(price), plain(amount)]);
  const money = ['realized_pnl', 'unrealized_pnl', 'grid_profit', 'fees_quote', 'fees_base'];
  const rest = ['position', 'quote', 'equity', 'max_drawdown'];
  const named = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, exact[name]]));
  return { quantity: exact.quantity, ...counts, ...named(money), ...named(rest), first_fills: first };
}

function plain(value: number): string {
  return formatDecimal(trimDecimal(decimal(value)));
}

function table(strategy: string, { state, reason, bars, gaps, metrics, warnings }: BacktestReport): string[] {
  const lost = gaps.count === 0 ? 'no gaps' : `${gaps.count} gaps (${gaps.bars} bars)`;
  return [
    `${strategy}: ${state}${reason === undefined ? '' : ` (${reason})`} after ${bars} bars, ${lost}`,
    '',
    ...figuresTable(metrics),
    ...(warnings.length > 0 ? ['', ...warnings.map((warning) => `! ${warning}`)] : []),
  ];
}
