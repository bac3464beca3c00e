import { describe, expect, it } from 'vitest';
import type { AccountEvent } from '#domain/account.ts';
import { createOkxDecoder } from './decoder.ts';

function setUp() {
  const decoder = createOkxDecoder({ venue: 'okx', instruments: [] });
  const on = (channel: string, data: readonly object[], more: object = {}): AccountEvent[] =>
    decoder.decode(JSON.stringify({ arg: { channel, uid: '1' }, data, ...more })).map((event) => {
      if (event.type !== 'account') throw new Error(JSON.stringify(event));
      return event.event;
    });
  return { decoder, on };
}

const detail = (ccy: string, eq: string) => ({ ccy, eq, availBal: eq, cashBal: eq });
const account = (totalEq: string, ...details: object[]) => ({ totalEq, availEq: '', imr: '3', details });

function assets(events: readonly AccountEvent[]): Record<string, string> {
  const [event] = events;
  if (event?.type !== 'balance') throw new Error('no balance');
  return Object.fromEntries(event.balance.assets.map(({ currency, total }) => [currency, total]));
}

describe('O14: account', () => {
  it('empty is not told, a snapshot is the whole, an update a part, zero is gone', () => {
    const { on } = setUp();
    const [first] = on('account', [account('10', detail('BTC', '1'), detail('ETH', '2'))], {
      eventType: 'snapshot',
      curPage: 1,
      lastPage: true,
    });
    expect(first).toMatchObject({ balance: { currency: 'USD', total: '10', available: null, used: '3' } });
    const changed = on('account', [account('11', detail('ETH', '3'), detail('XRP', '4'))], {
      eventType: 'event_update',
    });
    expect(assets(changed)).toEqual({ BTC: '1', ETH: '3', XRP: '4' });
    const zero = on('account', [account('9', detail('BTC', '0'))], { eventType: 'event_update' });
    expect(assets(zero)).toEqual({ ETH: '3', XRP: '4' });
    const pages = { eventType: 'snapshot', lastPage: false };
    on('account', [account('5', detail('A', '1'))], { ...pages, curPage: 1 });
    expect(assets(on('account', [account('5', detail('B', '1'))], { ...pages, curPage: 2 }))).toEqual({
      A: '1',
      B: '1',
    });
    expect(assets(on('account', [account('5')]))).toEqual({});
  });

  it('takes quicker balances and positions from balance_and_position', () => {
    const { on } = setUp();
    const balData = [{ ccy: 'BTC', cashBal: '2' }];
    expect(on('balance_and_position', [{ balData, posData: [] }])).toEqual([]);
    on('account', [account('10', detail('BTC', '1'), detail('ETH', '2'))]);
    const posData = [{ posId: '7', instId: 'BTC-USDT-SWAP', posSide: 'net', pos: '-3', avgPx: '100' }];
    const events = on('balance_and_position', [{ balData, posData }]);
    expect(assets(events)).toEqual({ BTC: '2', ETH: '2' });
    expect(events[1]).toMatchObject({ positions: [{ symbol: 'BTC-USDT-SWAP', side: 'sell', size: '3' }] });
  });
});

describe('O14: positions', () => {
  const position = (posId: string, pos: string, more: object = {}) => ({
    posId,
    instId: 'BTC-USDT-SWAP',
    posSide: 'net',
    pos,
    avgPx: '100',
    markPx: '',
    upl: '-1.5',
    lever: '5',
    ...more,
  });

  it('are told as a whole list; the sign or posSide says the side, zero closes', () => {
    const { on } = setUp();
    const both = on('positions', [position('1', '2'), position('2', '4', { posSide: 'short' })]);
    const long = {
      symbol: 'BTC-USDT-SWAP',
      side: 'buy',
      size: '2',
      entryPrice: '100',
      markPrice: null,
      unrealizedPnl: '-1.5',
      leverage: '5',
    };
    expect(both).toEqual([{ type: 'positions', positions: [long, { ...long, side: 'sell', size: '4' }] }]);
    const partial = on('positions', [position('1', '-1', { avgPx: '', markPx: '98' })], { eventType: 'event_update' });
    expect(partial).toMatchObject([
      { positions: [{ side: 'sell', size: '1', entryPrice: '100', markPrice: '98' }, { size: '4' }] },
    ]);
    expect(on('positions', [position('2', '0', { posSide: 'short' })])).toMatchObject([{ positions: [{ size: '1' }] }]);
    expect(on('positions', [], { eventType: 'snapshot', curPage: 1 })).toEqual([{ type: 'positions', positions: [] }]);
  });

  it('begin anew after a cut', () => {
    const { decoder, on } = setUp();
    on('positions', [position('1', '2')]);
    decoder.forgetAccount('positions');
    expect(on('positions', [position('3', '9')])).toMatchObject([{ positions: [{ size: '9' }] }]);
  });
});

