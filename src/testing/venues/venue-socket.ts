/** What every test venue is served over, in memory or over real sockets, and what it writes down. */
import type { Timers } from '#domain/clock.ts';

/** The server's end of one connection. `url` is as asked for: path and query, or a whole address. */
export interface VenueServerSocket {
  readonly url: string;
  readonly isOpen: boolean;
  /** Of the handshake; empty where there was none. */
  readonly headers?: Readonly<Record<string, string | string[] | undefined>>;
  onText: (text: string) => void;
  onClose: (code: number) => void;
  send(text: string): void;
  close(code: number, reason?: string): void;
  /** No goodbye on either end. */
  cut(): void;
}

export interface Received {
  readonly at: number;
  /** Number of the connection, from 0. */
  readonly connection: number;
  readonly path: string;
  readonly text: string;
}

/** Something a client may not do. */
export interface Violation {
  readonly at: number;
  readonly connection: number;
  /** ID on the venue's protocol page. */
  readonly rule: string;
  readonly what: string;
}

/** What came, and what of it was against the rules. */
export class Journal {
  readonly #timers: Timers;
  readonly received: Received[] = [];
  readonly violations: Violation[] = [];

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  take(connection: number, path: string, text: string): void {
    this.received.push({ at: this.#timers.now(), connection, path, text });
    // A demo runs for days.
    if (this.received.length > 20_000) this.received.splice(0, 10_000);
  }

  violation(connection: number, rule: string, what: string): void {
    this.violations.push({ at: this.#timers.now(), connection, rule, what });
  }
}

export interface RestAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** A venue's REST: without I/O, so that virtual time can ask it too. */
export type RestHandler = (
  path: string,
  query: URLSearchParams,
  headers: Readonly<Record<string, string | string[] | undefined>>,
) => RestAnswer;

/** A peer a listener can serve. */
export interface VenueServer {
  accept(socket: VenueServerSocket): void;
  rest?: RestHandler;
}

export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `undefined` for what is not a JSON object. */
export function parseFields(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

/** Path of a socket's `url`, whole or not. */
export function pathOf(url: string): string {
  return new URL(url, 'ws://venue.test').pathname;
}

/** Runs `task` every `everyMs`; the returned function ends that. */
export function every(timers: Timers, everyMs: number, task: () => void): () => void {
  let cancel = timers.after(everyMs, run);
  function run(): void {
    cancel = timers.after(everyMs, run);
    task();
  }
  return () => cancel();
}
