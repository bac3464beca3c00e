/** A scripted OKX account: what is done to it, its private channels tell (O14, O16). */
import type { Timers } from '#domain/clock.ts';
import { addDecimals, compareDecimals, decimal, formatDecimal, subtractDecimals } from '#domain/decimal.ts';
import type { Fields } from './venue-socket.ts';

export interface OkxOrderSpec {
  readonly instId: string;
  readonly instType?: 'SPOT' | 'SWAP';
  readonly side: 'buy' | 'sell';
  /** Empty: a market order. */
  readonly px: string;
  readonly sz: string;
  readonly clOrdId?: string;
}

export interface OkxBotSpec {
  readonly algoId: string;
  readonly instId: string;
  readonly state: 'starting' | 'running' | 'stopping' | 'stopped';
  readonly minPx: string;
  readonly maxPx: string;
  readonly gridNum: string;
  /** O16: 1 arithmetic, 2 geometric. */
  readonly runType: '1' | '2';
  readonly investment: string;
  readonly gridProfit: string;
  readonly floatProfit: string;
  readonly totalPnl: string;
  readonly annualizedRate: string;
}

export interface OkxPositionSpec {
  readonly instId: string;
  /** Contracts; below zero is short in net mode. */
  readonly pos: string;
  readonly avgPx: string;
  readonly markPx: string;
  readonly upl: string;
  readonly lever: string;
}

export type PrivateChannel = 'account' | 'positions' | 'balance_and_position' | 'orders' | 'grid-orders-spot';

export class OkxAccount {
  readonly #timers: Timers;
  readonly #balances = new Map<string, { readonly total: string; readonly available: string }>();
  readonly #positions = new Map<string, Fields>();
  readonly #orders = new Map<string, Fields>();
  readonly #bots = new Map<string, Fields>();
  #ids = 0;
  /** The server listens here. */
  onPush: (channel: PrivateChannel, rows: readonly Fields[]) => void = () => undefined;

  constructor(timers: Timers) {
    this.#timers = timers;
    this.#balances.set('USDT', { total: '100000', available: '98000' });
    this.#balances.set('BTC', { total: '0.5', available: '0.5' });
  }

