import { describe, expect, it } from 'vitest';
import { book, killSwitch, order, status, ticker, trade } from '#testing/samples.ts';
import {
  channelKind,
  channelRole,
  familyOf,
  hasCurrentValue,
  isEventData,
  isEventName,
  type Family,
} from './channels.ts';

const CHANNELS: readonly [string, Family][] = [
  ['grid.abc.status', 'grid.status'],
  ['grid.abc.order', 'grid.order'],
  ['grid.abc.trade', 'grid.trade'],
  ['grid.abc.pnl', 'grid.pnl'],
  ['grid.abc.risk', 'grid.risk'],
  ['grid.abc.lifecycle', 'grid.lifecycle'],
  ['backtest.b1.progress', 'backtest.progress'],
  ['backtest.b1.lifecycle', 'backtest.lifecycle'],
  ['sweep.w1.progress', 'sweep.progress'],
  ['sweep.w1.cells', 'sweep.cells'],
  ['sweep.w1.lifecycle', 'sweep.lifecycle'],
  ['data.d1.progress', 'data.progress'],
  ['data.d1.lifecycle', 'data.lifecycle'],
  ['strategy.s1.status', 'strategy.status'],
  ['strategy.s1.signal', 'strategy.signal'],
  ['strategy.s1.trade', 'strategy.trade'],
  ['strategy.s1.lifecycle', 'strategy.lifecycle'],
  ['system.health', 'system.health'],
  ['system.log', 'system.log'],
  ['system.kill_switch', 'system.kill_switch'],
  ['system.exchange', 'system.exchange'],
  ['market.sim.BTC-USDC.ticker', 'market.ticker'],
  ['market.sim.BTC-USDC.book', 'market.book'],
  ['market.sim.BTC-USDC.trade', 'market.trade'],
  ['market.sim.BTC-USDC.candle_1m', 'market.candle'],
  ['account.sim.balance', 'account.balance'],
  ['account.sim.positions', 'account.positions'],
  ['account.sim.pnl', 'account.pnl'],
  ['account.sim.orders', 'account.orders'],
];

describe('families', () => {
  it.each(CHANNELS)('%s is of %s', (channel, family) => expect(familyOf(channel)).toBe(family));

  it.each([
    '',
    'grid',
    'grid.status',
    'grid.a.b.status',
    'grid.abc.nothing',
    'market.sim.ticker',
    'system.a.health',
    'constructor.a.b',
    '__proto__.a.x',
  ])('%j is of none', (channel) => expect(familyOf(channel)).toBeUndefined());

  it('Z12: order, trade, lifecycle, risk, signal, log, kill_switch and computed cells are durable, and nothing else', () => {
    const durable = CHANNELS.map(([, family]) => family).filter((family) => channelKind(family) === 'durable');
    expect(durable).toEqual([
      'grid.order',
      'grid.trade',
      'grid.risk',
      'grid.lifecycle',
      'backtest.lifecycle',
      'sweep.cells',
      'sweep.lifecycle',
      'data.lifecycle',
      'strategy.signal',
      'strategy.trade',
      'strategy.lifecycle',
      'system.log',
      'system.kill_switch',
    ]);
  });

  it('Z11: a subscriber at once gets the value of these', () => {
    const current = CHANNELS.map(([, family]) => family).filter(hasCurrentValue);
    expect(current).toEqual(
      expect.arrayContaining([
        'grid.status',
        'grid.pnl',
        'backtest.progress',
        'system.health',
        'system.kill_switch',
        'system.exchange',
        'market.ticker',
        'market.book',
        'account.balance',
        'account.positions',
        'account.orders',
      ] satisfies Family[]),
    );
    expect(current).not.toContain('grid.order');
    expect(current).not.toContain('market.trade');
  });

  it('Z7: logs need a trader, all else a viewer', () => {
    for (const [, family] of CHANNELS) expect(channelRole(family)).toBe(family === 'system.log' ? 'trader' : 'viewer');
  });
});

describe('events', () => {
  it.each<[Family, string, boolean]>([
    ['grid.order', 'filled', true],
    ['grid.order', 'exploded', false],
    ['grid.lifecycle', 'paused', true],
    ['backtest.lifecycle', 'paused', false],
    ['system.kill_switch', 'activated', true],
    ['market.book', 'snapshot', true],
    ['market.ticker', 'snapshot', false],
    ['grid.status', 'toString', false],
  ])('%s knows %s: %s', (family, event, known) => expect(isEventName(family, event)).toBe(known));

  it.each<[Family, string, object]>([
    ['grid.status', 'update', status(1)],
    ['grid.order', 'placed', order(1)],
    ['system.kill_switch', 'activated', killSwitch('x')],
    ['market.ticker', 'update', ticker('1')],
    ['market.trade', 'update', trade('1')],
    ['market.book', 'snapshot', book(1)],
    ['market.book', 'update', { ts: 1, changes: [['bid', '1', '0']], seq: 2, prev: 1 }],
    ['market.candle', 'update', { ts: 1, open: '1', high: '1', low: '1', close: '1', volume: '1', closed: true }],
  ])('%s %s: the right shape passes, and not with any field missing', (family, event, data) => {
    expect(isEventData(family, event, data)).toBe(true);
    expect(isEventData(family, event, { ...data, later: 1 })).toBe(true);
    expect(isEventData(family, event, null)).toBe(false);
    expect(isEventData(family, event, [])).toBe(false);
    for (const field of Object.keys(data)) {
      // A trade's channel says where it was; its guard does not ask again.
      if (family === 'market.trade' && (field === 'venue' || field === 'instrument')) continue;
      if (isEventData(family, event, { ...data, [field]: undefined })) throw new Error(`${field} may be missing`);
    }
  });

  it('book levels and changes are checked to the last one', () => {
    expect(
      isEventData('market.book', 'snapshot', {
        ...book(1),
        bids: [
          ['1', '1'],
          ['1', 1],
        ],
      }),
    ).toBe(false);
    expect(isEventData('market.book', 'snapshot', { ...book(1), asks: ['1'] })).toBe(false);
    const update = { ts: 1, seq: 2, prev: 1 };
    expect(isEventData('market.book', 'update', { ...update, changes: [['buy', '1', '1']] })).toBe(false);
    expect(isEventData('market.book', 'update', { ...update, changes: [['ask', '1', null]] })).toBe(false);
  });
});
