import type { ClientStats } from './types.ts';

/** Counts as frames come; shows a new snapshot only when asked, so that readers see a stable object in between. */
export class StatsCounter {
  roundTripMs: number | null = null;
  lastFrameAt: number | null = null;
  received = 0;
  receivedBytes = 0;
  rejected = 0;
  #shown: ClientStats = this.#now(0);

  get shown(): ClientStats {
    return this.#shown;
  }

  show(reconnects: number): void {
    this.#shown = this.#now(reconnects);
  }

  #now(reconnects: number): ClientStats {
    const { roundTripMs, lastFrameAt, received, receivedBytes, rejected } = this;
    return { roundTripMs, lastFrameAt, reconnects, received, receivedBytes, rejected };
  }
}
