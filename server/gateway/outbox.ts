/**
 * What one client is still to be sent. While its socket takes everything, frames pass straight through as bytes shared
 * with other clients. Once it backs up (Z19): durable events and answers queue to a bound, of stateful channels only the
 * newest is kept, the tape is dropped. A stuck client costs at most `highWaterBytes` + `queueBytes` + one value a
 * channel, and nobody waits for it.
 */
import type { Duplex } from 'node:stream';
import type { EventFrame } from './event-frame.ts';

export interface OutboxLimits {
  /** Bytes in the socket's own buffer from which the client counts as backed up. */
  readonly highWaterBytes: number;
  /** Bytes that may queue behind that. */
  readonly queueBytes: number;
}

export interface OutboxPorts {
  /** No frame may follow a close frame. */
  readonly isOpen: () => boolean;
  /** Brings everything published so far into this outbox, so that it is not overtaken by what is sent after a jam. */
  readonly settle: () => void;
  /** What to send in place of a conflated frame: a book needs a snapshot, its updates in between are gone. */
  readonly newest: (frame: EventFrame) => EventFrame;
  /** The queue is full. */
  readonly onOverflow: () => void;
}

export class Outbox {
  readonly #socket: Duplex;
  readonly #limits: OutboxLimits;
  readonly #ports: OutboxPorts;
  readonly #newest = new Map<string, EventFrame>();
  #queue: Buffer[] = [];
  #queuedBytes = 0;
  #backedUp = false;
  #closed = false;

  /** The gateway is the only other writer of `socket`, and only ever of whole frames. */
  constructor(socket: Duplex, limits: OutboxLimits, ports: OutboxPorts) {
    this.#socket = socket;
    this.#limits = limits;
    this.#ports = ports;
    socket.on('drain', this.#drain);
  }

  get backedUp(): boolean {
    return this.#backedUp;
  }

  /** Answers and replays: in order with durable events, never dropped. */
  send(bytes: Buffer): void {
    if (this.#closed || !this.#ports.isOpen()) return;
    if (this.#backedUp) this.#enqueue(bytes);
    else this.#write(bytes);
  }

  /** A batch of events; `joined` are all their bytes, shared between clients. */
  deliver(frames: readonly EventFrame[], joined: Buffer): void {
    if (this.#closed || !this.#ports.isOpen()) return;
    if (!this.#backedUp) {
      this.#write(joined);
      return;
    }
    for (const frame of frames) {
      if (frame.kind === 'durable') this.#enqueue(frame.bytes);
      else if (frame.kind === 'stateful') this.#newest.set(frame.channel, frame);
    }
  }

  /** Forgets everything unsent; nothing goes out any more. */
  close(): void {
    this.#closed = true;
    this.#queue = [];
    this.#queuedBytes = 0;
    this.#newest.clear();
    this.#socket.off('drain', this.#drain);
  }

  #write(bytes: Buffer): boolean {
    const flowing = this.#socket.write(bytes);
    if (this.#socket.writableLength > this.#limits.highWaterBytes) this.#backedUp = true;
    return flowing;
  }

  #enqueue(bytes: Buffer): void {
    if (this.#closed) return;
    this.#queue.push(bytes);
    this.#queuedBytes += bytes.length;
    if (this.#queuedBytes > this.#limits.queueBytes) this.#ports.onOverflow();
  }

  readonly #drain = (): void => {
    if (!this.#backedUp || !this.#ports.isOpen()) return;
    this.#ports.settle();
    while (this.#queue.length > 0) {
      // In pieces, so that the socket's buffer and the queue are never both full of the same client.
      if (!this.#write(this.#take())) return;
    }
    if (this.#closed) return;
    // Durable events first: who has seen `seq` n has then been sent every durable event up to n (Z12).
    const values = Array.from(this.#newest.values(), (frame) => this.#ports.newest(frame).bytes);
    this.#newest.clear();
    this.#backedUp = false;
    if (values.length > 0) this.#write(Buffer.concat(values));
  };

  #take(): Buffer {
    let count = 0;
    let bytes = 0;
    for (const part of this.#queue) {
      if (count > 0 && bytes + part.length > this.#limits.highWaterBytes) break;
      count += 1;
      bytes += part.length;
    }
    const taken = this.#queue.splice(0, count);
    this.#queuedBytes -= bytes;
    return Buffer.concat(taken, bytes);
  }
}
