/** Our own client against our own gateway, over sockets that break in the middle of frames while much is under way. */
import { setImmediate } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { createClient } from '#client/create-client.ts';
import { parseResult } from '#client/results.ts';
import type { ClientOptions } from '#client/options.ts';
import type { ProtocolClient } from '#client/types.ts';
import type { Timers } from '#domain/clock.ts';
import { seededRandom } from '#domain/random.ts';
import { order, status, ticker } from '#testing/samples.ts';
import { FrayingCable } from './testing/fraying-cable.ts';
import { GatewayFixture } from './testing/gateway-fixture.ts';

const CUTS = 40;
/** Waits between tries, and between commands, are not what is tested here. */
const HASTE = 20;
const hurried: Timers = {
  now: () => Date.now() * HASTE,
  after: (ms, task) => {
    const timer = setTimeout(task, ms / HASTE);
    return () => clearTimeout(timer);
  },
};
const NEVER_MS = 1_000_000_000;
/** No client is limited by the gateway: its time stands still. */
const limits = { messagesPerSecond: 1e9, commandsPerSecond: 1e9 };

let client: ProtocolClient;
let cable: FrayingCable;
let fixture: GatewayFixture;
afterEach(async () => {
  client.close();
  await cable.dispose();
  await fixture.stop();
});

test.each([1, 2, 3])(
  'Z11, Z12, Z13, Z17: through a cable that keeps breaking no durable event is lost or doubled, every command runs once, the values of now arrive (seed %i)',
  async (seed) => {
    const random = seededRandom(seed);
    const ran: string[] = [];
    fixture = await GatewayFixture.start({
      limits,
      handlers: {
        'grid.pause': async ({ id }) => {
          ran.push(id);
          for (let ticks = Math.floor(random() * 20); ticks > 0; ticks -= 1) await setImmediate();
          return { grid_id: id, status: 'paused' };
        },
      },
    });
    cable = await FrayingCable.to(fixture.port, () => (cable.cuts < CUTS ? 300 + random() * 20_000 : Infinity));
    let published = 0;
    fixture.bus.provide('grid.g1.status', () => ({ event: 'update', timestamp: 0, data: status(published) }));
    const quote = () => ({ event: 'update', timestamp: 0, data: ticker(String(published)) });
    fixture.bus.provide('market.sim.BTC-USDC.ticker', quote);

    client = createClient({
      url: `ws://127.0.0.1:${cable.port}/ws`,
      results: () => parseResult,
      getToken: () => ({ token: 'ann:trader', expiresAt: Infinity }),
      timers: hurried,
      // Tries follow each other within milliseconds: their waits are the library's, in real time.
      random: () => random() / 50,
      // The same interface in other types: DOM's and ws's event classes differ in what nobody uses here.
      WebSocket: WebSocket as unknown as NonNullable<ClientOptions['WebSocket']>,
    });
    const seen: number[] = [];
    const now = { status: -1, ticker: '' };
    let gaps = 0;
    const onGap = () => (gaps += 1);
    client.subscribe('grid.*.order', ({ data }) => seen.push(data.level), { onGap });
    client.subscribe('grid.g1.status', ({ data }) => (now.status = data.current_price));
    client.subscribe('market.*', (event) => {
      if (event.family === 'market.ticker') now.ticker = event.data.last ?? '';
    });
    client.connect();
    // What comes before the first subscription is nobody's.
    await until(() => now.status === 0);

    const answers: Promise<unknown>[] = [];
    while (cable.cuts < CUTS) {
      for (let n = Math.floor(random() * 4); n > 0; n -= 1) {
        published += 1;
        fixture.publish('grid.g1.order', 'placed', order(published));
        if (random() < 0.3) fixture.publish('grid.g1.status', 'update', status(published));
      }
      if (random() < 0.1) {
        answers.push(client.command('grid.pause', { id: `g${answers.length}` }, { timeoutMs: NEVER_MS }));
      }
      // A page comes and goes.
      if (random() < 0.05) client.subscribe('grid.*', () => undefined)();
      if (random() < 0.02) client.refresh('grid.g1.status');
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    published += 1;
    fixture.publish('grid.g1.order', 'placed', order(published));

    const ids = answers.map((_, i) => `g${i}`);
    expect(await Promise.all(answers)).toEqual(ids.map((id) => ({ grid_id: id, status: 'paused' })));
    expect(ran.toSorted()).toEqual(ids.toSorted());
    await until(() => seen.at(-1) === published && now.status === published && now.ticker === String(published));
    expect(seen).toEqual(Array.from({ length: published }, (_, i) => i + 1));
    expect(gaps).toBe(0);
    expect(client.stats.rejected).toBe(0);
    expect(fixture.faults).toEqual([]);
  },
);

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}
