/** Lets a flight recorder listen in on an engine's socket. */
import type { WebSocketConstructor } from '#client/options.ts';

export interface FrameTap {
  /** `null` while nobody records. */
  current: ((dir: 'in' | 'out', frame: string) => void) | null;
}

export function tapSocket(Native: WebSocketConstructor, tap: FrameTap): WebSocketConstructor {
  return new Proxy(Native, {
    construct(Target, [url, protocols]: [string, string | string[]]) {
      const socket = new Target(url, protocols);
      const send = socket.send.bind(socket);
      socket.send = (data) => {
        if (typeof data === 'string') tap.current?.('out', data);
        send(data);
      };
      socket.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
        if (typeof data === 'string') tap.current?.('in', data);
      });
      return socket;
    },
  });
}
