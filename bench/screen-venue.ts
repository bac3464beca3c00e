/**
 * The venue of the screen bench, in a process of its own: the test OKX, held to a number of frames a second, whose
 * tickers of one instrument carry the time they were sent at as their price.
 */
import { nodeTimers, startNodeVenueServer } from '#testing/venues/node-venue-server.ts';
import { OKX_LISTINGS } from '#testing/venues/okx-instruments.ts';
import { OkxServer } from '#testing/venues/okx-server.ts';
import type { FromVenue, ToVenue } from './screen-messages.ts';
import { priceOfTime, SYMBOL } from './support/price-clock.ts';

const BEACON = `{"arg":{"channel":"tickers","instId":"${SYMBOL}"}`;
const TELL_EVERY_MS = 100;
const STEP_MS = 1;
/** A ticker of each market, and what else the page reads of one of them. */
const FRAMES_A_MOVE = 9;
const LARGEST_DEBT_S = 0.05;

// Room for the time in the price's digits.
const listings = OKX_LISTINGS.map((listing) =>
  listing.instId === SYMBOL ? { ...listing, tickSz: '0.01', price: '95500' } : listing,
);
const okx = new OkxServer({ timers: nodeTimers, listings, rate: 1, stepMs: STEP_MS });
let frames = 0;
let perSecond = 50;

const server = await startNodeVenueServer({
  accept(socket) {
    const { send } = socket;
    socket.send = (text) => {
      frames += 1;
      send(text.startsWith(BEACON) ? text.replace(/"last":"[^"]*"/, `"last":"${priceOfTime()}"`) : text);
    };
    okx.accept(socket);
  },
  rest: okx.rest,
});
okx.start();

const tell = (message: FromVenue) => process.send?.(message);
let due = 0;
let last = performance.now();
setInterval(() => {
  const now = performance.now();
  due += ((now - last) * perSecond) / 1_000;
  last = now;
  // What a busy machine has not let it send in time is not sent in one go.
  due = Math.min(due, frames + perSecond * LARGEST_DEBT_S);
  // The next step makes up for all that is due.
  okx.rate = (Math.max(0, due - frames) / FRAMES_A_MOVE) * (1_000 / STEP_MS);
}, STEP_MS);
setInterval(() => tell({ type: 'sent', frames, at: Date.now() }), TELL_EVERY_MS);

process.on('message', (message: ToVenue) => {
  perSecond = message.perSecond;
  due = frames;
});
process.on('disconnect', () => process.exit(0));
tell({ type: 'ready', url: server.url, httpUrl: server.httpUrl });
