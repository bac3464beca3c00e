/** Z18: everything that leaves passes here, paced; control frames go ahead of commands. */
import type { Timers } from '#domain/clock.ts';
import type { ClientFrame } from '#protocol/envelope.ts';
import { COMMANDS_PER_S, MESSAGES_PER_S } from '#protocol/limits.ts';
import { RateWindow } from './rate-window.ts';

type ControlFrame = Exclude<ClientFrame, { type: 'command' }>;

export interface OutboxPorts {
  readonly transmit: (text: string) => void;
  /** The next command's frame, or `undefined` if none waits. */
  readonly nextCommand: () => string | undefined;
}

export class Outbox {
  readonly #timers: Timers;
  readonly #ports: OutboxPorts;
  readonly #messages: RateWindow;
  readonly #commands: RateWindow;
  #control: ControlFrame[] = [];
  #open = false;
  #commandsFlow = false;
  #cancelPump: (() => void) | undefined;

  constructor(timers: Timers, ports: OutboxPorts) {
    this.#timers = timers;
    this.#ports = ports;
    this.#messages = new RateWindow(timers);
    this.#commands = new RateWindow(timers);
  }

  /** A new connection: nothing of the last one is left. */
  open(): void {
    this.close();
    this.#open = true;
    this.setLimits(MESSAGES_PER_S, COMMANDS_PER_S);
  }

  /** A server may allow less than the protocol does; nobody is sent more. */
  setLimits(messagesPerS: number, commandsPerS: number): void {
    this.#messages.limit(Math.min(messagesPerS, MESSAGES_PER_S));
    this.#commands.limit(Math.min(commandsPerS, COMMANDS_PER_S));
  }

  close(): void {
    this.#open = false;
    this.#commandsFlow = false;
    this.#control = [];
    this.#cancelPump?.();
    this.#cancelPump = undefined;
  }

  /** From here on commands leave, too. */
  letCommandsFlow(): void {
    this.#commandsFlow = true;
    this.pump();
  }

  control(frame: ControlFrame): void {
    if (!this.#open) return;
    // A server that pings faster than we may answer gets one answer.
    if (frame.type === 'pong' && this.#control.some((waiting) => waiting.type === 'pong')) return;
    this.#control.push(frame);
    this.pump();
  }

  /** Sends what may leave now and comes back when the next may. */
  pump(): void {
    this.#cancelPump?.();
    this.#cancelPump = undefined;
    while (this.#open) {
      let wait = this.#messages.wait();
      if (wait === 0) {
        const frame = this.#control.shift();
        if (frame) {
          this.#transmit(JSON.stringify({ ...frame, timestamp: this.#timers.now() }));
          continue;
        }
        if (!this.#commandsFlow) return;
        wait = this.#commands.wait();
        if (wait === 0) {
          const text = this.#ports.nextCommand();
          if (text === undefined) return;
          this.#commands.mark();
          this.#transmit(text);
          continue;
        }
      }
      this.#cancelPump = this.#timers.after(wait, () => this.pump());
      return;
    }
  }

  #transmit(text: string): void {
    this.#messages.mark();
    this.#ports.transmit(text);
  }
}
