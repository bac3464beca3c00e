/** The page's end of a source's worker: starts it, takes its batches, starts another where one has died. */
import type { ConnectionStats, SessionStatus, Subscription } from '#venues/venue.ts';
import type {
  FeedBatch,
  FeedPort,
  FeedSetup,
  FromFeed,
  RecordedFrame,
  RecordingFigures,
  ReplayPosition,
} from './feed-protocol.ts';

export interface FeedListener {
  readonly batch: (batch: FeedBatch) => void;
  readonly status: (status: SessionStatus) => void;
  readonly stats: (connections: readonly ConnectionStats[], recording: RecordingFigures | null) => void;
  /** It will tell nothing more. `blocked`: by its policy. Only `start` helps. */
  readonly died: (cause: 'blocked' | 'failed', reason: string) => void;
  /** Gives the address of a way through our engine. */
  readonly relay: (url: string) => Promise<string>;
  readonly reset?: () => void;
  readonly position?: (position: ReplayPosition) => void;
}

export class FeedHandle {
  readonly #spawn: () => FeedPort;
  readonly #listener: FeedListener;
  #port: FeedPort | undefined;
  #wanted: readonly Subscription[] = [];
  #isRecording = false;
  #requests = 0;
  readonly #files = new Map<number, { resolve: (file: Blob) => void; reject: (reason: Error) => void }>();

  constructor(spawn: () => FeedPort, listener: FeedListener) {
    this.#spawn = spawn;
    this.#listener = listener;
  }

  /** Whether a worker is running. */
  get isAlive(): boolean {
    return this.#port !== undefined;
  }

  /** Connects, in a new worker. */
  start(setup: FeedSetup): void {
    this.#begin()?.postMessage({ type: 'open', setup });
  }

  /** Plays frames, in a new worker. */
  play(setup: FeedSetup, frames: readonly RecordedFrame[]): void {
    this.#begin()?.postMessage({ type: 'replay', setup, frames });
  }

  seek(at: number): void {
    this.#port?.postMessage({ type: 'seek', at });
  }

  setPlaying(playing: boolean, speed: number): void {
    this.#port?.postMessage({ type: 'play', playing, speed });
  }

  want(subscriptions: readonly Subscription[]): void {
    this.#wanted = subscriptions;
    this.#port?.postMessage({ type: 'want', subscriptions });
  }

  reconnect(): void {
    this.#port?.postMessage({ type: 'reconnect' });
  }

  record(on: boolean): void {
    this.#isRecording = on;
    this.#port?.postMessage({ type: 'record', on });
  }

  takeRecording(): Promise<Blob> {
    return new Promise((resolve, reject) => {
      if (!this.#port) {
        reject(new Error('the source is not running'));
        return;
      }
      const request = (this.#requests += 1);
      this.#files.set(request, { resolve, reject });
      this.#port.postMessage({ type: 'take_recording', request });
    });
  }

  close(): void {
    const port = this.#port;
    this.#port = undefined;
    if (port) {
      port.onmessage = null;
      port.onerror = null;
      port.postMessage({ type: 'close' });
      port.terminate();
    }
    for (const { reject } of this.#files.values()) reject(new Error('the source was closed'));
    this.#files.clear();
  }

  #begin(): FeedPort | undefined {
    this.close();
    try {
      const port = this.#spawn();
      this.#port = port;
      port.onmessage = ({ data }) => this.#receive(port, data);
      port.onerror = ({ message }) => this.#die('failed', message ?? 'its code could not be loaded');
      port.postMessage({ type: 'want', subscriptions: this.#wanted });
      if (this.#isRecording) port.postMessage({ type: 'record', on: true });
      return port;
    } catch (error) {
      this.#die('failed', error instanceof Error ? error.message : String(error));
      return undefined;
    }
  }

  #die(cause: 'blocked' | 'failed', reason: string): void {
    this.close();
    this.#listener.died(cause, reason);
  }

  #receive(port: FeedPort, message: FromFeed): void {
    switch (message.type) {
      case 'batch':
        // Taken in at once: what it holds is merged below, so it cannot pile up here either.
        port.postMessage({ type: 'ack' });
        return this.#listener.batch(message.batch);
      case 'status':
        return this.#listener.status(message.status);
      case 'stats':
        return this.#listener.stats(message.connections, message.recording);
      case 'recording':
        this.#files.get(message.request)?.resolve(message.file);
        this.#files.delete(message.request);
        return undefined;
      case 'relay':
        return this.#relay(port, message.request, message.url);
      case 'reset':
        return this.#listener.reset?.();
      case 'position':
        return this.#listener.position?.(message.position);
      case 'blocked':
        return this.#die('blocked', "the page's policy forbids the address");
      case 'failed':
        return this.#die('failed', message.reason);
    }
  }

  #relay(port: FeedPort, request: number, url: string): void {
    this.#listener.relay(url).then(
      (address) => port.postMessage({ type: 'relay_opened', request, url: address }),
      (error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error);
        port.postMessage({ type: 'relay_failed', request, reason });
      },
    );
  }
}
