/** Which tokens wait for a snapshot: asked for at most every five seconds each, three times, then given up. */
import type { Timers } from '#domain/clock.ts';

const WAIT_MS = 5_000;
const MOST_TRIES = 3;

export interface RequestHandlers {
  readonly ask: (symbols: readonly string[]) => void;
  readonly giveUp: (symbols: readonly string[]) => void;
}

interface Request {
  askedAt: number;
  tries: number;
  isWaiting: boolean;
}

export class SnapshotRequests {
  readonly #timers: Timers;
  readonly #handlers: RequestHandlers;
  readonly #requests = new Map<string, Request>();
  #cancel: (() => void) | undefined;

  constructor(timers: Timers, handlers: RequestHandlers) {
    this.#timers = timers;
    this.#handlers = handlers;
  }

  /** They were subscribed just now: their snapshots are on the way. */
  asked(symbols: Iterable<string>): void {
    const askedAt = this.#timers.now();
    for (const symbol of symbols) this.#requests.set(symbol, { askedAt, tries: 1, isWaiting: true });
    this.#sleep();
  }

  arrived(symbol: string): void {
    const request = this.#requests.get(symbol);
    if (!request) return;
    request.isWaiting = false;
    request.tries = 0;
  }

  /** Its book is lost. Asks at once, unless that was done a moment ago. */
  want(symbol: string): void {
    const request = this.#requests.get(symbol);
    if (!request || request.isWaiting) return;
    request.isWaiting = true;
    this.#due();
  }

  forget(symbols: Iterable<string>): void {
    for (const symbol of symbols) this.#requests.delete(symbol);
  }

  clear(): void {
    this.#requests.clear();
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #due(): void {
    const now = this.#timers.now();
    const ask: string[] = [];
    const giveUp: string[] = [];
    for (const [symbol, request] of this.#requests) {
      const age = now - request.askedAt;
      // Below 0: the clock was set back.
      if (!request.isWaiting || (age >= 0 && age < WAIT_MS)) continue;
      if (request.tries >= MOST_TRIES) {
        request.isWaiting = false;
        request.tries = 0;
        giveUp.push(symbol);
      } else {
        request.askedAt = now;
        request.tries += 1;
        ask.push(symbol);
      }
    }
    this.#sleep();
    if (ask.length > 0) this.#handlers.ask(ask);
    if (giveUp.length > 0) this.#handlers.giveUp(giveUp);
  }

  #sleep(): void {
    if (this.#cancel) return;
    let first = Infinity;
    for (const { isWaiting, askedAt } of this.#requests.values()) {
      if (isWaiting) first = Math.min(first, askedAt + WAIT_MS);
    }
    if (first === Infinity) return;
    this.#cancel = this.#timers.after(Math.min(WAIT_MS, Math.max(0, first - this.#timers.now())), () => {
      this.#cancel = undefined;
      this.#due();
    });
  }
}
