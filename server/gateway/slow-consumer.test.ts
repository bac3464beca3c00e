import { Duplex } from 'node:stream';
import { afterEach, describe, expect, test } from 'vitest';
import type { EventFrame } from './event-frame.ts';
import { eventFrame } from './event-frame.ts';
import { Outbox } from './outbox.ts';
import { GatewayFixture, type FixtureOptions } from './testing/gateway-fixture.ts';
import type { WsPeer } from './testing/ws-peer.ts';

/** A socket that takes nothing until told to, as one whose peer does not read. */
class StuckSocket extends Duplex {
  readonly taken: Buffer[] = [];
  #release: (() => void) | undefined;
  #flowing = false;

  constructor() {
    super({ writableHighWaterMark: 16 });
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.taken.push(chunk);
    if (this.#flowing) done();
    else this.#release = done;
  }

  async flow(): Promise<void> {
    this.#flowing = true;
    this.#release?.();
    await new Promise((resolve) => setImmediate(resolve));
  }

  /** The JSON frames written, in order. */
  get frames(): { channel?: string; seq?: number; text?: string }[] {
    const bytes = Buffer.concat(this.taken);
    const frames = [];
    for (let at = 0; at < bytes.length;) {
      const short = bytes.readUInt8(at + 1);
      const length = short < 126 ? short : bytes.readUInt16BE(at + 2);
      const start = at + (short < 126 ? 2 : 4);
      frames.push(JSON.parse(bytes.toString('utf8', start, start + length)) as { channel?: string; seq?: number });
      at = start + length;
    }
    return frames;
  }
}

const frame = (channel: string, family: EventFrame['family'], seq: number, event = 'update') =>
  eventFrame({ channel, event, timestamp: 0, data: 'x'.repeat(60) }, family, seq);
const order = (seq: number) => frame('grid.g.order', 'grid.order', seq, 'placed');
const status = (seq: number, grid = 'g') => frame(`grid.${grid}.status`, 'grid.status', seq);
const trade = (seq: number) => frame('market.sim.BTC.trade', 'market.trade', seq);
const book = (seq: number) => frame('market.sim.BTC.book', 'market.book', seq);

function jammed(limits = { highWaterBytes: 0, queueBytes: 1_000 }) {
  const socket = new StuckSocket();
  const overflows: string[] = [];
  /** Published in this tick, not yet delivered. */
  const settle: EventFrame[] = [];
  const outbox: Outbox = new Outbox(socket, limits, {
    isOpen: () => true,
    settle: () => settle.splice(0).forEach((late) => outbox.deliver([late], late.bytes)),
    newest: (old) => (old.family === 'market.book' ? frame(old.channel, 'market.book', 999, 'snapshot') : old),
    onOverflow: () => {
      overflows.push('overflow');
      outbox.close();
    },
  });
  const deliver = (...frames: EventFrame[]) => outbox.deliver(frames, Buffer.concat(frames.map(({ bytes }) => bytes)));
  return { socket, outbox, overflows, settle, deliver };
}

describe('Z19: an outbox that backs up', () => {
  test('Z19: of stateful channels the newest value comes after the durable events, the tape is dropped', async () => {
    const { socket, outbox, deliver } = jammed();
    deliver(order(1));
    expect(outbox.backedUp).toBe(true);
    deliver(status(2), trade(3), order(4), status(5, 'h'));
    deliver(status(6), trade(7), order(8));
    await socket.flow();
    expect(socket.frames.map(({ seq }) => seq)).toEqual([1, 4, 8, 6, 5]);
    deliver(trade(9));
    expect(socket.frames.at(-1)?.seq).toBe(9);
  });

  test('Z19: a book that lost updates goes on with a snapshot', async () => {
    const { socket, deliver } = jammed();
    deliver(order(1));
    deliver(book(2));
    deliver(book(3));
    await socket.flow();
    expect(socket.frames).toMatchObject([{ seq: 1 }, { channel: 'market.sim.BTC.book', event: 'snapshot', seq: 999 }]);
  });

  test('Z12: a snapshot of now does not overtake the durable events of this tick', async () => {
    const { socket, settle, deliver } = jammed();
    deliver(order(1));
    deliver(book(2));
    settle.push(order(3));
    await socket.flow();
    expect(socket.frames.map(({ seq }) => seq)).toEqual([1, 3, 999]);
  });

  test('Z19: answers keep their place among durable events', async () => {
    const { socket, outbox, deliver } = jammed();
    deliver(order(1));
    deliver(order(2));
    outbox.send(frame('system.health', 'system.health', 3).bytes);
    deliver(order(4));
    await socket.flow();
    expect(socket.frames.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
  });

  test('Z19: durable events beyond the bound overflow, stateful ones never do', () => {
    const { overflows, deliver } = jammed();
    deliver(order(0));
    for (let seq = 1; seq < 1_000; seq += 1) deliver(status(seq), trade(seq));
    expect(overflows).toEqual([]);
    for (let seq = 0; seq < 10; seq += 1) deliver(order(seq));
    expect(overflows).toEqual(['overflow']);
  });
});

let fixture: GatewayFixture;
const start = async (options?: FixtureOptions) => (fixture = await GatewayFixture.start(options));
afterEach(() => fixture?.stop());

async function subscribed(): Promise<WsPeer> {
  const peer = await fixture.signedIn();
  peer.send({ type: 'subscribe', channels: ['grid.*'] });
  await peer.next('subscribed');
  return peer;
}

describe('Z19: a client that does not read', () => {
  test('Z19: is cut off with 4413 after SLOW_CONSUMER, while others miss nothing', async () => {
    await start();
    const stuck = await subscribed();
    const other = await subscribed();
    stuck.ws.pause();
    const pad = 'x'.repeat(60_000);
    let n = 0;
    // The kernels buffer some megabytes before the socket backs up, then the queue takes its 1 MiB.
    while (!fixture.gateway.slowConsumers) {
      n += 1;
      fixture.publish('grid.g.order', 'placed', { n, pad });
      await other.next(({ data }) => data?.['n'] === n);
      expect(n).toBeLessThan(1_000);
    }
    stuck.ws.resume();
    expect(await stuck.ended).toEqual({ code: 4413 });
    expect(stuck.frames.at(-1)).toMatchObject({ type: 'error', error: { code: 'SLOW_CONSUMER' } });
    // What it was sent before is without a hole, so that it can come back with `after`.
    const seen = stuck.events.map(({ seq }) => seq ?? 0);
    expect(seen).toEqual(Array.from(seen, (_, i) => i + 1));
    await other.sync();
  });

  test('Z19: whose book lost updates gets the book of now as a snapshot', async () => {
    await start();
    const book = 'market.sim.BTC-USDC.book';
    let n = 0;
    fixture.bus.provide(book, () => ({ event: 'snapshot', timestamp: 0, data: { n } }));
    const stuck = await fixture.signedIn();
    stuck.send({ type: 'subscribe', channels: [book] });
    await stuck.next('event');
    stuck.ws.pause();
    const pad = 'x'.repeat(60_000);
    const publish = async () => {
      n += 1;
      fixture.publish(book, 'update', { n, pad });
      await new Promise((resolve) => setImmediate(resolve));
    };
    while (fixture.gateway.backedUp === 0) await publish();
    const sent = n;
    for (let lost = 0; lost < 10; lost += 1) await publish();
    stuck.ws.resume();
    expect((await stuck.next(({ event }) => event === 'snapshot')).data).toEqual({ n: sent + 10 });
    await stuck.sync();
    expect(stuck.events.map(({ data }) => data?.['n'])).toEqual([...Array(sent + 1).keys(), sent + 10]);
  });

  test('Z19: one that never reads again is dropped soon after', async () => {
    await start();
    const stuck = await subscribed();
    stuck.ws.pause();
    fixture.gateway.endSession('session-ann');
    expect(fixture.gateway.clients).toBe(1);
    fixture.timers.advance(3_000);
    while (fixture.gateway.clients > 0) await new Promise((resolve) => setImmediate(resolve));
  });
});
