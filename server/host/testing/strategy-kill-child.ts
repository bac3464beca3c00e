/**
 * An engine with strategies, to be killed: recovers, sends every request up to where it got once more, and goes on with
 * its minutes, which depend on the seed alone. Says on its standard output what the world was told.
 *
 *   strategy-kill-child <database> <seed> <minutes> <minutes a second>
 */
import { createHash } from 'node:crypto';
import type { Candle } from '#domain/market-data.ts';
import { seededRandom } from '#domain/random.ts';
import type { Action, Params } from '#protocol/commands.ts';
import { ProtocolError } from '#protocol/errors.ts';
import { InProcessBus } from '#server/bus.ts';
import type { Handler } from '#server/gateway/handlers.ts';
import { openDatabase } from '#server/storage/database.ts';
import { createHost } from '../create-host.ts';
import { ManualTimers } from './manual-timers.ts';
import { BTC, ScriptedMarket } from './scripted-market.ts';

type Planned = Extract<
  Action,
  `strategy.${'start' | 'stop' | 'pause' | 'resume' | 'update_params'}` | 'system.kill_switch'
>;
type Request = { [A in Planned]: { readonly action: A; readonly params: Params<A> } }[Planned];

const MINUTE = 60_000;
/** A whole minute. The first so many minutes are history. */
const EPOCH = 1_700_000_040_000;
const HISTORY = 20;
/** Prints within a minute; never at a whole one, where the clock strikes. */
const OFFSETS = [1_003, 20_003, 40_003, 59_003];
/** A strategy begins every so many minutes. */
const LIFE = 30;

const [file = '', seed = '1', minutes = '100', pace = '500'] = process.argv.slice(2);
const say = (line: string) => process.stdout.write(`${line}\n`);
const timeOf = (minute: number) => EPOCH + minute * MINUTE;
const text = (tenths: number) => (tenths / 10).toFixed(1);

/** Prices of each minute, in tenths: they wander around 100. */
const random = seededRandom(Number(seed));
let price = 1_000;
const walk = () => (price += Math.round((random() - 0.5) * 30 + (1_000 - price) / 50));
const prices = Array.from({ length: Number(minutes) }, () => OFFSETS.map(walk));

function candleOf(minute: number): Candle {
  const path = prices[minute] ?? [];
  const [open = 0, close = 0] = [path[0], path.at(-1)];
  const [high, low] = [Math.max(...path), Math.min(...path)];
  const [opens, highs, lows, closes] = [open, high, low, close].map(text);
  return {
    ts: timeOf(minute),
    open: opens ?? '',
    high: highs ?? '',
    low: lows ?? '',
    close: closes ?? '',
    volume: '1',
    closed: true,
  };
}

/** What is asked after minute `minute`'s last print. */
function requestsAfter(minute: number): Request[] {
  const born = Math.floor((minute - HISTORY) / LIFE);
  const requests: Request[] = [];
  for (const n of [born - 1, born]) {
    const id = `s${n}`;
    const age = minute - HISTORY - n * LIFE;
    if (n < 0) continue;
    if (age === 1) requests.push({ action: 'strategy.start', params: strategyNumber(n) });
    if (age === 14) requests.push({ action: 'strategy.pause', params: { id } });
    if (age === 19) requests.push({ action: 'strategy.resume', params: { id } });
    if (age === 27)
      requests.push({ action: 'strategy.update_params', params: { id, params: { slow_period: 4 + (n % 3) } } });
    if (age === 45) requests.push({ action: 'strategy.stop', params: { id, close_position: n % 2 === 0 } });
    if (age === 50 && n % 4 === 3) {
      requests.push({ action: 'system.kill_switch', params: { action: 'activate', reason: `kill ${n}` } });
      requests.push({ action: 'system.kill_switch', params: { action: 'deactivate', reason: `calm ${n}` } });
    }
  }
  return requests;
}

function strategyNumber(n: number): Params<'strategy.start'> {
  const params = { fast_period: 1 + (n % 2), slow_period: 3 + (n % 2) };
  return { id: `s${n}`, strategy: 'dual_ma', symbol: 'BTC-USDC', timeframe: '1m', capital: 1_000 + n, params };
}

const db = openDatabase(file);
/** The last print known to be durable; quiet ones after it come again. */
const { reached } = db
  .prepare(
    "SELECT max(json_extract(entry, '$.ts')) AS reached FROM journal WHERE json_extract(entry, '$.type') = 'print'",
  )
  .get() as { reached: number | null };
const from = reached ?? timeOf(HISTORY) - 1;
const timers = new ManualTimers(from);
const market = new ScriptedMarket([BTC]);
market.bars = prices.map((_, minute) => candleOf(minute)).filter(({ ts }) => ts + MINUTE <= from);
const bus = new InProcessBus();
bus.onEvent(({ channel, data }) => {
  if (/^strategy\..*\.(?:trade|signal)$/.test(channel)) say(`told ${channel} ${JSON.stringify(data)}`);
});
const host = await createHost({ db, markets: [market], bus, timers, options: { snapshotEvery: 40 } });
const handlers: { readonly [A in Planned]: Handler<A> } = host.handlers;
await host.start();
// Z13: what was asked longer ago than that is not remembered any more.
const recent = Math.max(HISTORY, Math.floor((from - EPOCH) / MINUTE) - 4);
for (let minute = recent; lastPrintOf(minute) <= from; minute += 1) await sendAll(minute);
say('ready');
const began = performance.now();

for (let minute = HISTORY; minute < Number(minutes); minute += 1) {
  if (timeOf(minute) + MINUTE <= from) continue;
  for (const [i, offset] of OFFSETS.entries()) {
    const ts = timeOf(minute) + offset;
    if (ts <= from) continue;
    timers.advance(ts - timers.now());
    market.trade(ts, text(prices[minute]?.[i] ?? 0));
  }
  if (lastPrintOf(minute) > from) await sendAll(minute);
  timers.advance(timeOf(minute) + MINUTE - timers.now());
  const candle = candleOf(minute);
  market.bars = [...market.bars, candle];
  market.say({ type: 'candle', symbol: 'BTC-USDC', interval: '1m', candle });
  while ((performance.now() - began) * Number(pace) < (minute - (from - EPOCH) / MINUTE) * 1000) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await new Promise((resolve) => setImmediate(resolve));
}
// A restart tells of a gap, a twin without restarts does not: one last gap makes them equal again.
market.say({ type: 'gap', symbol: 'BTC-USDC' });
await host.stop();
db.close();
say('done');

function lastPrintOf(minute: number): number {
  return timeOf(minute) + (OFFSETS.at(-1) ?? 0);
}

async function sendAll(minute: number): Promise<void> {
  for (const [i, request] of requestsAfter(minute).entries()) {
    const id = `${minute}-${i}`;
    say(`sent ${id}`);
    let answer: unknown;
    try {
      answer = await ask(request, id);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      answer = { code: error.code, message: error.message };
    }
    say(`answer ${id} ${JSON.stringify(answer)}`);
  }
}

function ask<A extends Planned>({ action, params }: { action: A; params: Params<A> }, id: string): Promise<unknown> {
  const digest = createHash('sha256')
    .update(JSON.stringify([action, params]))
    .digest('hex');
  return handlers[action](params, { user: 'ada', role: 'admin', id, digest, sessionId: 's' });
}
