import type { VenueSocket } from '../venue.ts';

/** The client's end of a connection in a test, which plays the server by hand. */
export class FakeSocket implements VenueSocket {
  readonly url: string;
  /** When it was asked for, ms. */
  readonly openedAt: number;
  onopen: VenueSocket['onopen'] = null;
  onmessage: VenueSocket['onmessage'] = null;
  onclose: VenueSocket['onclose'] = null;
  onerror: VenueSocket['onerror'] = null;
  /** What the client has sent. */
  readonly sent: string[] = [];
  isOpen = false;
  /** The client has closed it. */
  isClosed = false;

  constructor(url: string, openedAt: number) {
    this.url = url;
    this.openedAt = openedAt;
  }

  send(text: string): void {
    if (!this.isOpen) throw new Error('sent on a socket that is not open');
    this.sent.push(text);
  }

  close(): void {
    this.isClosed = true;
    this.isOpen = false;
  }

  accept(): this {
    this.isOpen = true;
    this.onopen?.();
    return this;
  }

  /** Text as it is, anything else as JSON. */
  say(frame: unknown): void {
    this.onmessage?.({ data: typeof frame === 'string' ? frame : JSON.stringify(frame) });
  }

  end(code = 1006, reason = ''): void {
    this.isOpen = false;
    this.onclose?.({ code, reason });
  }
}
