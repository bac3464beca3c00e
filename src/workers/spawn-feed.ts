/** A new worker for one source. */
import type { FeedPort, ToFeed } from './feed-protocol.ts';

/**
 * `address` is what it will connect to. It stands in the script's own address, so that no cache answers with a policy
 * of before the source was saved.
 */
export function spawnFeed(address: string): FeedPort {
  let worker: Worker | undefined;
  let isTerminated = false;
  const early: ToFeed[] = [];
  const port: FeedPort = {
    postMessage(message) {
      if (worker) worker.postMessage(message);
      else early.push(message);
    },
    onmessage: null,
    onerror: null,
    terminate() {
      isTerminated = true;
      worker?.terminate();
    },
  };
  const begin = (script: string) => {
    if (isTerminated) return;
    const url = new URL(script, location.href);
    url.searchParams.set('for', address);
    worker = new Worker(url, { type: 'module', name: 'feed' });
    worker.onmessage = (event) => port.onmessage?.(event);
    worker.onerror = (event) => port.onerror?.(event);
    worker.onmessageerror = () => port.onerror?.({ message: 'a message of the worker could not be read' });
    for (const message of early) worker.postMessage(message);
  };
  import('./feed-worker.ts?worker&url').then(
    (module) => begin(module.default),
    (error: unknown) => port.onerror?.({ message: String(error) }),
  );
  return port;
}
