import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { seededRandom } from '#domain/random.ts';
import type { SourceConfig } from '#domain/source.ts';
import { createSocketPair } from '#testing/socket-pair.ts';
import { outcomesOf } from '#testing/venues/demo-venues.ts';
import { QUESTIONS } from '#testing/venues/polymarket-questions.ts';
import { PolymarketServer } from '#testing/venues/polymarket-server.ts';
import { VirtualTimers } from '#testing/virtual-timers.ts';
import { createSourcesWorld, sourceConfig, type SourcesWorld } from './sources-world.ts';

let timers: VirtualTimers;
let venue: PolymarketServer;
let world: SourcesWorld;
let undo: () => void;

// Code is loaded with the first of its kind, which takes time that is not virtual.
beforeAll(() =>
  Promise.all([
    import('#venues/polymarket/session.ts'),
    import('#venues/polymarket/decoder.ts'),
    import('./question-states.ts'),
  ]),
);
beforeEach(() => {
  timers = new VirtualTimers();
  const network = createSocketPair(seededRandom(3), timers);
  venue = new PolymarketServer({ timers });
  network.onConnection = (socket) => venue.accept(socket);
  undo = timers.install();
  world = createSourcesWorld({ timers, WebSocket: network.WebSocket });
  world.answer = (url) => {
    const { pathname, searchParams } = new URL(url);
    // The venue gives closed questions only to those who ask for them.
    if (!searchParams.has('closed')) searchParams.set('closed', 'false');
    const { status, body } = venue.rest(pathname.replace('/api/v2/venues/polymarket-gamma', ''), searchParams, {});
    return Response.json(body, { status });
  };
});
afterEach(() => {
  world.store.close();
  venue.stop();
  undo();
});

const [rain, bitcoin] = QUESTIONS;
if (!rain || !bitcoin) throw new Error('the test Polymarket asks too little');

const config = sourceConfig({
  id: 'pm',
  kind: 'polymarket',
  url: 'wss://polymarket.test',
  instruments: [rain, bitcoin].flatMap(outcomesOf),
});

async function open(source: SourceConfig): Promise<void> {
  await world.client.answer('source.list', { sources: [structuredClone(source)] as never });
  for (let i = 0; i < 100 && world.store.getState().sources[0]?.state.phase !== 'live'; i++) await pass(50);
  expect(world.store.getState().sources[0]?.state.phase).toBe('live');
  await pass(100);
}

async function pass(ms: number): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
  await timers.advance(ms);
  world.frames.flush();
}

function listed(symbol: string) {
  return world.store.hub.links.flatMap((link) => link.listings()).find((each) => each.symbol === symbol);
}

it('M8, M14: a question that was resolved while nobody was connected is shown as resolved, its winner named', async () => {
  venue.resolve(rain.tokens[1]);
  await open(config);
  for (const token of rain.tokens) {
    expect(listed(token)?.prediction).toMatchObject({ state: 'resolved', winner: rain.tokens[1] });
  }
  expect(listed(bitcoin.tokens[0])?.prediction?.state).toBe('open');
});

it('M8: a tick that changed while nobody was connected is shown', async () => {
  venue.refineTick(bitcoin.tokens[0]);
  await open(config);
  expect(listed(bitcoin.tokens[1])).toMatchObject({ tickSize: '0.001', prediction: { tickSize: '0.001' } });
});

it('M14: what the venue told by itself meanwhile is newer than what REST answers', async () => {
  const answers: (() => void)[] = [];
  const { answer: usual } = world;
  world.answer = async (url) => {
    const early = await usual(url);
    await new Promise<void>((resolve) => answers.push(resolve));
    return early;
  };
  await open(config);
  venue.resolve(rain.tokens[0]);
  await pass(100);
  expect(answers).toHaveLength(2);
  for (const answer of answers) answer();
  await pass(100);
  expect(listed(rain.tokens[0])?.prediction).toMatchObject({ state: 'resolved', winner: rain.tokens[0] });
});

it('says when the venue does not tell how questions stand, and goes on', async () => {
  world.answer = () => Response.json({ error: { message: 'the venue is away' } }, { status: 502 });
  await open(config);
  const [source] = world.store.getState().sources;
  expect(source?.problems).toMatchObject([{ message: 'the venue is away' }]);
  expect(source?.state.phase).toBe('live');
});
