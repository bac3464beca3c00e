import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decimal, formatDecimal, type Decimal } from '#domain/decimal.ts';
import type { Instrument } from '#domain/instrument.ts';
import { INTERVAL_MS } from '#domain/market-data.ts';
import { createEngine, restoreEngine } from './create-engine.ts';
import type { Effect, Outcome } from './effects.ts';
import type { EngineOptions } from './engine.ts';
import type { EngineCommand, EngineEvent, GridParams, GridParamsPatch } from './events.ts';
import { defaultRiskLimits, NO_RISK_LIMITS } from './risk/limits.ts';
import { INSTRUMENT, KEY, OPTIONS, PARAMS, START } from './testing/harness.ts';
import { add, assertInvariants, multiply, subtract } from './testing/invariants.ts';

const MINUTE = INTERVAL_MS['1m'];
const IDS = ['g1', 'g2', 'g3', 'g4'] as const;
/** Hundredths: one decimal more than the tick, so that off-tick prices occur. */
const price = fc.integer({ min: 7000, max: 13_000 });
const tenths = (min: number, max: number) => fc.integer({ min, max }).map((value) => String(value / 10));
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 });

const gridParams: fc.Arbitrary<GridParams> = fc
  .record(
    {
      lower_price: tenths(800, 990),
      upper_price: tenths(1010, 1200),
      grid_count: fc.integer({ min: 2, max: 12 }),
      spacing: fc.constantFrom('arithmetic' as const, 'geometric' as const),
      size: fc.oneof(
        fc.integer({ min: 50, max: 3000 }).map((value) => ({ investment: String(value) })),
        fc.integer({ min: 1, max: 40 }).map((lots) => ({ order_size: String(lots / 100) })),
      ),
      take_profit_pct: maybe(fc.constantFrom('0.37', '1', '5')),
      stop_loss: maybe(tenths(720, 790)),
      take_profit: maybe(tenths(1210, 1280)),
      trigger_price: maybe(tenths(900, 1100)),
      fill_model: maybe(fc.constantFrom('touch' as const, 'through' as const)),
    },
    { requiredKeys: ['lower_price', 'upper_price', 'grid_count', 'spacing', 'size'] },
  )
  .map(({ size, ...rest }) => {
    const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
    const { pair, venue } = PARAMS;
    return { pair, venue, ...rest, ...given, ...size };
  })
  .map((params) => JSON.parse(JSON.stringify(params)) as GridParams);

const patch: fc.Arbitrary<GridParamsPatch> = fc.oneof(
  fc.record({ grid_count: fc.integer({ min: 2, max: 20 }) }),
  fc.record({ lower_price: tenths(800, 990), upper_price: tenths(1010, 1200) }),
  fc.record({ investment: tenths(500, 30_000) }),
  fc.record({ order_size: fc.constantFrom('0.05', '0.2') }),
  fc.record({ spacing: fc.constantFrom('arithmetic' as const, 'geometric' as const) }),
  fc.record({ stop_loss: fc.option(tenths(720, 790)), take_profit: fc.option(tenths(1210, 1280)) }),
  fc.record({ take_profit_pct: fc.constantFrom('0', '2.5') }),
  fc.record({ trigger_price: fc.option(tenths(900, 1100)) }),
);

const strategyId = fc.constantFrom('s1', 's1', 's2');
/** More than any of the parameters below needs. */
const warmup = fc
  .array(price, { minLength: 7, maxLength: 9 })
  .map((closes) =>
    closes.map((close, i) => [START - (closes.length - i) * MINUTE, close, close + 7, close, close] as const),
  );
const strategyStart: fc.Arbitrary<EngineCommand> = fc.record({
  action: fc.constant('strategy.start' as const),
  strategy_id: fc.constantFrom('s1', 's2', 's3'),
  setup: fc.record({
    strategy: fc.constant('dual_ma'),
    symbol: fc.constant(PARAMS.pair),
    venue: fc.constant(PARAMS.venue),
    timeframe: fc.constantFrom('1m' as const, '1m' as const, '5m' as const),
    capital: tenths(500, 30_000),
    params: fc.record({
      fast_period: fc.constantFrom(1, 2),
      slow_period: fc.integer({ min: 3, max: 6 }),
      whole_units: fc.boolean(),
    }),
  }),
  warmup,
});

