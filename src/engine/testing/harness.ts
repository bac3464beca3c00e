/** An engine on one instrument, spoken to in prices: what the core's tests begin with. */
import type { Instrument } from '#domain/instrument.ts';
import { createEngine } from '../create-engine.ts';
import type { Effect, Outcome, Reply } from '../effects.ts';
import type { Engine, EngineOptions } from '../engine.ts';
import type { EngineCommand, EngineEvent, GridParams, InstrumentKey } from '../events.ts';
import { NO_RISK_LIMITS } from '../risk/limits.ts';
import type { StrategySetup } from '../strategy/machine/state.ts';

export const KEY: InstrumentKey = 'sim:BTC-USDC';
export const START = 1_700_000_000_000;

export const INSTRUMENT: Instrument = {
  venue: 'sim',
  symbol: 'BTC-USDC',
  base: 'BTC',
  quote: 'USDC',
  tickSize: '0.1',
  lotSize: '0.001',
  minSize: '0.001',
  minNotional: '1',
  makerFee: '0.001',
  takerFee: '0.002',
  feeCurrency: 'quote',
};

/** Ten cells of two around 100. */
export const PARAMS: GridParams = {
  pair: 'BTC-USDC',
  venue: 'sim',
  lower_price: '90',
  upper_price: '110',
  grid_count: 10,
  investment: '1000',
};

/** Long when a close is over the one before after one that was below, flat the other way round. */
export const STRATEGY: StrategySetup = {
  strategy: 'dual_ma',
  symbol: 'BTC-USDC',
  venue: 'sim',
  timeframe: '1m',
  capital: '1000',
  params: { fast_period: 1, slow_period: 2 },
};
const WARMUP = [1010, 1000];

export const OPTIONS: EngineOptions = { startBalance: '100000', risk: NO_RISK_LIMITS, slippage: '0' };

export class Bench {
  engine: Engine;
  readonly events: EngineEvent[] = [];
  readonly effects: Effect[] = [];
  now = START;
  /** Open time of the last candle: the whole minute before the start. */
  #candle = START - (START % 60_000) - 60_000;

  constructor(options: Partial<EngineOptions> = {}, instrument: Partial<Instrument> = {}, priceDecimals = 1) {
    this.engine = createEngine({ ...OPTIONS, ...options });
    this.send({ type: 'instrument', ts: this.now, instrument: { ...INSTRUMENT, ...instrument }, priceDecimals });
  }

  send(event: EngineEvent): Outcome {
    this.events.push(event);
    const outcome = this.engine.process(event);
    this.effects.push(...outcome.effects);
    return outcome;
  }

  /** A trade at `price` tenths, a second later. */
  print(price: number, ts = (this.now += 1000)): Outcome {
    return this.send({ type: 'print', ts, key: KEY, price });
  }

  quote(bid: number, ask: number): Outcome {
    return this.send({ type: 'quote', ts: (this.now += 1000), key: KEY, bid, ask });
  }

  bar(open: number, high: number, low: number, close: number): Outcome {
    return this.send({ type: 'bar', ts: (this.now += 60_000), key: KEY, open, high, low, close });
  }

  command(command: EngineCommand): Reply {
    const { reply } = this.send({ type: 'command', ts: (this.now += 1000), command });
    if (!reply) throw new RangeError('a command got no reply');
    return reply;
  }

  start(params: Partial<GridParams> = {}, id = 'g1'): Reply {
    return this.command({ action: 'grid.start', grid_id: id, params: { ...PARAMS, ...params } });
  }

  /** A closed minute of one price, which opened `minutes` after the last; nothing trades at it. */
  candle(close: number, minutes = 1): Outcome {
    const ts = (this.#candle += minutes * 60_000);
    this.now = Math.max(this.now, ts + 60_000);
    return this.send({ type: 'candle', ts, key: KEY, interval: '1m', open: close, high: close, low: close, close });
  }

  /** A strategy that has seen `warmup` as closes of the minutes before. */
  startStrategy(setup: Partial<StrategySetup> = {}, id = 's1', warmup: readonly number[] = WARMUP): Reply {
    const first = this.#candle - (warmup.length - 1) * 60_000;
    const bars = warmup.map((close, i) => [first + i * 60_000, close, close, close, close] as const);
    const params = { ...STRATEGY.params, ...setup.params };
    const command = { action: 'strategy.start', strategy_id: id, setup: { ...STRATEGY, ...setup, params } } as const;
    return this.command({ ...command, warmup: bars });
  }

  /** The strategies' fills so far, as `side price amount realized`. */
  strategyFills(): string[] {
    return this.effects.flatMap((effect) =>
      effect.type === 'strategy_trade' ? `${effect.side} ${effect.price} ${effect.amount} ${effect.realized_pnl}` : [],
    );
  }

  /** The fills so far, as `side level price amount`. */
  fills(): string[] {
    return this.effects.flatMap((effect) =>
      effect.type === 'trade' ? `${effect.side} ${effect.level} ${effect.price} ${effect.amount}` : [],
    );
  }

  orders(id = 'g1'): string[] {
    return this.engine.openOrders(id).map(({ side, level, price }) => `${side} ${level} ${price}`);
  }
}
