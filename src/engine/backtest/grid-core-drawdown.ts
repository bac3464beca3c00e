/** The running peak of an equity and the largest fall below it (G20), one sample a close. */
import type { DrawdownFigures } from './trace.ts';

export class Drawdown {
  peak: number;
  worst = 0;
  #amount = 0;
  #peakBar = -1;
  #ofPeakBar = -1;
  #troughBar = -1;
  #recoveredBar = -1;

  /** The peak begins at what was invested. */
  constructor(invested: number) {
    this.peak = invested;
  }

  /** A grid that waited may need another amount at the price it starts at (G6): the peak begins there. */
  restart(invested: number): void {
    this.peak = invested;
    this.#peakBar = -1;
  }

  sample(bar: number, equity: number): void {
    if (equity >= this.peak) {
      // The peak has not moved since the trough: this is the first sample as high again.
      if (this.#troughBar >= 0 && this.#recoveredBar < 0) this.#recoveredBar = bar;
      if (equity === this.peak) return;
      this.peak = equity;
      this.#peakBar = bar;
      return;
    }
    const fall = (this.peak - equity) / this.peak;
    if (fall <= this.worst) return;
    this.worst = fall;
    this.#amount = this.peak - equity;
    this.#ofPeakBar = this.#peakBar;
    this.#troughBar = bar;
    this.#recoveredBar = -1;
  }

  figures(): DrawdownFigures {
    return {
      worst: this.worst,
      amount: this.#amount,
      peakBar: this.#ofPeakBar,
      troughBar: this.#troughBar,
      recoveredBar: this.#recoveredBar,
    };
  }
}
