/** Z16, the server's half: pings, and the verdict on silence. */
import type { Timers } from '#domain/clock.ts';
import { PING_INTERVAL_MS, SERVER_SILENCE_LIMIT_MS } from '#protocol/limits.ts';

export interface LivenessPorts {
  readonly ping: () => void;
  readonly onSilence: () => void;
}

export class Liveness {
  readonly #timers: Timers;
  readonly #ports: LivenessPorts;
  #heardAt: number;
  #cancelPing: () => void;
  #cancelVerdict: () => void;

  constructor(timers: Timers, ports: LivenessPorts) {
    this.#timers = timers;
    this.#ports = ports;
    this.#heardAt = timers.now();
    this.#cancelPing = timers.after(PING_INTERVAL_MS, () => this.#ping());
    this.#cancelVerdict = timers.after(SERVER_SILENCE_LIMIT_MS, () => this.#judge());
  }

  heard(): void {
    this.#heardAt = this.#timers.now();
  }

  stop(): void {
    this.#cancelPing();
    this.#cancelVerdict();
  }

  #ping(): void {
    this.#cancelPing = this.#timers.after(PING_INTERVAL_MS, () => this.#ping());
    this.#ports.ping();
  }

  #judge(): void {
    const left = this.#heardAt + SERVER_SILENCE_LIMIT_MS - this.#timers.now();
    if (left <= 0) this.#ports.onSilence();
    else this.#cancelVerdict = this.#timers.after(left, () => this.#judge());
  }
}
