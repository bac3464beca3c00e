/**
 * Takes over what `public/boot.js` began while this code was being fetched: the request for a token and the engine's
 * socket. At 100 ms a round trip the first price comes a quarter of a second earlier for it.
 */

export interface HeadStart {
  readonly token: Promise<Response>;
  readonly socket: WebSocket;
  /** What the socket has received so far. */
  readonly frames: readonly unknown[];
}

declare global {
  interface Window {
    griddeskHeadStart?: HeadStart;
  }
}

/** The request's answer, once: asked again, there is none. */
export function earlyAnswer(start: HeadStart | undefined): () => Promise<Response> | undefined {
  let answer = start?.token;
  return () => {
    const taken = answer;
    answer = undefined;
    return taken;
  };
}

/** A `WebSocket` whose first instance is the early one, if that still is of use; whoever gets it misses nothing. */
export function earlySocket(start: HeadStart | undefined, Native: typeof WebSocket): typeof WebSocket {
  let waiting = start;
  return new Proxy(Native, {
    construct(Target, [url, protocols]: [string, string | string[]]) {
      const early = waiting;
      waiting = undefined;
      if (early && early.socket.url === url && early.socket.readyState <= Target.OPEN) return adopt(early, Target);
      early?.socket.close();
      return new Target(url, protocols);
    },
  });
}

function adopt({ socket, frames }: HeadStart, { CONNECTING }: typeof WebSocket): WebSocket {
  socket.onmessage = null;
  if (socket.readyState === CONNECTING) return socket;
  // Before the socket's next own event, and after its new owner has attached the listeners.
  queueMicrotask(() => {
    socket.dispatchEvent(new Event('open'));
    for (const data of frames) socket.dispatchEvent(new MessageEvent('message', { data }));
  });
  return socket;
}
