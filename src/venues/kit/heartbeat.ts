import type { Timers } from '#domain/clock.ts';

/**
 * `idle`: a ping when nothing came for `everyMs`; any frame is a sign of life (O6). `interval`: a ping every `everyMs`
 * (≥ `answerMs`), and only its own answer counts (M3). `silence`: the server does the pinging; nothing for `limitMs` is
 * the end (P8).
 */
export type HeartbeatOptions =
  | {
      readonly mode: 'idle' | 'interval';
      readonly ping: string;
      readonly pong: string;
      readonly everyMs: number;
      readonly answerMs: number;
    }
  | { readonly mode: 'silence'; readonly limitMs: number };

export interface HeartbeatPorts {
  readonly timers: Timers;
  readonly ping: (text: string) => void;
  readonly dead: () => void;
}

/** One timer, set anew when it runs out rather than with every frame. */
export class Heartbeat {
  readonly #options: HeartbeatOptions;
  readonly #ports: HeartbeatPorts;
  #cancel: (() => void) | undefined;
  #lastFrameAt = 0;
  #pingedAt: number | undefined;
  #answered = true;

  constructor(options: HeartbeatOptions, ports: HeartbeatPorts) {
    this.#options = options;
    this.#ports = ports;
  }

  start(): void {
    this.stop();
    this.#lastFrameAt = this.#ports.timers.now();
    const { mode } = this.#options;
    if (mode === 'interval') this.#ping();
    else this.#rest(this.#lastFrameAt);
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#pingedAt = undefined;
    this.#answered = true;
  }

  /** Any frame. */
  frame(): void {
    this.#lastFrameAt = this.#ports.timers.now();
    if (this.#options.mode === 'idle') this.#answered = true;
  }

  /** The round trip in ms where the text answers our ping; `null` for an answer nobody waits for. */
  pong(): number | null {
    this.#answered = true;
    if (this.#pingedAt === undefined) return null;
    const roundTrip = this.#ports.timers.now() - this.#pingedAt;
    this.#pingedAt = undefined;
    return roundTrip;
  }

  #ping(): void {
    if (this.#options.mode === 'silence') return this.#ports.dead();
    this.#pingedAt = this.#ports.timers.now();
    this.#answered = false;
    const { ping, answerMs } = this.#options;
    this.#cancel = this.#ports.timers.after(answerMs, () => this.#check());
    this.#ports.ping(ping);
  }

  #check(): void {
    if (!this.#answered) return this.#ports.dead();
    const { mode } = this.#options;
    this.#rest(mode === 'interval' ? this.#ports.timers.now() - this.#options.answerMs : this.#lastFrameAt);
  }

  /** Sleeps until the next ping is due, counted from `since`. */
  #rest(since: number): void {
    const { timers } = this.#ports;
    const restMs = this.#options.mode === 'silence' ? this.#options.limitMs : this.#options.everyMs;
    // A clock that was set back must not put it off.
    this.#cancel = timers.after(Math.min(restMs, since + restMs - timers.now()), () => {
      const from = this.#options.mode === 'interval' ? since : this.#lastFrameAt;
      if (from === since) this.#ping();
      else this.#rest(from);
    });
  }
}
