/**
 * The engine's log: to the bus at once, to the database with the next commit. It never blocks trading and never
 * fails: while the disk refuses, the newest records wait in memory.
 */
import type { LogLevel } from '#protocol/shapes.ts';
import type { Clock } from '#domain/clock.ts';
import type { Bus } from '#server/bus.ts';
import type { LogEntry, Logs } from '#server/storage/logs.ts';
import type { SideWrite } from './core-loop.ts';

const WAITING_MAX = 1_000;

export class Logger implements SideWrite {
  readonly #bus: Bus;
  readonly #logs: Logs;
  readonly #clock: Clock;
  #waiting: LogEntry[] = [];
  #written = 0;
  /** Where the records ask for a commit, once there is somebody to ask. */
  #wanted: (write: SideWrite) => void = () => undefined;

  constructor(bus: Bus, logs: Logs, clock: Clock) {
    this.#bus = bus;
    this.#logs = logs;
    this.#clock = clock;
  }

  writeThrough(wanted: (write: SideWrite) => void): void {
    this.#wanted = wanted;
    if (this.#waiting.length > 0) wanted(this);
  }

  log(level: LogLevel, source: string, message: string): void {
    const ts = this.#clock.now();
    const entry = { ts, level, source, message };
    this.#bus.publish({ channel: 'system.log', event: level, timestamp: ts, data: entry });
    this.#waiting.push(entry);
    if (this.#waiting.length > WAITING_MAX) this.#waiting.shift();
    this.#wanted(this);
  }

  write(): void {
    this.#written = this.#waiting.length;
    for (const entry of this.#waiting) this.#logs.record(entry);
  }

  committed(): void {
    this.#waiting = this.#waiting.slice(this.#written);
    this.#written = 0;
  }
}
