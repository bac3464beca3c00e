/** A thread that calculates: whole runs with their results, and the many small ones of sweeps. */
import { setPriority } from 'node:os';
import { parentPort, type MessagePort } from 'node:worker_threads';
import { BacktestError } from '#engine/backtest/case.ts';
import type { BacktestRequest } from '#engine/backtest/request.ts';
import { fillsOf, tradesOf, type BacktestReport } from '#engine/backtest/report.ts';
import { parseRequest, runBacktest, runFigures } from '#engine/backtest/run.ts';
import { sliceColumns, type CandleColumns } from '#domain/candle-columns.ts';
import { parseSignalCase } from '#engine/backtest/signal-case.ts';
import { RunCancelled, type RunHooks } from '#engine/backtest/trace.ts';
import { createSignals } from '#engine/strategy/create-signals.ts';
import type { SessionParity, SweepCell } from '#protocol/backtest-shapes.ts';
import { replaySession, SessionError } from '#server/backtests/session-replay.ts';
import { openForReading } from '#server/storage/database.ts';
import { requestOf } from './backtest-request.ts';
import {
  PAGE_ROWS,
  type CellsJob,
  type CellTask,
  type FromWorker,
  type Job,
  type PageKind,
  type ResultPage,
  type RowRange,
  type RunJob,
  type SessionJob,
  type ToWorker,
} from './messages.ts';
import { pack, packRows } from './packing.ts';

/** On Linux of this thread alone: what is live goes before what may wait. */
const NICENESS = 10;
const PROGRESS_MS = 100;
/** Cells are handed over at least so often. */
const CELLS_MS = 50;
/** One transaction of the engine's, which prices wait for. */
const PAGES_AT_ONCE_BYTES = 256 * 1024;

try {
  setPriority(NICENESS);
} catch {
  // Not allowed here: then it runs like any other.
}

if (parentPort) serve(parentPort);

function serve(port: MessagePort): void {
  let written = (): void => undefined;
  const tell = (message: FromWorker) => port.postMessage(message);

  async function carryOut(job: Job, cancelled: Int32Array): Promise<void> {
    const isCancelled = () => Atomics.load(cancelled, 0) !== 0;
    try {
      if (job.type === 'run') await run(job, isCancelled);
      else if (job.type === 'session') await replay(job, isCancelled);
      else computeCells(job, isCancelled);
      tell({ type: isCancelled() ? 'cancelled' : 'done' });
    } catch (error) {
      tell(error instanceof RunCancelled ? { type: 'cancelled' } : failure(error));
    }
  }

  async function run({ config, columns }: RunJob, isCancelled: () => boolean): Promise<void> {
    const began = performance.now();
    const request = parseRequest(requestOf(config));
    const hooks: RunHooks = { isCancelled, onProgress: progressTeller(tell) };
    const report = runBacktest(request, columns, { path: config.path ?? 'fast', hooks });
    if (report.state === 'error') throw new RunEnded(report.reason ?? 'the run ended with an error');
    await handOver(report, resultOf(report, performance.now() - began), isCancelled);
  }

  async function replay({ id, database }: SessionJob, isCancelled: () => boolean): Promise<void> {
    const began = performance.now();
    const db = openForReading(database);
    try {
      const hooks: RunHooks = { isCancelled, onProgress: progressTeller(tell) };
      const { report, parity } = replaySession(db, id, hooks);
      await handOver(report, { ...resultOf(report, performance.now() - began), parity }, isCancelled);
    } finally {
      db.close();
    }
  }

  async function handOver(report: BacktestReport, content: RunResult, isCancelled: () => boolean): Promise<void> {
    const result = pack(content);
    for (const pages of pagesOf(report)) {
      if (isCancelled()) return;
      const isWritten = new Promise<void>((resolve) => (written = resolve));
      tell({ type: 'pages', pages });
      await isWritten;
    }
    const { metrics, trades, fills } = report;
    tell({ type: 'outcome', metrics: { ...metrics }, result, trades: trades.length, fills: fills.length });
  }

  function computeCells(job: CellsJob, isCancelled: () => boolean): void {
    let done: SweepCell[] = [];
    let told = performance.now();
    const slice = slicesOf(job.columns);
    for (const cell of job.cells) {
      if (isCancelled()) throw new RunCancelled();
      done.push(computeCell(cell, job, slice, isCancelled));
      if (performance.now() - told < CELLS_MS) continue;
      tell({ type: 'cells', cells: done });
      done = [];
      told = performance.now();
    }
    if (done.length > 0) tell({ type: 'cells', cells: done });
  }

  port.on('message', (message: ToWorker) => {
    if (message.type === 'job') void carryOut(message.job, message.cancelled);
    else written();
  });
}

