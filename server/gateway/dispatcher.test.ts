import { afterEach, describe, expect, test } from 'vitest';
import type { Role } from '#protocol/roles.ts';
import type { Handlers } from './handlers.ts';
import { GatewayFixture, MemoryResponses, type FixtureOptions } from './testing/gateway-fixture.ts';
import type { WsPeer } from './testing/ws-peer.ts';

let fixture: GatewayFixture;
const start = async (options?: FixtureOptions) => (fixture = await GatewayFixture.start(options));
afterEach(() => fixture.stop());

const grid = { pair: 'BTC-USDC', upper_price: 110, lower_price: 90, grid_count: 10, investment: 1000 };
let nextId = 0;
function ask(peer: WsPeer, action: string, params: unknown, id = `c${(nextId += 1)}`) {
  peer.send({ type: 'command', id, action, params });
  return peer.answer(id);
}

/** Counts the grids it starts. */
function counting() {
  const started: unknown[] = [];
  let release: (() => void) | undefined;
  const handlers: Handlers = {
    'grid.start': async (params) => {
      started.push(params);
      if (release) await new Promise<void>((resolve) => (release = resolve));
      return { grid_id: `grid_${started.length}`, status: 'starting' };
    },
    'grid.list': async () => ({ grids: [] }),
    'grid.pause': async ({ id }) => ({ grid_id: id, status: 'paused' }),
    'system.kill_switch': async ({ action }) => ({
      kill_switch: action === 'activate',
      affected: { grids_stopped: 0, strategies_stopped: 0, orders_cancelled: 0 },
    }),
    'user.list': async () => ({ users: [] }),
    'user.add': async ({ name, role }) => ({ name, role, created_at: 0 }),
  };
  return { started, handlers, hold: () => (release = () => {}), release: () => release?.() };
}

describe('Z7: roles', () => {
  test.each<[Role, string, unknown, boolean]>([
    ['viewer', 'grid.list', {}, true],
    ['viewer', 'grid.start', grid, false],
    ['trader', 'grid.start', grid, true],
    ['trader', 'system.kill_switch', { action: 'activate', reason: 'x' }, true],
    ['trader', 'system.kill_switch', { action: 'deactivate', reason: 'x' }, false],
    ['admin', 'system.kill_switch', { action: 'deactivate', reason: 'x' }, true],
    ['trader', 'user.list', {}, false],
    ['admin', 'user.list', {}, true],
  ])('Z7: %s and %s %j: %s', async (role, action, params, allowed) => {
    await start(counting());
    const answer = await ask(await fixture.signedIn(role), action, params);
    expect(answer.success).toBe(allowed);
    if (!allowed) expect(answer.error?.code).toBe('FORBIDDEN');
  });
});

