/** `OpenSocket` on `ws`: the sockets of venue sessions in Node. */
import { WebSocket } from 'ws';
import type { OpenSocket, VenueSocket } from '#venues/venue.ts';
import { closeReason } from './close-reason.ts';
import { networkFault } from './network-fault.ts';
import { STRAIGHT, type Egress } from './proxy.ts';

export interface NodeSocketOptions {
  readonly egress?: Egress;
  readonly handshakeTimeoutMs?: number;
  /** A longer frame ends the socket; the venue is told 1009. */
  readonly maxFrameBytes?: number;
}

const HANDSHAKE_MS = 10_000;
const MAX_FRAME_BYTES = 16 * 1024 * 1024;

/** Sends no `Origin` and no credentials; compresses where the venue offers it (O1). */
export function nodeSockets({
  egress = STRAIGHT,
  handshakeTimeoutMs = HANDSHAKE_MS,
  maxFrameBytes = MAX_FRAME_BYTES,
}: NodeSocketOptions = {}): OpenSocket {
  return (url) =>
    new NodeSocket(
      new WebSocket(url, {
        ...(egress.agent && { agent: egress.agent }),
        maxPayload: maxFrameBytes,
        perMessageDeflate: true,
        // A redirect could lead anywhere.
        followRedirects: false,
      }),
      egress,
      handshakeTimeoutMs,
    );
}

class NodeSocket implements VenueSocket {
  onopen: VenueSocket['onopen'] = null;
  onmessage: VenueSocket['onmessage'] = null;
  onclose: VenueSocket['onclose'] = null;
  onerror: VenueSocket['onerror'] = null;
  readonly #ws: WebSocket;
  /** Why it never opened, or broke: browsers do not tell, we can. */
  #fault = '';

  constructor(ws: WebSocket, egress: Egress, handshakeTimeoutMs: number) {
    this.#ws = ws;
    // Not the socket's own timeout: that begins only once a proxy has made the tunnel.
    const deadline = setTimeout(() => this.#giveUp(`no answer in time${egress.words}`), handshakeTimeoutMs);
    ws.on('open', () => {
      clearTimeout(deadline);
      this.onopen?.();
    });
    ws.on('message', (data, isBinary) => this.onmessage?.({ data: isBinary ? data : String(data) }));
    ws.on('unexpected-response', (_request, { statusCode = 0 }) =>
      this.#giveUp(`HTTP ${statusCode} instead of a WebSocket${egress.words}`),
    );
    ws.on('error', (error) => {
      if (this.#fault === '') this.#fault = networkFault(error) + egress.words;
      this.onerror?.(new Error(this.#fault));
    });
    ws.on('close', (code, reason) => {
      clearTimeout(deadline);
      this.onclose?.({ code, reason: String(reason) || this.#fault });
    });
  }

  /** What is sent to a socket that is not open goes nowhere, as in a browser. */
  send(text: string): void {
    if (this.#ws.readyState === WebSocket.OPEN) this.#ws.send(text);
  }

  close(code = 1000, reason = ''): void {
    if (this.#ws.readyState === WebSocket.CONNECTING) return this.#ws.terminate();
    this.#ws.close(code, closeReason(reason));
  }

  #giveUp(fault: string): void {
    this.#fault = fault;
    this.#ws.terminate();
  }
}
