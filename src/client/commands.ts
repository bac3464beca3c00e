/** Commands and their answers: paired by id, resent after a cut, given up after a time (Z13, Z14). */
import type { Timers } from '#domain/clock.ts';
import type { Action, Params, Result } from '#protocol/commands.ts';
import type { ServerFrameOf } from '#protocol/envelope.ts';
import { ProtocolError } from '#protocol/errors.ts';
import { COMMAND_TIMEOUT_MS, MAX_CLIENT_FRAME_BYTES } from '#protocol/limits.ts';
import type { ResultParser } from './results.ts';
import { retryAfterMs } from './retry-after.ts';
import type { CommandOptions } from './types.ts';

interface Pending {
  readonly action: Action;
  readonly text: string;
  /** Not (or not validly) sent on this connection yet. */
  waiting: boolean;
  readonly succeed: (data: unknown) => void;
  readonly fail: (error: unknown) => void;
}

export interface CommandPorts {
  readonly timers: Timers;
  readonly uuid: () => string;
  /** There is something to send. */
  readonly wake: () => void;
  /** Z5: whether the engine at the other end takes this action. */
  readonly offered: (action: Action) => boolean;
  /** Asked for with the first answer. */
  readonly results: () => ResultParser | Promise<ResultParser>;
  readonly malformed: () => void;
}

export class Commands {
  readonly #ports: CommandPorts;
  /** In the order they were asked for. */
  readonly #pending = new Map<string, Pending>();

  constructor(ports: CommandPorts) {
    this.#ports = ports;
  }

  send<A extends Action>(action: A, params: Params<A>, options: CommandOptions = {}): Promise<Result<A>> {
    const { timers } = this.#ports;
    const { signal, timeoutMs = COMMAND_TIMEOUT_MS, id = this.#ports.uuid() } = options;
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      if (this.#pending.has(id)) return reject(new ProtocolError('INVALID_COMMAND', `id ${id} is already under way`));
      const text = JSON.stringify({ type: 'command', id, timestamp: timers.now(), action, params });
      // Z1: the server would close the connection over it, again after every resend.
      if (new TextEncoder().encode(text).length > MAX_CLIENT_FRAME_BYTES) {
        return reject(new ProtocolError('INVALID_MESSAGE', `${action}: the parameters are too large for one frame`));
      }
      const settled = () => {
        this.#pending.delete(id);
        cancelTimeout();
        signal?.removeEventListener('abort', abort);
      };
      const fail = (error: unknown) => {
        settled();
        reject(error);
      };
      const succeed = (data: unknown) => {
        settled();
        const finish = (parse: ResultParser) => {
          const result = parse(action, data);
          if (result) return resolve(result.data);
          this.#ports.malformed();
          reject(new ProtocolError('INVALID_MESSAGE', `${action}: the answer has the wrong shape`));
        };
        const parser = this.#ports.results();
        if (parser instanceof Promise) parser.then(finish, reject);
        else finish(parser);
      };
      const cancelTimeout = timers.after(timeoutMs, () =>
        fail(new ProtocolError('TIMEOUT', `${action}: no answer in ${timeoutMs / 1000} s`)),
      );
      const abort = () => fail(signal?.reason);
      signal?.addEventListener('abort', abort);
      this.#pending.set(id, { action, text, waiting: true, succeed, fail });
      this.#ports.wake();
    });
  }

  /** The frame of the oldest command that waits. */
  next(): string | undefined {
    for (const pending of this.#pending.values()) {
      if (!pending.waiting) continue;
      if (this.#ports.offered(pending.action)) {
        pending.waiting = false;
        return pending.text;
      }
      pending.fail(new ProtocolError('UNKNOWN_ACTION', `this engine does not offer ${pending.action}`));
    }
    return undefined;
  }

  answer(response: ServerFrameOf<'response'>): void {
    const pending = this.#pending.get(response.id);
    if (!pending) return;
    if (response.success) pending.succeed(response.data);
    else this.#refuse(response.id, pending, response.error ?? { code: 'INTERNAL_ERROR', message: 'no reason given' });
  }

  /** An `error` frame that names a command. */
  refuse(id: string, error: ServerFrameOf<'error'>['error']): void {
    const pending = this.#pending.get(id);
    if (pending) this.#refuse(id, pending, error);
  }

  /** Z13: whatever has no answer yet goes out again, with its id, in the order it was asked for. */
  resend(): void {
    for (const pending of this.#pending.values()) pending.waiting = true;
    this.#ports.wake();
  }

  failAll(error: ProtocolError): void {
    for (const pending of this.#pending.values()) pending.fail(error);
  }

  #refuse(id: string, pending: Pending, { code, message, details }: ServerFrameOf<'error'>['error']): void {
    if (code !== 'RATE_LIMITED') return pending.fail(new ProtocolError(code, message, details));
    // Z18: it was not run; once more when the server says so.
    this.#ports.timers.after(retryAfterMs(details), () => {
      if (this.#pending.get(id) !== pending) return;
      pending.waiting = true;
      this.#ports.wake();
    });
  }
}
