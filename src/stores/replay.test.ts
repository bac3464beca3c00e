import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { seededRandom } from '#domain/random.ts';
import { createSocketPair } from '#testing/socket-pair.ts';
import { BTC_USDC } from '#testing/samples.ts';
import { VirtualTimers } from '#testing/virtual-timers.ts';
import { createSourceMarket } from './source-market.ts';
import { createSourcesWorld, type SourcesWorld } from './sources-world.ts';

beforeAll(() =>
  Promise.all([import('#venues/okx/decoder.ts'), import('./replay-desk.ts'), import('#client/results.ts')]),
);

let timers: VirtualTimers;
let world: SourcesWorld;
let undo: () => void;
beforeEach(async () => {
  timers = new VirtualTimers();
  undo = timers.install();
  world = createSourcesWorld({ timers, WebSocket: createSocketPair(seededRandom(3), timers).WebSocket });
  await world.client.answer('source.list', { sources: [] });
});
afterEach(() => {
  world.store.close();
  undo();
});

async function pass(ms = 200): Promise<void> {
  for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve));
  await timers.advance(ms);
  world.frames.flush();
}

const START = 1_000_000;
const trade = (n: number) =>
  JSON.stringify({
    arg: { channel: 'trades', instId: 'BTC-USDT' },
    data: [
      { instId: 'BTC-USDT', tradeId: String(n), px: String(100 + n), sz: '1', side: 'buy', ts: String(START + n) },
    ],
  });

/** A trade a second. */
function okxRecording(count: number): string {
  const { venue: _venue, ...instrument } = { ...BTC_USDC, symbol: 'BTC-USDT' };
  const header = { griddesk: 'recording', version: 1, kind: 'okx', source: 'okx', instruments: [instrument] };
  const lines = Array.from({ length: count }, (_, n) => ({
    t: START + n * 1_000,
    dir: 'in',
    connection: 'public',
    frame: trade(n),
  }));
  return [header, ...lines].map((each) => JSON.stringify(each)).join('\n');
}

describe('a venue’s recording', () => {
  const named = { venue: 'replay.okx', symbol: 'BTC-USDT' };
  const ids = () => tape.getState().trades.map(({ id }) => Number(id));
  let tape: ReturnType<ReturnType<typeof createSourceMarket>['trades']>;

  beforeEach(async () => {
    tape = createSourceMarket(world.store.hub).trades(named);
    tape.subscribe(() => undefined);
    await world.store.openReplay('bug.jsonl', okxRecording(100));
    await pass();
  });

  it('is a source like a live one, at its beginning', () => {
    expect(world.store.getState().replay).toMatchObject({
      name: 'bug.jsonl',
      source: 'replay',
      from: START,
      to: START + 99_000,
      at: START,
      playing: false,
    });
    expect(
      world.store.hub
        .get('replay')
        ?.listings()
        .map(({ symbol }) => symbol),
    ).toEqual(['BTC-USDT']);
    expect(ids()).toEqual([0]);
  });

  it('moves to any time, forwards and back, and shows what was known then', async () => {
    world.store.seekReplay(START + 50_500);
    await pass();
    expect(ids()[0]).toBe(50);
    expect(ids()).toHaveLength(51);
    world.store.seekReplay(START + 10_000);
    await pass();
    expect(ids()).toEqual([10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
    world.store.seekReplay(START - 5);
    await pass();
    expect(world.store.getState().replay?.at).toBe(START);
  });

  it('plays at its speed, stops at the end, and begins anew from there', async () => {
    world.store.playReplay(true, 10);
    await pass(2_000);
    expect(ids()[0]).toBeGreaterThanOrEqual(17);
    expect(ids()[0]).toBeLessThanOrEqual(21);
    world.store.playReplay(true, 100);
    await pass(2_000);
    expect(world.store.getState().replay).toMatchObject({ playing: false, at: START + 99_000 });
    world.store.playReplay(true, 1);
    await pass(500);
    expect(world.store.getState().replay?.at).toBeLessThan(START + 2_000);
  });

  it('is gone when it is closed', async () => {
    world.store.closeReplay();
    await pass();
    expect(world.store.getState().replay).toBeNull();
    expect(world.store.hub.get('replay')).toBeUndefined();
    expect(world.workers.at(-1)?.isTerminated).toBe(true);
  });
});

it('an engine’s recording plays through the protocol’s own client, back and forth', async () => {
  const header = { griddesk: 'recording', version: 1, kind: 'engine', source: 'engine', instruments: [BTC_USDC] };
  const frames = Array.from({ length: 20 }, (_, n) => ({
    t: START + n * 1_000,
    dir: 'in',
    connection: 'engine',
    frame: JSON.stringify({
      type: 'event',
      channel: `market.${BTC_USDC.venue}.${BTC_USDC.symbol}.book`,
      event: 'snapshot',
      timestamp: START + n,
      data: { ts: START + n, seq: n + 1, bids: [[String(100 + n), '1']], asks: [] },
    }),
  }));
  await world.store.openReplay('engine.jsonl', [header, ...frames].map((each) => JSON.stringify(each)).join('\n'));
  const feed = createSourceMarket(world.store.hub).book({ ...BTC_USDC, venue: `replay.${BTC_USDC.venue}` });
  feed.subscribe(() => undefined);
  const bid = () => Number(feed.getState().book.snapshot().bids[0]?.[0]);
  await pass(1_000);
  expect(
    world.store.hub
      .get('replay')
      ?.listings()
      .map(({ venue }) => venue),
  ).toEqual([`replay.${BTC_USDC.venue}`]);
  expect(bid()).toBe(100);
  world.store.seekReplay(START + 15_000);
  await pass(1_000);
  expect(bid()).toBe(115);
  world.store.seekReplay(START + 3_000);
  await pass(1_000);
  expect(bid()).toBe(103);
});

it('what is no recording is refused with its line, and nothing changes', async () => {
  await expect(world.store.openReplay('x', 'hello')).rejects.toThrow('line 1');
  expect(world.store.getState().replay).toBeNull();
});
