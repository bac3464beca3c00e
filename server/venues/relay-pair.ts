/** Two WebSockets made one: text passes both ways, within bounds; whatever ends one side ends the other. */
import { WebSocket, type RawData } from 'ws';
import { CloseCode } from '#protocol/limits.ts';
import { RelayClose } from '#protocol/relay.ts';
import { closeReason } from './close-reason.ts';
import { networkFault } from './network-fault.ts';

export interface RelayLimits {
  /** What may wait for the browser to take it. */
  readonly towardsClientBytes: number;
  /** What may wait for the source to take it, also before it is there. */
  readonly towardsSourceBytes: number;
}

export interface RelayPairOptions {
  readonly client: WebSocket;
  /** Being opened. */
  readonly source: WebSocket;
  readonly limits: RelayLimits;
  /** ` through the proxy …`, for errors. */
  readonly way: string;
  readonly onEnd: () => void;
}

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

  constructor(options: RelayPairOptions) {
    this.#o = options;
    const { client, source, way } = options;
    client.on('message', (data, isBinary) => this.#toSource(data, isBinary));
    client.on('pong', () => (this.#alive = true));
    client.on('error', () => {});
    client.on('close', (code, reason) => this.#end(code, String(reason)));
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
    const { source, limits } = this.#o;
    if (isBinary) return this.#end(CloseCode.unsupportedData, 'text frames only');
    if (source.readyState === WebSocket.OPEN) {
      source.send(data, { binary: false });
      if (source.bufferedAmount > limits.towardsSourceBytes) this.#end(RelayClose.slow, 'the source does not keep up');
      return;
    }
    this.#early.push(data);
    this.#earlyBytes += size(data);
    if (this.#earlyBytes > limits.towardsSourceBytes) this.#end(RelayClose.slow, 'the source is not there yet');
  }

  #toClient(data: RawData, isBinary: boolean): void {
    const { client, limits } = this.#o;
    if (this.#ended) return;
    if (isBinary) return this.#end(CloseCode.unsupportedData, 'the source sends binary frames');
    client.send(data, { binary: false });
    if (client.bufferedAmount > limits.towardsClientBytes) this.#end(RelayClose.slow, 'the browser does not keep up');
  }

  #end(code: number, reason: string): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#early = [];
    const { client, source, onEnd } = this.#o;
    if (client.readyState === WebSocket.OPEN) client.close(sendable(code) ? code : 1000, closeReason(reason));
    if (source.readyState === WebSocket.CONNECTING) source.terminate();
    else if (source.readyState === WebSocket.OPEN) source.close(1000);
    onEnd();
  }
}

function size(data: RawData): number {
  return Array.isArray(data) ? data.reduce((sum, part) => sum + part.byteLength, 0) : data.byteLength;
}
