/**
 * An engine to be killed: recovers, sends every request up to where it got once more, and goes on with the feed of
 * numbers. Says on its standard output what the world was told: `ready`, responses, fills.
 *
 *   kill-child <database> <seed> <events> <events a second>
 */
import { createHash } from 'node:crypto';
import { InProcessBus } from '#server/bus.ts';
import type { Result } from '#protocol/commands.ts';
import { ProtocolError } from '#protocol/errors.ts';
import type { Handler } from '#server/gateway/handlers.ts';
import { openDatabase } from '#server/storage/database.ts';
import { createHost } from '../create-host.ts';
import {
  indexOf,
  LISTED,
  plannedAfter,
  prints,
  timeOf,
  type PlannedAction,
  type PlannedRequest,
  type Print,
  type Request,
} from './feed-of-numbers.ts';
import { lastEventTime } from './last-event-time.ts';
import { ManualTimers } from './manual-timers.ts';
import { ScriptedMarket } from './scripted-market.ts';

const [file = '', seed = '1', events = '1000', pace = '5000'] = process.argv.slice(2);
const say = (line: string) => process.stdout.write(`${line}\n`);

const db = openDatabase(file);
const reached = lastEventTime(db);
/** The last event known to be durable; quiet ones after it come again. */
const from = reached === undefined ? -1 : indexOf(reached);
const timers = new ManualTimers(reached ?? timeOf(0) - 1);
const market = new ScriptedMarket(LISTED);
const bus = new InProcessBus();
bus.onEvent(({ channel, event, data }) => {
  if (event === 'executed') say(`fill ${channel} ${JSON.stringify(data)}`);
});
const host = await createHost({ db, markets: [market], bus, timers, options: { snapshotEvery: 200 } });
const handlers: { readonly [A in PlannedAction]: Handler<A> } = host.handlers;
const gridIds = new Map<string, string>();

await host.start();
// Who connects to a market is told its last prices; nothing starts after a gap without them.
const lastPrints = new Map<string, Print>();
for (const print of prints(Number(seed))) {
  if (print.index > from) break;
  lastPrints.set(print.symbol, print);
}
for (const { price, symbol } of lastPrints.values()) market.trade(timers.now(), price, symbol);
// Everything once more, in order: what was done answers as it did, what was lost is done now.
for (let index = 0; index <= from; index++) {
  for (const planned of plannedAfter(index)) await send(planned);
}
say(`ready ${from}`);
const began = performance.now();

for (const print of prints(Number(seed))) {
  if (print.index >= Number(events) + LISTED.length) break;
  if (print.index <= from) continue;
  // A restart tells of a gap and its time, a twin without restarts does not: one last gap makes them equal again.
  if (print.index === Number(events)) {
    for (const { instrument } of LISTED) market.say({ type: 'gap', symbol: instrument.symbol });
  }
  timers.advance(print.ts - timers.now());
  market.trade(print.ts, print.price, print.symbol);
  const planned = plannedAfter(print.index);
  if (planned.length > 0) timers.advance(1);
  for (const request of planned) {
    // Some clients are impatient.
    if (print.index % 20 === 0) void send(request);
    void send(request);
  }
  // As a socket would: whatever is due by now comes at once, and the engine has its turn.
  while ((performance.now() - began) * Number(pace) < (print.index - from) * 1000) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  if (print.index % 32 === 0) await new Promise((resolve) => setImmediate(resolve));
}
await host.stop();
db.close();
say('done');

/** Reaches the engine before it first awaits, so that requests and prices keep their order. */
async function send({ id, of, make }: PlannedRequest): Promise<void> {
  const gridId = of === undefined ? '' : gridIds.get(of);
  if (gridId === undefined) throw new Error(`${id} comes before the answer to ${of}`);
  const request = make(gridId);
  say(`sent ${id}`);
  let answer: string;
  try {
    const result = await ask(request, id);
    if ('grid_id' in result && request.action === 'grid.start') gridIds.set(id, result.grid_id);
    answer = JSON.stringify(result);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    answer = JSON.stringify({ code: error.code, message: error.message });
    // Refused, as prices go: what comes for it later will be, too.
    if (request.action === 'grid.start') gridIds.set(id, 'none');
  }
  say(`answer ${id} ${answer}`);
}

function ask<A extends PlannedAction>({ action, params }: Request<A>, id: string): Promise<Result<A>> {
  const digest = createHash('sha256')
    .update(JSON.stringify([action, params]))
    .digest('hex');
  return handlers[action](params, { user: 'ada', role: 'admin', id, digest, sessionId: 's' });
}