/** A run that began and could not go on: what it says is for whoever asked for it. */
class RunEnded extends Error {
  override readonly name = 'RunEnded';
}

function failure(error: unknown): FromWorker {
  const expected = error instanceof BacktestError || error instanceof RunEnded || error instanceof SessionError;
  if (expected) return { type: 'failed', message: error.message, expected };
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { type: 'failed', message, expected: false };
}

/** The same rows are the same object: what is found out about it once (`candleIndex`, `periodsOf`) serves every cell. */
function slicesOf(columns: CandleColumns): (from: number, to: number) => CandleColumns {
  const known = new Map<string, CandleColumns>();
  return (from, to) => {
    const key = `${from}-${to}`;
    const part = known.get(key) ?? sliceColumns(columns, from, to);
    known.set(key, part);
    return part;
  };
}

/** A combination that cannot run is a cell that says why; others go on. */
function computeCell(
  { index, config, params }: CellTask,
  { rows, kept }: CellsJob,
  slice: (from: number, to: number) => CandleColumns,
  isCancelled: () => boolean,
): SweepCell {
  const figures = ({ from, to }: RowRange) => {
    const request = parseRequest(requestOf(config));
    const part = slice(Math.max(0, from - warmupOf(request)), to);
    return { ...runFigures(request, part, { hooks: { isCancelled } }) };
  };
  try {
    const metrics = figures(rows);
    return { index, params, metrics, ...(kept && { out_of_sample: figures(kept) }) };
  } catch (error) {
    if (!(error instanceof BacktestError)) throw error;
    return { index, params, metrics: null, error: error.message };
  }
}

/** Rows before a part from which indicators are filled, so that a strategy can trade from the part's first row on. */
function warmupOf(request: BacktestRequest): number {
  if (request.kind === 'grid') return 0;
  const { strategy, params } = parseSignalCase(request.case);
  return createSignals(strategy, params, 0).warmup;
}

function progressTeller(tell: (message: FromWorker) => void): NonNullable<RunHooks['onProgress']> {
  let told = -Infinity;
  return ({ done, ts, trades, equity }) => {
    const now = performance.now();
    if (now - told < PROGRESS_MS) return;
    told = now;
    tell({ type: 'progress', done, ts, trades, equity });
  };
}

type RunResult = ReturnType<typeof resultOf> & { readonly parity?: SessionParity };

/** `result` of the wire. */
function resultOf({ metrics: _metrics, reason: _reason, trades, fills, ...rest }: BacktestReport, tookMs: number) {
  return { ...rest, trades: trades.length, fills: fills.length, took_ms: Math.round(tookMs * 10) / 10 };
}

function* pagesOf({ trades, fills, grid }: BacktestReport): Generator<ResultPage[]> {
  const kind = grid ? 'grid' : 'signal';
  const makers = [
    ['trades', trades.length, (from: number, to: number) => tradesOf(trades, from, to)],
    ['fills', fills.length, (from: number, to: number) => fillsOf(fills, kind, from, to)],
  ] as const satisfies readonly (readonly [PageKind, number, (from: number, to: number) => readonly object[]])[];
  let pages: ResultPage[] = [];
  let bytes = 0;
  for (const [what, length, rows] of makers) {
    for (let from = 0; from < length; from += PAGE_ROWS) {
      const to = Math.min(length, from + PAGE_ROWS);
      const content = packRows(rows(from, to));
      pages.push({ kind: what, page: from / PAGE_ROWS, length: to - from, content });
      bytes += content.length;
      if (bytes < PAGES_AT_ONCE_BYTES) continue;
      yield pages;
      pages = [];
      bytes = 0;
    }
  }
  if (pages.length > 0) yield pages;
}
