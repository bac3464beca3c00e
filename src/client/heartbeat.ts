/** Z16: pings, and what the server's silence means. */
import type { Timers } from '#domain/clock.ts';
import { CLIENT_SILENCE_LIMIT_MS, CLIENT_STALE_MS, PING_INTERVAL_MS } from '#protocol/limits.ts';

export interface HeartbeatPorts {
  readonly timers: Timers;
  readonly ping: () => void;
  /** Called when the server falls silent (`true`) and when it speaks again. */
  readonly stale: (isStale: boolean) => void;
  readonly dead: () => void;
}

export class Heartbeat {
  readonly #ports: HeartbeatPorts;
  #cancelPing: (() => void) | undefined;
  #cancelCheck: (() => void) | undefined;
  #lastFrameAt = 0;
  #isStale = false;
  #pingedAt: number | undefined;

  constructor(ports: HeartbeatPorts) {
    this.#ports = ports;
  }

  start(): void {
    this.stop();
    this.#lastFrameAt = this.#ports.timers.now();
    this.#pingLater();
    this.#check();
  }

  stop(): void {
    this.#cancelPing?.();
    this.#cancelCheck?.();
    this.#isStale = false;
    this.#pingedAt = undefined;
  }

  ping(): void {
    this.#pingedAt = this.#ports.timers.now();
    this.#ports.ping();
  }

  frame(): void {
    this.#lastFrameAt = this.#ports.timers.now();
    if (this.#isStale) this.#setStale(false);
  }

  /** Round trip of the last ping in ms. */
  pong(): number | undefined {
    const roundTrip = this.#pingedAt === undefined ? undefined : this.#ports.timers.now() - this.#pingedAt;
    this.#pingedAt = undefined;
    return roundTrip;
  }

  #pingLater(): void {
    this.#cancelPing = this.#ports.timers.after(PING_INTERVAL_MS, () => {
      this.#pingLater();
      this.ping();
    });
  }

  /** One timer, set anew when it runs out rather than with every frame. */
  #check(): void {
    const silentFor = this.#ports.timers.now() - this.#lastFrameAt;
    if (silentFor >= CLIENT_SILENCE_LIMIT_MS) return this.#ports.dead();
    if (silentFor >= CLIENT_STALE_MS && !this.#isStale) this.#setStale(true);
    const limit = silentFor >= CLIENT_STALE_MS ? CLIENT_SILENCE_LIMIT_MS : CLIENT_STALE_MS;
    this.#cancelCheck = this.#ports.timers.after(limit - silentFor, () => this.#check());
  }

  #setStale(isStale: boolean): void {
    this.#isStale = isStale;
    this.#ports.stale(isStale);
  }
}
