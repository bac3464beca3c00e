/** An engine on one instrument, spoken to in prices: what the core's tests begin with. */
import type { Instrument } from '#domain/instrument.ts';
import { createEngine } from '../create-engine.ts';
import type { Effect, Outcome, Reply } from '../effects.ts';
import type { Engine, EngineOptions } from '../engine.ts';
import type { EngineCommand, EngineEvent, GridParams, InstrumentKey } from '../events.ts';
import { NO_RISK_LIMITS } from '../risk/limits.ts';

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

export const OPTIONS: EngineOptions = { startBalance: '100000', risk: NO_RISK_LIMITS, slippage: '0' };

export class Bench {
  engine: Engine;
  readonly events: EngineEvent[] = [];
  readonly effects: Effect[] = [];
  now = START;

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