describe('O14: orders', () => {
  const order = (more: object) => ({
    ordId: '1',
    instId: 'BTC-USDT',
    side: 'buy',
    px: '100',
    sz: '3',
    accFillSz: '0',
    state: 'live',
    uTime: '5',
    tradeId: '',
    fillPx: '',
    fillSz: '0',
    fillTime: '',
    ...more,
  });
  const FILL = { tradeId: '9', fillPx: '101', fillSz: '1', fillTime: '6', fee: '-0.3', feeCcy: 'BTC', accFillSz: '1' };

  it.each([
    ['live', true],
    ['partially_filled', true],
    ['filled', false],
    ['canceled', false],
    ['mmp_canceled', false],
  ])('%s: open is %s', (state, open) => {
    expect(setUp().on('orders', [order({ state })])).toEqual([
      {
        type: 'order',
        order: {
          id: '1',
          symbol: 'BTC-USDT',
          side: 'buy',
          price: '100',
          size: '3',
          filled: '0',
          status: state,
          open,
          ts: 5,
        },
      },
    ]);
  });

  it('a fee that is charged is positive with us, a rebate negative; of the sum over several fills nothing is made up', () => {
    const fills = (more: object) =>
      setUp()
        .on('orders', [order({ ...FILL, ...more })])
        .flatMap((event) => (event.type === 'fill' ? [event.fill] : []));
    expect(fills({})).toEqual([
      {
        id: '1:9',
        orderId: '1',
        symbol: 'BTC-USDT',
        side: 'buy',
        price: '101',
        size: '1',
        fee: '0.3',
        feeCurrency: 'BTC',
        status: null,
        ts: 6,
      },
    ]);
    expect(fills({ fee: '0.1' })).toMatchObject([{ fee: '-0.1' }]);
    expect(fills({ fee: '-0' })).toMatchObject([{ fee: '0' }]);
    expect(fills({ accFillSz: '2' })).toMatchObject([{ fee: null }]);
    expect(fills({ accFillSz: '2', fillFee: '-0.2', fillFeeCcy: 'OKB' })).toMatchObject([
      { fee: '0.2', feeCurrency: 'OKB' },
    ]);
  });

  it('what is no order is left out', () => {
    expect(setUp().on('orders', [order({ ordId: '' }), order({ side: 'up' }), order({ sz: 'x' })])).toEqual([]);
  });
});

describe('O16: grid-orders-spot', () => {
  const bot = (algoId: string, more: object = {}) => ({
    algoId,
    instId: 'BTC-USDT',
    state: 'running',
    minPx: '90',
    maxPx: '110',
    gridNum: '20',
    runType: '1',
    investment: '1000',
    gridProfit: '5',
    floatProfit: '-2',
    totalPnl: '3',
    annualizedRate: '0.12',
    ...more,
  });

  it('the venue’s own bots, as a whole list; a stopped one is gone', () => {
    const { on } = setUp();
    const first = {
      id: '1',
      symbol: 'BTC-USDT',
      state: 'running',
      lowerPrice: '90',
      upperPrice: '110',
      gridCount: 20,
      spacing: 'arithmetic',
      investment: '1000',
      gridProfit: '5',
      floatProfit: '-2',
      totalPnl: '3',
      annualised: '0.12',
    };
    expect(on('grid-orders-spot', [bot('1')])).toEqual([{ type: 'bots', bots: [first] }]);
    const second = { ...first, id: '2', spacing: 'geometric', annualised: null };
    const geometric = bot('2', { runType: '2', annualizedRate: '' });
    expect(on('grid-orders-spot', [geometric])).toEqual([{ type: 'bots', bots: [first, second] }]);
    expect(on('grid-orders-spot', [bot('1', { state: 'stopped' })])).toEqual([{ type: 'bots', bots: [second] }]);
  });
});
