/** One sweep from its first cell to its verdict: cells, then walk-forward, in parts that threads take (G22). */
import type { CandleColumns } from '#domain/candle-columns.ts';
import type { MetricDefinition } from '#domain/backtest-metrics.ts';
import type { Clock } from '#domain/clock.ts';
import { islandVerdict } from '#engine/backtest/sweep-island.ts';
import { outOfSampleRow, stitched, walkWindows, type WalkRows } from '#engine/backtest/sweep-windows.ts';
import { bestCell, score, type Combination, type SweepAxis } from '#engine/backtest/sweep.ts';
import type { SweepCell, SweepConfig, SweepView } from '#protocol/backtest-shapes.ts';
import type { SweepWalk } from '#server/storage/sweeps.ts';
import { requestOf } from '#server/workers/backtest-request.ts';
import type { CellTask } from '#server/workers/messages.ts';
import type { JobEnd } from '#server/workers/worker-pool.ts';
import { SweepStage, type Batch } from './sweep-stage.ts';

export interface SweepPlan {
  readonly config: SweepConfig;
  readonly axes: readonly SweepAxis[];
  readonly combinations: readonly Combination[];
  readonly metric: MetricDefinition;
}

export interface SweepVerdict {
  readonly best: number | null;
  readonly island: SweepView['island'];
  readonly walk: SweepWalk | undefined;
}

export interface SweepRunPorts {
  readonly clock: Clock;
  /** Once, when the first part has its turn. */
  readonly load: () => Promise<CandleColumns>;
  readonly cells: (cells: readonly SweepCell[]) => void;
  /** The stage to be worked on now, in place of the one before. */
  readonly stage: (next: SweepStage) => void;
  /** Once, unless it was cancelled. */
  readonly ended: (
    end: Exclude<JobEnd, { readonly type: 'done' }> | { readonly type: 'done'; readonly verdict: SweepVerdict },
  ) => void;
}

interface Window extends WalkRows {
  readonly results: (SweepCell | undefined)[];
  best: number | null;
  outside: SweepCell | undefined;
}

export class SweepRun {
  readonly #plan: SweepPlan;
  readonly #o: SweepRunPorts;
  readonly #cells: (SweepCell | undefined)[];
  readonly #tasks: readonly CellTask[];
  readonly #runs: number;
  #columns: Promise<CandleColumns> | undefined;
  #windows: readonly Window[] = [];
  #current: SweepStage | undefined;
  #isCancelled = false;
  #finished = 0;
  #done = 0;
  #best: number | null = null;

