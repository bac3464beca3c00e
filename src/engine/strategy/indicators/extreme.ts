/** The highest or the lowest of the last `period` values: looked for anew only where it left the window. */
import { Window } from './window.ts';

export class Extreme {
  readonly #sign: 1 | -1;
  readonly #window: Window;
  /** Times the sign: the highest always. */
  #best = -Infinity;

  constructor(period: number, kind: 'highest' | 'lowest') {
    this.#sign = kind === 'highest' ? 1 : -1;
    this.#window = new Window(period);
  }

  get value(): number | null {
    return this.#window.full ? this.#sign * this.#best : null;
  }

  push(value: number): void {
    const signed = this.#sign * value;
    const wasFull = this.#window.full;
    const gone = this.#window.push(signed);
    if (signed >= this.#best) this.#best = signed;
    else if (wasFull && gone === this.#best) this.#search();
  }

  save(): readonly number[] {
    return this.#window.save();
  }

  load(state: unknown): void {
    const values = Window.check(state, this.#window.size);
    this.#window.clear();
    for (const value of values) this.#window.push(value);
    this.#search();
  }

  #search(): void {
    this.#best = -Infinity;
    for (let i = 0; i < this.#window.length; i += 1) this.#best = Math.max(this.#best, this.#window.at(i));
  }
}
