/** Valid event data, for tests that care about the way and not about the figures. */
import type { Instrument } from '#domain/instrument.ts';
import type { BookSnapshot, Ticker, Trade } from '#domain/market-data.ts';
import type { GridStatus, KillSwitchEvent, OrderEvent } from '#protocol/shapes.ts';

export const order = (level: number): OrderEvent => ({
  grid_id: 'g1',
  level,
  side: 'buy',
  price: 100,
  amount: 1,
  position_after: 0,
});

export const status = (price: number): GridStatus => ({
  id: 'g1',
  current_price: price,
  position: 0,
  active_buy_orders: 1,
  active_sell_orders: 1,
  realized_pnl: 0,
  unrealized_pnl: 0,
});

export const killSwitch = (reason: string): KillSwitchEvent => ({
  reason,
  affected: { grids_stopped: 0, strategies_stopped: 0, orders_cancelled: 0 },
});

export const ticker = (last: string): Ticker => ({
  venue: 'sim',
  instrument: 'BTC-USDC',
  ts: 1,
  last,
  bid: null,
  ask: null,
  open24h: '1',
  high24h: '1',
  low24h: '1',
  volume24h: '0',
});

export const trade = (id: string): Trade => ({
  venue: 'sim',
  instrument: 'BTC-USDC',
  id,
  ts: 1,
  side: 'buy',
  price: '1',
  size: '1',
});

export const book = (seq: number): BookSnapshot => ({ ts: 1, bids: [['1', '1']], asks: [], seq });

export const BTC_USDC: Instrument = {
  venue: 'sim',
  symbol: 'BTC-USDC',
  base: 'BTC',
  quote: 'USDC',
  tickSize: '0.1',
  lotSize: '0.00001',
  minSize: '0.00001',
  minNotional: '5',
  makerFee: '0.0008',
  takerFee: '0.001',
  feeCurrency: 'quote',
};
