/** A sweep's runs on all cores: cells in small parts, each to the next thread that has room. */
import { availableParallelism } from 'node:os';
import type { CandleColumns } from '#domain/candle-columns.ts';
import type { MetricDefinition } from '#domain/backtest-metrics.ts';
import { bestCell, type Combination } from '#engine/backtest/sweep.ts';
import { walkWindows } from '#engine/backtest/sweep-windows.ts';
import type { BacktestConfig, SweepCell } from '#protocol/backtest-shapes.ts';
import { systemTimers } from '#server/host/system-timers.ts';
import type { CellTask, RowRange } from '#server/workers/messages.ts';
import { WorkerPool } from '#server/workers/worker-pool.ts';
import { InputError } from './errors.ts';

/** A part takes a thread well below a second, so that all end together. */
const PART = 8;

export interface WalkWindow {
  /** Rows; `split` is the first out of sample, `to` the first behind. */
  readonly from: number;
  readonly split: number;
  readonly to: number;
  readonly params: Combination | null;
  readonly in_sample: SweepCell['metrics'];
  readonly out_of_sample: SweepCell['metrics'];
}

export class SweepRun {
  readonly #pool: WorkerPool;
  readonly #config: BacktestConfig;
  readonly #cells: readonly Combination[];
  readonly #onDone: (cells: number) => void;

  readonly #columns: CandleColumns;

  /** `workerFile`: the built thread; `onDone` hears of every few cells. */
  constructor(
    workerFile: string,
    columns: CandleColumns,
    config: BacktestConfig,
    cells: readonly Combination[],
    onDone: (cells: number) => void,
  ) {
    this.#pool = new WorkerPool({ file: workerFile, size: availableParallelism(), timers: systemTimers });
    this.#columns = columns;
    this.#config = config;
    this.#cells = cells;
    this.#onDone = onDone;
  }

  close(): Promise<void> {
    return this.#pool.close();
  }

  /** All cells, in the order of the combinations; `kept` is run beside `rows` by each. */
  all(rows: RowRange, kept?: RowRange): Promise<SweepCell[]> {
    return this.#run(
      this.#cells.map((params, index) => this.#task(index, params)),
      rows,
      kept,
    );
  }

  /** In each window the best of its first part is run over its rest. */
  async walk(
    shape: { readonly windows: number; readonly in_sample: number },
    metric: MetricDefinition,
  ): Promise<WalkWindow[]> {
    const windows: WalkWindow[] = [];
    for (const rows of walkWindows(this.#columns.length, shape)) {
      const inside = await this.all({ from: rows.from, to: rows.split });
      const best = bestCell(inside, metric);
      const params = best === null ? undefined : this.#cells[best];
      const rest = { from: rows.split, to: rows.to };
      const [outside] = params ? await this.#run([this.#task(0, params)], rest) : [];
      windows.push({
        ...rows,
        params: params ?? null,
        in_sample: inside[best ?? -1]?.metrics ?? null,
        out_of_sample: outside?.metrics ?? null,
      });
    }
    return windows;
  }

  #task(index: number, params: Combination): CellTask {
    return { index, params, config: { ...this.#config, params: { ...this.#config.params, ...params } } };
  }

  async #run(tasks: readonly CellTask[], rows: RowRange, kept?: RowRange): Promise<SweepCell[]> {
    const found: SweepCell[] = [];
    let next = 0;
    const one = async (): Promise<void> => {
      while (next < tasks.length) {
        const part = tasks.slice(next, next + PART);
        next += PART;
        found.push(...(await this.#part(part, rows, kept)));
      }
    };
    await Promise.all(Array.from({ length: this.#pool.size }, one));
    // Threads end in any order.
    return found.sort((a, b) => a.index - b.index);
  }

  #part(cells: readonly CellTask[], rows: RowRange, kept?: RowRange): Promise<readonly SweepCell[]> {
    return new Promise((resolve, reject) => {
      const found: SweepCell[] = [];
      this.#pool.run(
        { type: 'cells', cells, columns: this.#columns, rows, ...(kept && { kept }) },
        {
          news: (news) => {
            if (news.type !== 'cells') return;
            found.push(...news.cells);
            this.#onDone(news.cells.length);
          },
          ended: (end) => {
            if (end.type === 'done') resolve(found);
            else if (end.type === 'failed') reject(end.expected ? new InputError(end.message) : new Error(end.message));
            else reject(new Error('the sweep was cancelled'));
          },
        },
      );
    });
  }
}