  constructor(plan: SweepPlan, ports: SweepRunPorts) {
    this.#plan = plan;
    this.#o = ports;
    const { config, combinations } = plan;
    this.#cells = combinations.map(() => undefined);
    this.#tasks = combinations.map((params, index) => ({
      index,
      params,
      // Not the data: each part goes to a thread.
      config: { ...requestOf(config), params: { ...config.params, ...params }, data: {} },
    }));
    const windows = config.walk_forward?.windows ?? 0;
    this.#runs = combinations.length + windows * (combinations.length + 1);
  }

  /** Cells that are computed. */
  get done(): number {
    return this.#done;
  }

  /** Of all runs it takes, 0 to 1. */
  get progress(): number {
    return this.#finished / this.#runs;
  }

  /** The best so far; the first of equals. */
  get best(): number | null {
    return this.#best;
  }

  get bestMetrics(): SweepCell['metrics'] {
    return (this.#best === null ? undefined : this.#cells[this.#best])?.metrics ?? null;
  }

  begin(): void {
    const share = this.#plan.config.out_of_sample;
    const data = async () => {
      const columns = await this.#load();
      const split = share === undefined ? columns.length : outOfSampleRow(columns.length, share);
      const rows = { from: 0, to: split };
      return { columns, rows, ...(share !== undefined && { kept: { from: split, to: columns.length } }) };
    };
    this.#stage(
      [{ tasks: this.#tasks, data }],
      (cells) => this.#computed(cells),
      () => this.#walk(),
    );
  }

  cancel(): void {
    this.#isCancelled = true;
    this.#current?.cancel();
  }

  #load(): Promise<CandleColumns> {
    this.#columns ??= this.#o.load();
    return this.#columns;
  }

  #stage(
    batches: readonly Batch[],
    cells: (cells: readonly SweepCell[], batch: number) => void,
    then: () => void,
  ): void {
    const { clock } = this.#o;
    this.#current = new SweepStage(batches, {
      clock,
      cells: (found, batch) => {
        this.#finished += found.length;
        cells(found, batch);
      },
      ended: (end) => (end.type === 'done' ? then() : this.#o.ended(end)),
    });
    this.#o.stage(this.#current);
  }

  #computed(cells: readonly SweepCell[]): void {
    const { metric } = this.#plan;
    const value = (index: number) => this.#cells[index]?.metrics?.[metric.name] ?? undefined;
    for (const cell of cells) {
      this.#cells[cell.index] = cell;
      const found = value(cell.index);
      const most = this.#best === null ? undefined : value(this.#best);
      if (found === undefined) continue;
      const ahead = most === undefined ? 1 : score(found, metric) - score(most, metric);
      if (ahead > 0 || (ahead === 0 && cell.index < (this.#best ?? 0))) this.#best = cell.index;
    }
    this.#done += cells.length;
    this.#o.cells(cells);
  }

  /** In each window the best over its first part trades the rest. */
  async #walk(): Promise<void> {
    const { config } = this.#plan;
    const columns = await this.#load();
    if (this.#isCancelled) return;
    const windows = config.walk_forward ? walkWindows(columns.length, config.walk_forward) : [];
    if (windows.length === 0) {
      this.#end(undefined);
      return;
    }
    this.#windows = windows.map((rows) => ({ ...rows, results: [], best: null, outside: undefined }));
    this.#stage(
      this.#windows.map(({ from, split }) => ({
        tasks: this.#tasks,
        data: async () => ({ columns, rows: { from, to: split } }),
      })),
      (cells, batch) => {
        for (const cell of cells) {
          const results = this.#windows[batch]?.results;
          if (results) results[cell.index] = cell;
        }
      },
      () => this.#tradeTheRest(columns),
    );
  }

  #tradeTheRest(columns: CandleColumns): void {
    const { metric } = this.#plan;
    const chosen: Window[] = [];
    const batches = this.#windows.flatMap((window): Batch[] => {
      window.best = bestCell(window.results, metric);
      const task = window.best === null ? undefined : this.#tasks[window.best];
      if (!task) return [];
      chosen.push(window);
      const rows = { from: window.split, to: window.to };
      return [{ tasks: [task], data: async () => ({ columns, rows }) }];
    });
    const end = () => this.#end(this.#walked(columns));
    if (batches.length === 0) {
      end();
      return;
    }
    const took = (cells: readonly SweepCell[], batch: number) => {
      const window = chosen[batch];
      if (window) [window.outside] = cells;
    };
    this.#stage(batches, took, end);
  }

  #walked({ ts }: CandleColumns): SweepWalk {
    const windows = this.#windows.map(({ from, split, to, best, results, outside }) => ({
      from,
      split,
      to,
      params: best === null ? null : (this.#plan.combinations[best] ?? null),
      in_sample: (best === null ? undefined : results[best])?.metrics ?? null,
      out_of_sample: outside?.metrics ?? null,
    }));
    const total = stitched(windows);
    const walk = windows.map(({ from, split, to, params, ...figures }) => ({
      ...figures,
      from: ts[from] ?? 0,
      split: ts[split] ?? 0,
      to: ts[to - 1] ?? 0,
      params: params && { ...params },
    }));
    return { walk, walk_total: total && { ...total } };
  }

  #end(walk: SweepWalk | undefined): void {
    const { axes, metric } = this.#plan;
    const best = bestCell(this.#cells, metric);
    const island = best === null ? null : islandVerdict(axes, this.#cells, best, metric);
    this.#o.ended({ type: 'done', verdict: { best, island, walk } });
  }
}
