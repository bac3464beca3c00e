import { afterEach, expect, it } from 'vitest';
import { createWorld, type World } from '#testing/world.ts';
import { Transport, type Loss } from './transport.ts';

let world: World;
let transport: Transport;

function open(refuse = 0) {
  world = createWorld();
  world.network.weather = { ...world.network.weather, refuse };
  const losses: Loss[] = [];
  transport = new Transport({
    url: () => 'ws://127.0.0.1/ws',
    WebSocket: world.network.WebSocket,
    nextDelay: () => 700,
    attempting: () => undefined,
    opened: () => undefined,
    received: () => undefined,
    lost: (loss) => losses.push(loss),
    impossible: () => undefined,
  });
  return losses;
}

afterEach(() => {
  transport.close();
  world.end();
});

it('Z6: keeps nothing back for a connection to come: it would overtake auth', async () => {
  open();
  transport.send('early');
  await world.timers.advance(100);
  transport.send('now');
  expect(world.network.sent.map(({ text }) => text)).toEqual(['now']);
});

it('Z20: a connection that fails was not said goodbye to, whatever the library makes of it', async () => {
  const losses = open(1);
  await world.timers.advance(100);
  expect(losses).toEqual([{ code: 1006, reason: '', retryInMs: 700 }]);
});

it('Z17: tries again after exactly the delay it was given', async () => {
  open(1);
  await world.timers.advance(699);
  expect(world.network.connections).toHaveLength(1);
  await world.timers.advance(1);
  expect(world.network.connections).toHaveLength(2);
});
