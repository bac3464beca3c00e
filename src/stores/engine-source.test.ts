import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FOREIGN } from '#testing/fake-engine.ts';
import { ticker } from '#testing/samples.ts';
import { createWorld, type World } from '#testing/world.ts';
import { createSourcesWorld, sourceConfig, type SourcesWorld } from './sources-world.ts';

const LAB = sourceConfig({ id: 'lab', kind: 'engine', url: 'ws://lab.test:8080/ws', auth: 'token' });

let world: World;
let desk: SourcesWorld;

function begin(habits: Parameters<typeof createWorld>[0] = {}): void {
  world = createWorld(habits);
  desk = createSourcesWorld({ timers: world.timers, WebSocket: world.network.WebSocket });
}
afterEach(() => {
  desk.store.close();
  world.end();
});

async function pass(ms: number): Promise<void> {
  await world.timers.advance(ms);
  desk.frames.flush();
}
const view = () => {
  desk.frames.flush();
  const [first] = desk.store.getState().sources;
  if (!first) throw new Error('no source');
  return first;
};
const list = (config = LAB) => desk.client.answer('source.list', { sources: [structuredClone(config) as never] });

describe('an engine as a source', () => {
  beforeEach(() => begin());

  it('T9: says that it needs a token, takes one, and keeps it out of state and recording', async () => {
    await list();
    await pass(100);
    expect(view().state).toMatchObject({ phase: 'needs_token' });
    desk.store.record('lab', true);
    await desk.store.authenticate('lab', { token: 'top-secret' });
    await pass(100);
    expect(view().state).toEqual({ phase: 'live', silentSince: null });
    expect(world.network.sent.some(({ text }) => text.includes('top-secret'))).toBe(true);
    await pass(2_000);
    const recorded = await (await desk.store.takeRecording('lab')).text();
    expect(recorded.split('\n').length).toBeGreaterThan(3);
    expect(recorded).toContain('"subscribe');
    expect(recorded).not.toContain('top-secret');
    expect(JSON.stringify(desk.store.getState())).not.toContain('top-secret');
  });

  it('shows its tickers under its own name, beside ours', async () => {
    await list();
    await desk.store.authenticate('lab', { token: 'x' });
    await pass(100);
    world.engine.publish('market.sim.BTC-USDC.ticker', 'update', ticker('95000'));
    await pass(10);
    expect([...desk.tickers.values()].map(({ venue, last }) => [venue, last])).toEqual([['lab.sim', '95000']]);
  });

  it('keeps its accounts apart from ours', async () => {
    await list();
    await desk.store.authenticate('lab', { token: 'x' });
    await pass(100);
    world.engine.publish('account.sim.balance', 'update', {
      venue: 'sim',
      currency: 'USDC',
      equity: 12.5,
      today_pnl: 1,
      total_pnl: 2,
      balances: [{ currency: 'USDC', total: '10', reserved: '4', free: '6' }],
      exact: { equity: '12.50' },
    });
    await pass(10);
    expect(desk.store.hub.get('lab')?.accounts()).toMatchObject([
      {
        venue: 'lab.sim',
        name: 'lab',
        paper: true,
        figures: { balance: { currency: 'USDC', total: '12.50', assets: [{ currency: 'USDC', available: '6' }] } },
      },
    ]);
  });

  it('is offline where the page’s policy forbids it, with a way back', async () => {
    world.network.onConnection = () => undefined;
    world.network.weather = { ...world.network.weather, connectMs: 5_000 };
    await list();
    desk.block();
    expect(view().state).toMatchObject({ phase: 'offline', reason: expect.stringContaining('policy') });
    world.network.weather = { ...world.network.weather, connectMs: 0 };
    world.network.onConnection = world.engine.accept;
    desk.store.reconnect('lab');
    await desk.store.authenticate('lab', { token: 'x' });
    await pass(100);
    expect(view().state.phase).toBe('live');
  });

  it('counts its tries and says when it tries next', async () => {
    world.network.weather = { ...world.network.weather, refuse: 1 };
    await list();
    await pass(100);
    expect(view().state).toMatchObject({
      phase: 'waiting',
      attempt: expect.any(Number),
      tries: 10,
      retryAt: expect.any(Number),
    });
  });
});

it('Z5: a foreign engine without capabilities is asked for nothing it does not publish, and its health is kept', async () => {
  begin({ ...FOREIGN });
  await list({ ...LAB, auth: 'none' });
  await desk.store.authenticate('lab', { token: 'x' });
  await pass(500);
  world.engine.publish('system.health', 'update', { status: 'healthy', uptime_seconds: 5 });
  world.engine.publish('strategy.momentum.status', 'update', { state: 'running' });
  await pass(100);
  expect(view().state.phase).toBe('live');
  const link = desk.store.hub.get('lab');
  expect(link?.engine?.health).toMatchObject({ status: 'healthy' });
  expect([...(link?.engine?.strategies ?? [])]).toEqual([['momentum', { state: 'running' }]]);
  expect(link?.listings()).toEqual([]);
  expect(world.network.sent.filter(({ text }) => text.includes('"command"'))).toEqual([]);
});
