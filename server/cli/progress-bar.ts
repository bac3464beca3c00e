/** How far a command has come: one line on stderr that is written over, on a terminal only. */
import type { Terminal } from './terminal.ts';

const WIDTH = 24;
const PACE_MS = 100;

export class ProgressBar {
  readonly #terminal: Terminal;
  readonly #title: string;
  #shown = -Infinity;

  constructor(terminal: Terminal, title: string) {
    this.#terminal = terminal;
    this.#title = title;
  }

  /** `done`: 0 to 1. */
  show(done: number, note = ''): void {
    const now = performance.now();
    if (!this.#terminal.status || now - this.#shown < PACE_MS) return;
    this.#shown = now;
    const share = Math.max(0, Math.min(done, 1));
    const full = Math.round(share * WIDTH);
    const bar = `${'█'.repeat(full)}${'░'.repeat(WIDTH - full)}`;
    this.#terminal.status(`${this.#title} ${bar} ${String(Math.floor(share * 100)).padStart(3)} % ${note}`);
  }

  /** Nothing of it stays. */
  end(): void {
    if (this.#shown > -Infinity) this.#terminal.status?.('');
  }
}