const id = fc.constantFrom('g1', 'g1', 'g1', 'g2', 'g3');
const command: fc.Arbitrary<EngineCommand> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      action: fc.constant('grid.start' as const),
      grid_id: fc.constantFrom(...IDS),
      params: gridParams,
    }),
  },
  { weight: 10, arbitrary: fc.record({ action: fc.constant('grid.update_params' as const), id, params: patch }) },
  {
    weight: 1,
    arbitrary: fc.record({
      action: fc.constant('grid.stop' as const),
      id,
      cancel_orders: fc.boolean(),
      close_position: fc.boolean(),
    }),
  },
  { weight: 4, arbitrary: fc.record({ action: fc.constantFrom('grid.pause' as const, 'grid.resume' as const), id }) },
  {
    weight: 6,
    arbitrary: fc.record({
      action: fc.constantFrom('strategy.pause' as const, 'strategy.resume' as const),
      id: strategyId,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      action: fc.constant('strategy.stop' as const),
      id: strategyId,
      close_position: fc.boolean(),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      action: fc.constant('strategy.update_params' as const),
      id: strategyId,
      params: fc.record({ slow_period: fc.integer({ min: 3, max: 6 }) }),
      warmup,
    }),
  },
  { weight: 4, arbitrary: strategyStart },
  {
    weight: 1,
    arbitrary: fc.oneof(
      fc.record({
        action: fc.constant('kill_switch.activate' as const),
        reason: fc.constant('test'),
        by: fc.constant('me'),
        close_positions: fc.boolean(),
      }),
      fc.constant({ action: 'kill_switch.deactivate' as const, reason: 'test', by: 'me' }),
    ),
  },
);

type Step = (ts: number) => EngineEvent;
const market: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .record({ price, late: fc.constantFrom(0, 0, 0, 0, 5000) })
      .map((print) => (ts: number): EngineEvent => ({
        type: 'print',
        ts: ts - print.late,
        key: KEY,
        price: print.price,
      })),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(price, price, price, price).map(([a, b, c, d]) => {
      const [low = a, open = b, close = c, high = d] = [a, b, c, d].sort((x, y) => x - y);
      const [first, last] = a < b ? [open, close] : [close, open];
      return (ts: number): EngineEvent => ({ type: 'bar', ts, key: KEY, open: first, high, low, close: last });
    }),
  },
  {
    weight: 2,
    arbitrary: fc
      .record({ bid: price, spread: fc.integer({ min: -20, max: 200 }) })
      .map(({ bid, spread }) => (ts: number): EngineEvent => ({ type: 'quote', ts, key: KEY, bid, ask: bid + spread })),
  },
);
/** The minute, or five, that the time is in: a bar that comes early, late, twice or out of order is possible, too. */
const candle: fc.Arbitrary<Step> = fc
  .record({ open: price, close: price, interval: fc.constantFrom('1m' as const, '1m' as const, '5m' as const) })
  .map(({ open, close, interval }) => (ts: number): EngineEvent => ({
    type: 'candle',
    ts: ts - (ts % INTERVAL_MS[interval]),
    key: KEY,
    interval,
    open,
    high: Math.max(open, close),
    low: Math.min(open, close),
    close,
  }));
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 12, arbitrary: market },
  { weight: 9, arbitrary: candle },
  {
    weight: 5,
    arbitrary: command.map((value) => (ts: number): EngineEvent => ({ type: 'command', ts, command: value })),
  },
  { weight: 1, arbitrary: fc.constant((ts: number): EngineEvent => ({ type: 'feed_gap', ts, key: KEY })) },
  { weight: 1, arbitrary: fc.constant((ts: number): EngineEvent => ({ type: 'clock', ts })) },
);

interface Scenario {
  readonly options: EngineOptions;
  readonly instrument: Instrument;
  readonly events: readonly EngineEvent[];
}

const scenario: fc.Arbitrary<Scenario> = fc
  .record({
    feeCurrency: fc.constantFrom('quote' as const, 'received' as const),
    makerFee: fc.constantFrom('0', '0.0008', '0.001', '0.02'),
    slippage: fc.constantFrom('0', '0.0137'),
    lotSize: fc.constantFrom('0.001', '0.01'),
    risk: fc.constantFrom(NO_RISK_LIMITS, defaultRiskLimits('100000'), {
      ...defaultRiskLimits('100000'),
      maxPosition: '2500',
      maxDailyLoss: '0.0002',
    }),
    allowLosingGrids: fc.boolean(),
    quotesOnly: fc.boolean(),
    startPrice: price,
    first: gridParams,
    strategy: strategyStart,
    steps: fc.array(fc.tuple(step, fc.integer({ min: 0, max: 3_000_000 })), {
      minLength: 10,
      maxLength: 60,
      size: 'max',
    }),
  })
  .map(
    ({
      feeCurrency,
      makerFee,
      slippage,
      lotSize,
      risk,
      allowLosingGrids,
      quotesOnly,
      startPrice,
      first,
      strategy,
      steps,
    }) => {
      const instrument = { ...INSTRUMENT, feeCurrency, makerFee, lotSize };
      let ts = START;
      const events: EngineEvent[] = [
        { type: 'instrument', ts, instrument, priceDecimals: 2 },
        quotesOnly
          ? { type: 'quote', ts, key: KEY, bid: startPrice - 5, ask: startPrice + 5 }
          : { type: 'print', ts, key: KEY, price: startPrice },
        { type: 'command', ts, command: { action: 'grid.start', grid_id: 'g1', params: first } },
        { type: 'command', ts, command: strategy },
      ];
      for (const [make, after] of steps) {
        ts += after;
        const event = make(ts);
        if (!(quotesOnly && (event.type === 'print' || event.type === 'bar'))) events.push(event);
      }
      return { options: { ...OPTIONS, slippage, risk, allowLosingGrids }, instrument, events };
    },
  );

