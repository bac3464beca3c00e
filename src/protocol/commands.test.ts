import { describe, expect, it } from 'vitest';
import { commands, isAction, type Action } from './commands.ts';
import { PUBLISHED_ACTIONS } from './published-actions.ts';

const issues = (action: Action, params: unknown) =>
  commands[action].params.safeParse(params).error?.issues.map(({ path }) => path.join('.')) ?? [];

const grid = { pair: 'BTC-USDC', upper_price: 70_000, lower_price: 60_000, grid_count: 20 };

describe('grid.start', () => {
  it.each([
    grid,
    { ...grid, investment: 1_000, spacing: 'geometric', stop_loss: 50_000, name: 'my grid', mode: 'paper' },
    { ...grid, order_size: 0.001, take_profit_pct: 0 },
    { ...grid, grid_count: 2 },
    { ...grid, grid_count: 1_000, later: true },
  ])('%j is taken', (params) => expect(issues('grid.start', params)).toEqual([]));

  it.each([
    [{ ...grid, upper_price: 60_000 }, 'upper_price'],
    [{ ...grid, upper_price: 0 }, 'upper_price'],
    [{ ...grid, lower_price: -1 }, 'lower_price'],
    [{ ...grid, upper_price: Infinity }, 'upper_price'],
    [{ ...grid, lower_price: NaN }, 'lower_price'],
    [{ ...grid, upper_price: '70000' }, 'upper_price'],
    [{ ...grid, grid_count: 1 }, 'grid_count'],
    [{ ...grid, grid_count: 1_001 }, 'grid_count'],
    [{ ...grid, grid_count: 2.5 }, 'grid_count'],
    [{ ...grid, pair: '' }, 'pair'],
    [{ ...grid, investment: 0 }, 'investment'],
    [{ ...grid, spacing: 'random' }, 'spacing'],
    [{ ...grid, investment: 1, order_size: 1 }, 'order_size'],
    [{ ...grid, mode: 'mainnet' }, 'mode'],
    [{ ...grid, name: 'x'.repeat(81) }, 'name'],
  ])('Z15: %j is refused, and %s is named', (params, field) => expect(issues('grid.start', params)).toContain(field));

  it('Z15: every bad field is listed, not only the first', () => {
    expect(issues('grid.start', { pair: '', upper_price: 0, lower_price: 0, grid_count: 1, mode: 'mainnet' })).toEqual(
      expect.arrayContaining(['pair', 'upper_price', 'lower_price', 'grid_count', 'mode']),
    );
    expect(issues('grid.start', undefined)).not.toEqual([]);
  });
});

describe('the others', () => {
  it('a stop that closes the position cancels the orders', () => {
    expect(issues('grid.stop', { id: 'g', close_position: true })).toEqual([]);
    expect(issues('grid.stop', { id: 'g', close_position: true, cancel_orders: false })).toEqual(['close_position']);
  });

  it('a patch may take optional fields away, and not the required ones', () => {
    expect(issues('grid.update_params', { id: 'g', params: { stop_loss: null, upper_price: 1 } })).toEqual([]);
    expect(issues('grid.update_params', { id: 'g', params: { upper_price: null } })).toEqual(['params.upper_price']);
  });

  it('the kill switch wants a reason', () => {
    expect(issues('system.kill_switch', { action: 'activate', reason: '' })).toEqual(['reason']);
    expect(issues('system.kill_switch', { action: 'off', reason: 'x' })).toEqual(['action']);
  });

  it.each<[Action, object]>([
    ['grid.list', { limit: 0 }],
    ['grid.list', { limit: 1_001 }],
    ['market.candles', { venue: 'sim', instrument: 'BTC-USDC', interval: '7m' }],
    ['user.add', { name: 'a b', password: 'long enough', role: 'viewer' }],
    ['user.add', { name: 'ada', password: 'short', role: 'viewer' }],
    ['user.add', { name: 'ada', password: 'long enough', role: 'root' }],
  ])('%s %j is refused', (action, params) => expect(issues(action, params)).toHaveLength(1));

  it('Z7: who may', () => {
    const by = (role: string) =>
      Object.entries(commands)
        .filter(([, spec]) => spec.role === role)
        .map(([action]) => action);
    expect(by('viewer')).toEqual(
      expect.arrayContaining(['grid.preview', 'grid.list', 'market.candles', 'auth.refresh', 'user.password']),
    );
    expect(by('trader')).toEqual(
      expect.arrayContaining([
        'grid.start',
        'grid.stop',
        'grid.update_params',
        'grid.pause',
        'grid.resume',
        'system.kill_switch',
        'system.logs',
      ]),
    );
    expect(by('admin').sort()).toEqual([
      'audit.list',
      'session.list',
      'session.revoke',
      'user.add',
      'user.list',
      'user.remove',
    ]);
  });

  it('an action is one of the table’s own', () => {
    expect(isAction('grid.start')).toBe(true);
    for (const name of ['grid.explode', 'constructor', '__proto__', '']) expect(isAction(name)).toBe(false);
  });

  it('Z5: the published actions are the published design’s', () => {
    expect(PUBLISHED_ACTIONS).toContain('grid.start');
    expect(PUBLISHED_ACTIONS).not.toContain('grid.preview');
  });
});
