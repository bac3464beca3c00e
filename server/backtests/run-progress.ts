/** How far a run has come, as its channel tells it. */
import type { ProgressEvent } from '#protocol/shapes.ts';
import type { RunProgressNote } from '#server/workers/messages.ts';

/** 1 is told once the result is durable. */
const MOST_WHILE_RUNNING = 0.999;

export class RunProgress {
  readonly #id: string;
  readonly #capital: number;
  #done = 0;
  #last: RunProgressNote | undefined;
  #startedAt: number | undefined;

  constructor(id: string, capital: number) {
    this.#id = id;
    this.#capital = capital;
  }

  get done(): number {
    return this.#done;
  }

  started(now: number): void {
    this.#startedAt = now;
  }

  /** G21: progress never falls. */
  note(note: RunProgressNote): void {
    this.#done = Math.max(this.#done, Math.min(note.done, MOST_WHILE_RUNNING));
    this.#last = note;
  }

  completed(): void {
    this.#done = 1;
  }

  event(now: number): ProgressEvent {
    const elapsed = this.#startedAt === undefined ? 0 : (now - this.#startedAt) / 1000;
    const left = this.#done > 0 && this.#done < 1 ? (elapsed / this.#done) * (1 - this.#done) : undefined;
    return {
      id: this.#id,
      progress: this.#done,
      current_date: this.#last ? new Date(this.#last.ts).toISOString().slice(0, 10) : '',
      trades_count: this.#last?.trades ?? 0,
      current_equity: this.#last?.equity ?? this.#capital,
      ...(left !== undefined && { eta_seconds: Math.round(left * 10) / 10 }),
    };
  }
}
