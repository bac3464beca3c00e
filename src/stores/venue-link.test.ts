import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { seededRandom } from '#domain/random.ts';
import { createSocketPair, FAIR, type SocketPair } from '#testing/socket-pair.ts';
import { PushServer } from '#testing/venues/push-server.ts';
import { VirtualTimers } from '#testing/virtual-timers.ts';
import { createSourcesWorld, sourceConfig, type SourcesWorld } from './sources-world.ts';

const PUSH = sourceConfig({ id: 'push', kind: 'push', url: 'ws://push.test:8000/ws' });

// Its code is loaded with the first source, which takes time that is not virtual.
beforeAll(() => import('#venues/push/session.ts'));

let timers: VirtualTimers;
let network: SocketPair;
let world: SourcesWorld;
let undo: () => void;

beforeEach(async () => {
  timers = new VirtualTimers();
  network = createSocketPair(seededRandom(3), timers);
  undo = timers.install();
  world = createSourcesWorld({ timers, WebSocket: network.WebSocket });
});
afterEach(() => {
  world.store.close();
  undo();
});

async function until(phase: string): Promise<void> {
  for (let i = 0; i < 500 && stateOf()?.phase !== phase; i++) {
    await new Promise((resolve) => setImmediate(resolve));
    await timers.advance(1_000);
  }
  expect(stateOf()?.phase).toBe(phase);
}

function stateOf() {
  world.frames.flush();
  return world.store.getState().sources.find(({ config }) => config.id === 'push')?.state;
}

it('P8, Z17: a push source tells its tries, is offline after ten, and starts again when the network is back', async () => {
  const server = new PushServer({ timers });
  network.onConnection = (socket) => server.accept(socket);
  network.weather = { ...FAIR, refuse: 1 };
  await world.client.answer('source.list', { sources: [structuredClone(PUSH)] as never });
  await until('waiting');
  expect(stateOf()).toMatchObject({ tries: 10 });
  await until('offline');
  expect(network.connections).toHaveLength(11);
  await timers.advance(3_600_000);
  expect(network.connections).toHaveLength(11);
  network.weather = FAIR;
  world.online();
  await until('live');
  world.online();
  await timers.advance(1_000);
  expect(network.connections).toHaveLength(12);
});