function run({ options, events }: Scenario) {
  const engine = createEngine(options);
  const effects: Effect[] = [];
  const outcomes: Outcome[] = [];
  for (const event of events) {
    const outcome = engine.process(event);
    effects.push(...outcome.effects);
    outcomes.push(outcome);
    assertInvariants(engine);
  }
  return { engine, effects, outcomes };
}

/** G2 from outside: the account by its trades alone. */
function balancesByTrades(effects: readonly Effect[], start: string): { quote: string; base: string } {
  let quote: Decimal = decimal(start);
  let base: Decimal = decimal('0');
  for (const effect of effects) {
    if (effect.type !== 'trade' && effect.type !== 'strategy_trade') continue;
    const amount = decimal(effect.amount);
    const value = multiply(decimal(effect.price), amount);
    const fee = decimal(effect.fee);
    quote = effect.side === 'buy' ? subtract(quote, value) : add(quote, value);
    base = effect.side === 'buy' ? add(base, amount) : subtract(base, amount);
    if (effect.fee_currency === INSTRUMENT.quote) quote = subtract(quote, fee);
    else base = subtract(base, fee);
  }
  return { quote: formatDecimal(quote), base: formatDecimal(base) };
}

const RUNS = { numRuns: 250 };

describe('the core under arbitrary events', () => {
  test('G4, G7, G8: one order or unfunded in each cell and the PnL identity, after every event; G2: the ledger is the sum of its trades', () => {
    fc.assert(
      fc.property(scenario, (input) => {
        const { engine, effects } = run(input);
        const [account] = engine.accounts();
        const total = (currency: string) => account?.balances.find((entry) => entry.currency === currency)?.total;
        const expected = balancesByTrades(effects, input.options.startBalance);
        expect({ quote: total('USDC'), base: total('BTC') }).toEqual(expected);
      }),
      RUNS,
    );
  });

  test('same events, same effects and same bytes; a snapshot anywhere continues alike (G18)', () => {
    fc.assert(
      fc.property(scenario, fc.nat(), (input, at) => {
        const one = run(input);
        const cut = at % input.events.length;
        const before = run({ ...input, events: input.events.slice(0, cut) });
        const text = before.engine.snapshot();
        const restored = restoreEngine(text, input.options);
        expect(restored.snapshot()).toBe(text);
        const outcomes = [...before.outcomes, ...input.events.slice(cut).map((event) => restored.process(event))];
        expect(restored.snapshot()).toBe(one.engine.snapshot());
        expect(outcomes).toEqual(one.outcomes);
      }),
      RUNS,
    );
  });

  test('of a run of quiet events the newest of each key and type suffices', () => {
    fc.assert(
      fc.property(scenario, (input) => {
        const full = createEngine(input.options);
        const kept: EngineEvent[] = [];
        let quiet: EngineEvent[] = [];
        for (const event of input.events) {
          const before = full.snapshot();
          const outcome = full.process(event);
          if (!outcome.quiet) {
            kept.push(...quiet, event);
            quiet = [];
            continue;
          }
          expect(outcome.effects).toEqual([]);
          expect(withoutPrices(full.snapshot())).toBe(withoutPrices(before));
          quiet = [...quiet.filter((other) => nameOf(other) !== nameOf(event)), event];
        }
        const replayed = createEngine(input.options);
        for (const event of [...kept, ...quiet]) replayed.process(event);
        expect(replayed.snapshot()).toBe(full.snapshot());
      }),
      RUNS,
    );
  });

  test('these events make strategies decide, trade, and be refused', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(scenario, (input) => {
        for (const { type } of run(input).effects) seen.add(type);
      }),
      { ...RUNS, numRuns: 60 },
    );
    expect([...seen]).toEqual(
      expect.arrayContaining(['signal', 'strategy_trade', 'strategy_risk', 'strategy_lifecycle']),
    );
  });
});

function nameOf(event: EngineEvent): string {
  return `${event.type} ${'key' in event ? event.key : ''}`;
}

function withoutPrices(snapshot: string): string {
  return JSON.stringify(JSON.parse(snapshot), (key, value: unknown) =>
    ['last', 'bid', 'ask', 'fresh', 'quoteNewer'].includes(key) ? null : value,
  );
}
