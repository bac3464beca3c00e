/** Figures of the loop, for `/metrics` and for benchmarks. */

/** The newest commits a percentile is taken over. */
const WINDOW = 1024;

export interface LoopFigures {
  readonly events: number;
  readonly commits: number;
  readonly commitFailures: number;
  /** Milliseconds, over the newest 1,024 commits; 0 before the first. */
  readonly commitP50Ms: number;
  readonly commitP99Ms: number;
}

export class LoopMetrics {
  readonly #durations = new Float64Array(WINDOW);
  #events = 0;
  #commits = 0;
  #failures = 0;

  processed(events: number): void {
    this.#events += events;
  }

  committed(ms: number): void {
    this.#durations[this.#commits % WINDOW] = ms;
    this.#commits += 1;
  }

  failed(): void {
    this.#failures += 1;
  }

  figures(): LoopFigures {
    const sorted = this.#durations.slice(0, Math.min(this.#commits, WINDOW)).sort();
    const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
    return {
      events: this.#events,
      commits: this.#commits,
      commitFailures: this.#failures,
      commitP50Ms: at(0.5),
      commitP99Ms: at(0.99),
    };
  }
}
