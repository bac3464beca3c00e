/** Two WebSockets made one: text passes both ways, within bounds; whatever ends one side ends the other. */
import { WebSocket, type RawData } from 'ws';
import type { Timers } from '#domain/clock.ts';
import { CloseCode, MESSAGES_PER_S } from '#protocol/limits.ts';
import { RelayClose } from '#protocol/relay.ts';
import { TokenBucket } from '#server/gateway/rate-limit.ts';
import { closeReason } from './close-reason.ts';
import { networkFault } from './network-fault.ts';

export interface RelayLimits {
  /** What may wait for the browser to take it. */
  readonly towardsClientBytes: number;
  /** What may wait for the source to take it, also before it is there. */
  readonly towardsSourceBytes: number;
  /** With other ways of the same user crowded, no more than this may wait for the browser. */
  readonly crowdedBytes: number;
}

export interface RelayPairOptions {
  readonly client: WebSocket;
  /** Being opened. */
  readonly source: WebSocket;
  readonly limits: RelayLimits;
  readonly timers: Timers;
  /** Whether all that waits for this user's browsers is too much. */
  readonly isCrowded: () => boolean;
  /** ` through the proxy …`, for errors. */
  readonly way: string;
  /** It is decided; the browser may still have to take its last frames. */
  readonly onEnd: () => void;
  /** The browser is gone, and what waited for it with it. */
  readonly onGone: () => void;
}

/** What a frame that waits costs beside its text. */
const FRAME_BYTES = 256;
/** How long a peer may take to answer our close frame. */
const CLOSE_GRACE_MS = 3_000;

/** Codes that a peer may send on its own account; others (1005, 1006, 1015) never go over the wire. */
const sendable = (code: number) => (code >= 1000 && code <= 1014 && ![1004, 1005, 1006].includes(code)) || code >= 3000;

export class RelayPair {
  readonly #o: RelayPairOptions;
  /** What the client sent before the source was there. */
  #early: RawData[] = [];
  #earlyBytes = 0;
  #opened = false;
  #ended = false;
  /** Since the last `check` the client has answered. */
  #alive = true;
  /** The venues count what comes from this machine: one tab must not use up what the engine needs itself. */
  readonly #pace: TokenBucket;

  constructor(options: RelayPairOptions) {
    this.#o = options;
    const { client, source, way, timers } = options;
    this.#pace = new TokenBucket(MESSAGES_PER_S, timers.now());
    client.on('message', (data, isBinary) => this.#toSource(data, isBinary));
    client.on('pong', () => (this.#alive = true));
    client.on('error', () => {});
    client.on('close', (code, reason) => {
      this.#end(code, String(reason));
      options.onGone();
    });
    source.on('open', () => {
      this.#opened = true;
      for (const data of this.#early) source.send(data, { binary: false });
      this.#early = [];
    });
    source.on('message', (data, isBinary) => this.#toClient(data, isBinary));
    source.on('unexpected-response', (_request, { statusCode = 0 }) =>
      this.#end(RelayClose.refused, `HTTP ${statusCode} instead of a WebSocket${way}`),
    );
    source.on('error', (error) =>
      this.#end(this.#opened ? RelayClose.lost : RelayClose.unreachable, networkFault(error) + way),
    );
    source.on('close', (code, reason) =>
      sendable(code) ? this.#end(code, String(reason)) : this.#end(RelayClose.lost, String(reason)),
    );
  }

  /** Bytes that wait for the browser. */
  get waiting(): number {
    return this.#o.client.bufferedAmount;
  }

  /** Ends both sides. The source is told that we go; the client is told why. */
  end(code: number, reason: string): void {
    this.#end(code, reason);
  }

  /** Called at intervals: a browser that has not answered since the last call is gone. */
  check(): void {
    if (!this.#alive) return this.#end(1001, 'no answer');
    this.#alive = false;
    this.#o.client.ping();
  }

  #toSource(data: RawData, isBinary: boolean): void {
    const { source, limits, timers } = this.#o;
    if (this.#ended) return;
    if (isBinary) return this.#end(CloseCode.unsupportedData, 'text frames only');
    if (this.#pace.take(timers.now()) > 0) return this.#end(RelayClose.slow, 'too many frames to the source');
    if (source.readyState === WebSocket.OPEN) {
      source.send(data, { binary: false });
      if (source.bufferedAmount > limits.towardsSourceBytes) this.#end(RelayClose.slow, 'the source does not keep up');
      return;
    }
    this.#early.push(data);
    this.#earlyBytes += size(data) + FRAME_BYTES;
    if (this.#earlyBytes > limits.towardsSourceBytes) this.#end(RelayClose.slow, 'the source is not there yet');
  }

  #toClient(data: RawData, isBinary: boolean): void {
    const { client, limits, isCrowded } = this.#o;
    if (this.#ended) return;
    if (isBinary) return this.#end(CloseCode.unsupportedData, 'the source sends binary frames');
    client.send(data, { binary: false });
    const { waiting } = this;
    if (waiting > limits.towardsClientBytes || (waiting > limits.crowdedBytes && isCrowded()))
      this.#end(RelayClose.slow, 'the browser does not keep up');
  }

  #end(code: number, reason: string): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#early = [];
    const { client, source, timers, onEnd } = this.#o;
    if (client.readyState === WebSocket.OPEN) client.close(sendable(code) ? code : 1000, closeReason(reason));
    if (source.readyState === WebSocket.CONNECTING) source.terminate();
    else if (source.readyState === WebSocket.OPEN) source.close(1000);
    for (const peer of [client, source]) {
      if (peer.readyState === WebSocket.CLOSED) continue;
      peer.once(
        'close',
        timers.after(CLOSE_GRACE_MS, () => peer.terminate()),
      );
    }
    onEnd();
  }
}

function size(data: RawData): number {
  return Array.isArray(data) ? data.reduce((sum, part) => sum + part.byteLength, 0) : data.byteLength;
}
