/**
 * The worker of the dispatch bench: what a venue's session would tell, 10,000 events a second, through the inside of a
 * source's worker; or, as the control, one message an event.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { nodeTimers } from '#testing/venues/node-venue-server.ts';
import type { VenueEvent, VenueSession } from '#venues/venue.ts';
import { Feed } from '#workers/feed.ts';
import type { ToFeed } from '#workers/feed-protocol.ts';
import { microseconds, type DispatchTask } from './support/dispatch-events.ts';

const port = parentPort;
if (!port) throw new Error('this is the other thread of a benchmark');
const { perSecond, venue, symbols, perMessage } = workerData as DispatchTask;

/** Nothing is connected to anything here. */
const NoSocket = function () {
  throw new Error('no sockets in this benchmark');
} as unknown as typeof WebSocket;

let count = 0;
/** A ticker and a trade of each instrument in turn, with the time in them. */
function next(): VenueEvent {
  const ts = microseconds();
  const instrument = symbols[(count >> 1) % symbols.length] ?? '';
  count += 1;
  const price = `95${String(count % 1_000).padStart(3, '0')}.1`;
  return count % 2 === 0
    ? { type: 'trade', trade: { venue, instrument, id: String(count), ts, side: 'buy', price, size: '0.01' } }
    : {
        type: 'ticker',
        ticker: {
          venue,
          instrument,
          ts,
          last: price,
          bid: price,
          ask: price,
          open24h: price,
          high24h: price,
          low24h: price,
          volume24h: '1',
        },
      };
}

function run(emit: (event: VenueEvent) => void): void {
  const started = performance.now();
  let emitted = 0;
  setInterval(() => {
    const due = ((performance.now() - started) * perSecond) / 1_000;
    // A thread that was kept waiting does not make up for it in one go.
    if (due - emitted > perSecond / 20) emitted = due - perSecond / 20;
    for (; emitted < due; emitted += 1) emit(next());
  }, 1);
}

if (perMessage) run((event) => port.postMessage(event));
else {
  const session: VenueSession = {
    status: { phase: 'live', silentSince: null },
    stats: () => [],
    want: () => undefined,
    start: () => undefined,
    reconnect: () => undefined,
    close: () => undefined,
  };
  const feed = new Feed({
    timers: nodeTimers,
    random: Math.random,
    WebSocket: NoSocket,
    createSession: async (_setup, { emit, onStatus }) => {
      onStatus(session.status);
      run((event) => emit([event], Date.now()));
      return session;
    },
    createDecoder: () => Promise.reject(new Error('nothing is replayed here')),
    post: (message, transfer) => port.postMessage(message, transfer),
  });
  port.on('message', (message: ToFeed) => feed.receive(message));
}
