/**
 * The entry of a source's worker. Each source has its own: the policy the script came with names what it may connect
 * to, and a venue that keeps its thread busy keeps nobody else's.
 */
import type { Timers } from '#domain/clock.ts';
import { Feed } from './feed.ts';
import type { FromFeed, ToFeed } from './feed-protocol.ts';
import { createFeedDecoder, createFeedSession } from './venue-code.ts';

/** What a dedicated worker's global scope is, as far as it is used here. */
interface WorkerScope {
  postMessage(message: FromFeed, transfer: ArrayBuffer[]): void;
  addEventListener(type: 'message', listener: (event: { readonly data: ToFeed }) => void): void;
  addEventListener(type: 'securitypolicyviolation', listener: () => void): void;
  close(): void;
}
declare const self: WorkerScope;

const timers: Timers = {
  now: () => Date.now(),
  after(ms, task) {
    const timer = setTimeout(task, ms);
    return () => clearTimeout(timer);
  },
};

const feed = new Feed({
  timers,
  random: Math.random,
  WebSocket,
  createSession: createFeedSession,
  createDecoder: createFeedDecoder,
  post: (message, transfer) => self.postMessage(message, transfer),
});

self.addEventListener('message', ({ data }) => {
  feed.receive(data);
  if (data.type === 'close') self.close();
});
self.addEventListener('securitypolicyviolation', () => {
  self.postMessage({ type: 'blocked' }, []);
});
