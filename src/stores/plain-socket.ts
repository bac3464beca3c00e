/** What is the same in everything that stands for a platform's `WebSocket`. */
export class PlainSocket extends EventTarget {
  // Libraries tell a WebSocket by these.
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSING = 2;
  static readonly CLOSED = 3;
  readonly CONNECTING = 0;
  readonly OPEN = 1;
  readonly CLOSING = 2;
  readonly CLOSED = 3;
  readonly extensions = '';
  binaryType: BinaryType = 'blob';
  /** Nobody here listens in this way. */
  onopen: WebSocket['onopen'] = null;
  onmessage: WebSocket['onmessage'] = null;
  onclose: WebSocket['onclose'] = null;
  onerror: WebSocket['onerror'] = null;
}

/** Node 20 has no `CloseEvent`. */
export function closeEvent(code: number, reason: string, wasClean: boolean): Event {
  return Object.assign(new Event('close'), { code, reason, wasClean });
}