  /** Orders that still work. */
  get openOrders(): readonly string[] {
    return [...this.#orders]
      .filter(([, { state }]) => state === 'live' || state === 'partially_filled')
      .map(([id]) => id);
  }

  order(ordId: string): Fields | undefined {
    return this.#orders.get(ordId);
  }

  setBalance(ccy: string, total: string, available = total): void {
    this.#balances.set(ccy, { total, available });
    this.onPush('account', this.accountRows());
    this.onPush('balance_and_position', this.balanceAndPositionRows());
  }

  /** `pos` 0 closes it: told once, then gone. */
  setPosition(spec: OkxPositionSpec): void {
    const row = this.#positionRow(spec);
    if (Number(spec.pos) === 0) this.#positions.delete(spec.instId);
    else this.#positions.set(spec.instId, row);
    this.onPush('positions', Number(spec.pos) === 0 ? [row, ...this.#positions.values()] : this.positionRows());
    this.onPush('balance_and_position', this.balanceAndPositionRows());
  }

  place({ instId, instType = 'SPOT', side, px, sz, clOrdId = '' }: OkxOrderSpec): string {
    const now = String(this.#timers.now());
    const ordId = `24979569187031${String((this.#ids += 1)).padStart(5, '0')}`;
    this.#push(ordId, {
      accFillSz: '0',
      algoId: '',
      amendResult: '',
      avgPx: '',
      cTime: now,
      cancelSource: '',
      category: 'normal',
      ccy: '',
      clOrdId,
      execType: '',
      fee: '0',
      feeCcy: side === 'buy' ? (instId.split('-')[0] ?? '') : (instId.split('-')[1] ?? ''),
      fillPx: '',
      fillSz: '0',
      fillTime: '',
      fillFee: '0',
      fillFeeCcy: '',
      instId,
      instType,
      lever: '0',
      ordId,
      ordType: px === '' ? 'market' : 'limit',
      pnl: '0',
      posSide: 'net',
      px,
      rebate: '0',
      reduceOnly: 'false',
      side,
      state: 'live',
      sz,
      tdMode: 'cash',
      tgtCcy: '',
      tradeId: '',
      uTime: now,
    });
    return ordId;
  }

  /** Part of an order, or its rest, is filled; `fee` below zero is paid. */
  fill(ordId: string, fillSz: string, fillPx: string, fee = '0'): void {
    const order = this.#known(ordId);
    const accFillSz = formatDecimal(addDecimals(decimal(String(order['accFillSz'])), decimal(fillSz)));
    const isWhole = compareDecimals(decimal(accFillSz), decimal(String(order['sz']))) >= 0;
    this.#push(ordId, {
      ...order,
      accFillSz,
      avgPx: fillPx,
      execType: 'M',
      fee: formatDecimal(addDecimals(decimal(String(order['fee'])), decimal(fee))),
      fillFee: fee,
      fillFeeCcy: order['feeCcy'],
      fillPx,
      fillSz,
      fillTime: String(this.#timers.now()),
      state: isWhole ? 'filled' : 'partially_filled',
      tradeId: String(700_000_000 + (this.#ids += 1)),
      uTime: String(this.#timers.now()),
    });
  }

  cancel(ordId: string, state: 'canceled' | 'mmp_canceled' = 'canceled'): void {
    const order = this.#known(ordId);
    this.#push(ordId, { ...order, state, fillSz: '0', fillPx: '', tradeId: '', uTime: String(this.#timers.now()) });
  }

  setBot(spec: OkxBotSpec): void {
    const now = String(this.#timers.now());
    const cTime = this.#bots.get(spec.algoId)?.['cTime'] ?? now;
    const row = { ...spec, algoClOrdId: '', algoOrdType: 'grid', cTime, instType: 'SPOT', pTime: now, uTime: now };
    this.#bots.set(spec.algoId, row);
    this.onPush('grid-orders-spot', [row]);
  }

  /** What a new subscriber is told at once; `orders` tells nothing (O14). */
  snapshot(channel: PrivateChannel): readonly Fields[] {
    switch (channel) {
      case 'account':
        return this.accountRows();
      case 'positions':
        return this.positionRows();
      case 'balance_and_position':
        return this.balanceAndPositionRows();
      case 'grid-orders-spot':
        return [...this.#bots.values()];
      case 'orders':
        return [];
    }
  }

  accountRows(): readonly Fields[] {
    const uTime = String(this.#timers.now());
    const details = [...this.#balances].map(([ccy, { total, available }]) => ({
      availBal: available,
      availEq: available,
      cashBal: total,
      ccy,
      eq: total,
      eqUsd: ccy === 'USDT' ? total : '',
      frozenBal: formatDecimal(subtractDecimals(decimal(total), decimal(available))),
      ordFrozen: '0',
      uTime,
      upl: '0',
    }));
    return [
      { adjEq: '', details, imr: '', isoEq: '0', mgnRatio: '', mmr: '', ordFroz: '', totalEq: this.#totalEq(), uTime },
    ];
  }

  positionRows(): readonly Fields[] {
    return [...this.#positions.values()];
  }

  balanceAndPositionRows(): readonly Fields[] {
    const uTime = String(this.#timers.now());
    const balData = [...this.#balances].map(([ccy, { total }]) => ({ ccy, cashBal: total, uTime }));
    const posData = this.positionRows().map(({ instId, instType, pos, avgPx, posSide, mgnMode, posId }) => ({
      posId,
      tradeId: '1',
      instId,
      instType,
      mgnMode,
      posSide,
      pos,
      ccy: 'USDT',
      avgPx,
      uTime,
    }));
    return [{ pTime: uTime, eventType: 'snapshot', balData, posData, trades: [] }];
  }

  #totalEq(): string {
    return this.#balances.get('USDT')?.total ?? '0';
  }

  #positionRow({ instId, pos, avgPx, markPx, upl, lever }: OkxPositionSpec): Fields {
    const uTime = String(this.#timers.now());
    return {
      instId,
      instType: 'SWAP',
      mgnMode: 'cross',
      posId: `9${instId.length}1`,
      posSide: 'net',
      pos,
      avgPx,
      markPx,
      upl,
      uplRatio: '',
      lever,
      liqPx: '',
      ccy: 'USDT',
      cTime: uTime,
      uTime,
      pTime: uTime,
    };
  }

  #known(ordId: string): Fields {
    const order = this.#orders.get(ordId);
    if (!order) throw new Error(`no order ${ordId}`);
    return order;
  }

  #push(ordId: string, row: Fields): void {
    this.#orders.set(ordId, row);
    if (this.#orders.size > 500) this.#orders.delete([...this.#orders.keys()][0] ?? '');
    this.onPush('orders', [row]);
  }
}
