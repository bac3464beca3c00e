/** For tests: a worker's inside on the same thread, behind the same messages, which are cloned as between threads. */
import { Feed, type FeedEnvironment } from './feed.ts';
import type { FeedPort, FromFeed, ToFeed } from './feed-protocol.ts';
import { createFeedDecoder, createFeedSession } from './venue-code.ts';

type Surroundings = Pick<FeedEnvironment, 'timers' | 'random' | 'WebSocket'>;

export interface LocalFeed extends FeedPort {
  /** What has come from the worker. */
  readonly told: readonly FromFeed[];
  readonly sent: readonly ToFeed[];
  readonly isTerminated: boolean;
  /** As if the worker had said so. */
  say(message: FromFeed): void;
}

export function localFeed(surroundings: Surroundings): LocalFeed {
  const told: FromFeed[] = [];
  const sent: ToFeed[] = [];
  let isTerminated = false;
  const feed = new Feed({
    ...surroundings,
    createSession: createFeedSession,
    createDecoder: createFeedDecoder,
    post: (message, transfer) => port.say(structuredClone(message, { transfer })),
  });
  const port: LocalFeed = {
    told,
    sent,
    get isTerminated() {
      return isTerminated;
    },
    onmessage: null,
    onerror: null,
    say(message) {
      told.push(message);
      if (!isTerminated) port.onmessage?.({ data: message });
    },
    postMessage(message) {
      sent.push(message);
      if (!isTerminated) feed.receive(structuredClone(message));
    },
    terminate() {
      isTerminated = true;
      feed.close();
    },
  };
  return port;
}