describe('Z13: ids', () => {
  test.each([[undefined], [''], ['x'.repeat(65)], [7]])('Z13: the id %j is INVALID_COMMAND', async (id) => {
    const { handlers, started } = counting();
    await start({ handlers });
    const peer = await fixture.signedIn();
    peer.send({ type: 'command', id, action: 'grid.start', params: grid });
    expect(await peer.next('error')).toMatchObject({ error: { code: 'INVALID_COMMAND' } });
    expect(started).toEqual([]);
  });

  test('Z13: the same id with the same request returns the first response and does nothing twice', async () => {
    const { handlers, started } = counting();
    await start({ handlers });
    const peer = await fixture.signedIn();
    const first = await ask(peer, 'grid.start', grid, 'same');
    peer.terminate();
    const back = await fixture.signedIn();
    const reordered = Object.fromEntries(Object.entries(grid).toReversed());
    const second = await ask(back, 'grid.start', reordered, 'same');
    expect(second.data).toEqual(first.data);
    expect(started).toHaveLength(1);
    expect(fixture.audit).toHaveLength(1);
  });

  test('Z13: two at once share one execution', async () => {
    const { handlers, started, hold, release } = counting();
    await start({ handlers });
    hold();
    const [one, two] = [await fixture.signedIn(), await fixture.signedIn()];
    const answers = [ask(one, 'grid.start', grid, 'same'), ask(two, 'grid.start', grid, 'same')];
    await Promise.all([one.ws, two.ws].map((ws) => new Promise((resolve) => ws.ping('', true, resolve))));
    await new Promise((resolve) => setTimeout(resolve, 5));
    release();
    const [a, b] = await Promise.all(answers);
    expect(a?.data).toEqual({ grid_id: 'grid_1', status: 'starting' });
    expect(b?.data).toEqual(a?.data);
    expect(started).toHaveLength(1);
  });

  test('Z13: the first response survives a restart of the server', async () => {
    const responses = new MemoryResponses();
    const before = counting();
    await start({ handlers: before.handlers, responses });
    const first = await ask(await fixture.signedIn(), 'grid.start', grid, 'same');
    await fixture.stop();
    const after = counting();
    await start({ handlers: after.handlers, responses });
    expect((await ask(await fixture.signedIn(), 'grid.start', grid, 'same')).data).toEqual(first.data);
    expect(after.started).toEqual([]);
  });

  test('Z13: that the id was another request’s survives a restart, too', async () => {
    const responses = new MemoryResponses();
    await start({ ...counting(), responses });
    await ask(await fixture.signedIn(), 'grid.start', grid, 'same');
    await fixture.stop();
    const after = counting();
    await start({ handlers: after.handlers, responses });
    const other = await ask(await fixture.signedIn(), 'grid.start', { ...grid, grid_count: 11 }, 'same');
    expect(other).toMatchObject({ error: { code: 'INVALID_COMMAND' } });
    expect(after.started).toEqual([]);
  });

  test('Z13: a fault is no response: the same request is tried again', async () => {
    let tries = 0;
    const handlers: Handlers = {
      'grid.pause': async ({ id }) => {
        tries += 1;
        if (tries === 1) throw new TypeError('a defect');
        return { grid_id: id, status: 'paused' };
      },
    };
    await start({ handlers });
    const peer = await fixture.signedIn();
    expect((await ask(peer, 'grid.pause', { id: 'g' }, 'same')).error?.code).toBe('INTERNAL_ERROR');
    expect(await ask(peer, 'grid.pause', { id: 'g' }, 'same')).toMatchObject({ success: true });
  });

  test('Z13: ids are remembered for 5 minutes', async () => {
    await start(counting());
    const peer = await fixture.signedIn();
    expect((await ask(peer, 'grid.list', {}, 'same')).success).toBe(true);
    fixture.timers.advance(10_000);
    expect((await ask(peer, 'grid.list', { limit: 1 }, 'same')).error?.code).toBe('INVALID_COMMAND');
    peer.terminate();
    fixture.timers.advance(300_000);
    expect((await ask(await fixture.signedIn(), 'grid.list', { limit: 1 }, 'same')).success).toBe(true);
  });

  test.each([
    ['grid.start', { ...grid, grid_count: 11 }],
    ['grid.list', {}],
  ])('Z13: the same id for another request (%s) is INVALID_COMMAND: id reused', async (action, params) => {
    await start(counting());
    const peer = await fixture.signedIn();
    await ask(peer, 'grid.start', grid, 'same');
    const answer = await ask(peer, action, params, 'same');
    expect(answer.error).toMatchObject({ code: 'INVALID_COMMAND', message: expect.stringContaining('id reused') });
  });

  test('Z15: where the responses cannot be read, the answer says so and nothing is done', async () => {
    const { handlers, started } = counting();
    const responses = Object.assign(new MemoryResponses(), {
      find: () => {
        throw new Error('disk I/O error');
      },
    });
    await start({ handlers, responses });
    const answer = await ask(await fixture.signedIn(), 'grid.start', grid);
    expect(answer.error?.code).toBe('INTERNAL_ERROR');
    expect(fixture.faults).toHaveLength(1);
    expect(started).toEqual([]);
  });

  test('Z13: ids belong to a user, another’s are another’s', async () => {
    const { handlers, started } = counting();
    await start({ handlers });
    await ask(await fixture.signedIn('trader', 'ann'), 'grid.start', grid, 'same');
    await ask(await fixture.signedIn('trader', 'bob'), 'grid.start', grid, 'same');
    const more = { ...grid, grid_count: 11 };
    expect((await ask(await fixture.signedIn('trader', 'cid'), 'grid.start', more, 'same')).success).toBe(true);
    expect(started).toHaveLength(3);
  });
});

describe('Z15: refusals', () => {
  test('Z15: an action nobody serves is UNKNOWN_ACTION', async () => {
    await start(counting());
    const peer = await fixture.signedIn();
    for (const action of ['backtest.run', 'grid.stop', 'toString', '']) {
      expect(await ask(peer, action, {})).toMatchObject({ success: false, error: { code: 'UNKNOWN_ACTION' } });
    }
  });

  test('Z15: VALIDATION_ERROR lists every bad field in plain English', async () => {
    const { handlers, started } = counting();
    await start({ handlers });
    const bad = { ...grid, grid_count: 1, upper_price: 'high', investment: -1, mode: 'mainnet' };
    const { error } = await ask(await fixture.signedIn(), 'grid.start', bad);
    expect(error?.code).toBe('VALIDATION_ERROR');
    expect(error?.details).toEqual(
      expect.arrayContaining([
        { path: 'upper_price', message: 'expected number, received string' },
        { path: 'grid_count', message: 'Too small: expected number to be >=2' },
        { path: 'investment', message: 'Too small: expected number to be >0' },
        { path: 'mode', message: 'this engine trades on paper only' },
      ]),
    );
    expect(started).toEqual([]);
  });

  test('Z15: absurdly nested parameters are refused, not a crash', async () => {
    await start(counting());
    const peer = await fixture.signedIn();
    const depth = 9_000;
    peer.send(
      `{"type":"command","id":"deep","action":"grid.start","params":${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}}`,
    );
    expect(await peer.answer('deep')).toMatchObject({ success: false, error: { code: 'VALIDATION_ERROR' } });
  });
});

describe('the audit', () => {
  test('keeps who changed what and the outcome, never a password', async () => {
    await start(counting());
    const peer = await fixture.signedIn('admin');
    await ask(peer, 'user.add', { name: 'eve', password: 'correct horse battery', role: 'viewer' });
    await ask(peer, 'grid.list', {});
    expect(fixture.audit).toMatchObject([{ user: 'ann', action: 'user.add', outcome: 'ok' }]);
    expect(JSON.stringify(fixture.audit)).toContain('eve');
    expect(JSON.stringify(fixture.audit)).not.toContain('correct horse');
  });
});
