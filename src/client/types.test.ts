/** The promises the compiler keeps: these tests fail in `tsc -b`. */
import { describe, expectTypeOf, it } from 'vitest';
import type { BookSnapshot, BookUpdate, Candle, Ticker } from '#domain/market-data.ts';
import type { EventOf, Family, FamilyOf } from '#protocol/channels.ts';
import type { GridStatus, LogEvent, OrderEvent } from '#protocol/shapes.ts';
import type { ProtocolClient } from './types.ts';

/** Never called: only its types are looked at. */
function examples(client: ProtocolClient) {
  return {
    start: () => client.command('grid.start', { pair: 'BTC-USDC', upper_price: 2, lower_price: 1, grid_count: 4 }),
    list: () => client.command('grid.list', {}),
    kill: () => client.command('system.kill_switch', { action: 'activate', reason: 'enough' }),
    // @ts-expect-error: a required field is missing
    incomplete: () => client.command('grid.start', { pair: 'BTC-USDC' }),
    // @ts-expect-error: no such action
    unknown: () => client.command('grid.explode', {}),
    // @ts-expect-error: no such choice
    wrong: () => client.command('system.kill_switch', { action: 'toggle', reason: 'x' }),
    statuses: () =>
      client.subscribe('grid.*.status', (event) => {
        expectTypeOf(event.data).toEqualTypeOf<GridStatus>();
        expectTypeOf(event.event).toEqualTypeOf<'update'>();
        expectTypeOf(event.family).toEqualTypeOf<'grid.status'>();
      }),
    orders: () =>
      client.subscribe('grid.g1.order', (event) => {
        expectTypeOf(event.event).toEqualTypeOf<'placed' | 'filled' | 'cancelled'>();
        expectTypeOf(event.data).toEqualTypeOf<OrderEvent>();
      }),
    book: () =>
      client.subscribe('market.sim.BTC-USDC.book', (event) => {
        if (event.event === 'snapshot') expectTypeOf(event.data).toEqualTypeOf<BookSnapshot>();
        else expectTypeOf(event.data).toEqualTypeOf<BookUpdate>();
      }),
    tickers: () => client.subscribe('market.*.*.ticker', ({ data }) => expectTypeOf(data).toEqualTypeOf<Ticker>()),
    candles: () =>
      client.subscribe('market.sim.BTC-USDC.candle_1m', ({ data }) => expectTypeOf(data).toEqualTypeOf<Candle>()),
    logs: () => client.subscribe('system.log', ({ data }) => expectTypeOf(data).toEqualTypeOf<LogEvent>()),
    grids: () =>
      client.subscribe('grid.*', (event) => {
        expectTypeOf(event).toEqualTypeOf<EventOf<Extract<Family, `grid.${string}`>>>();
        if (event.family === 'grid.status') expectTypeOf(event.data).toEqualTypeOf<GridStatus>();
      }),
  };
}
type Examples = ReturnType<typeof examples>;

describe('types', () => {
  it('a command infers its parameters and its result', () => {
    expectTypeOf<Awaited<ReturnType<Examples['start']>>>().toEqualTypeOf<{ grid_id: string; status: string }>();
    expectTypeOf<Awaited<ReturnType<Examples['list']>>['grids'][number]['status']>().toEqualTypeOf<GridStatus>();
    expectTypeOf<Awaited<ReturnType<Examples['kill']>>['kill_switch']>().toEqualTypeOf<boolean>();
  });

  it('Z9: a pattern infers the families it can reach', () => {
    expectTypeOf<FamilyOf<'*'>>().toEqualTypeOf<Family>();
    expectTypeOf<FamilyOf<'grid.*.status'>>().toEqualTypeOf<'grid.status'>();
    expectTypeOf<FamilyOf<'system.kill_switch'>>().toEqualTypeOf<'system.kill_switch'>();
    expectTypeOf<FamilyOf<'system.*'>>().toEqualTypeOf<Extract<Family, `system.${string}`>>();
    expectTypeOf<FamilyOf<'grid.g1.*'>>().toEqualTypeOf<Extract<Family, `grid.${string}`>>();
    expectTypeOf<FamilyOf<'market.sim.BTC-USDC.candle_5m'>>().toEqualTypeOf<'market.candle'>();
    expectTypeOf<FamilyOf<'*.*.status'>>().toEqualTypeOf<'grid.status' | 'strategy.status'>();
    expectTypeOf<FamilyOf<'*.health'>>().toEqualTypeOf<'system.health'>();
    expectTypeOf<FamilyOf<`market.${string}.${string}.book`>>().toEqualTypeOf<'market.book'>();
    expectTypeOf<FamilyOf<string>>().toEqualTypeOf<Family>();
    expectTypeOf<FamilyOf<'market.sim.*'>>().toEqualTypeOf<Extract<Family, `market.${string}`>>();
  });
});
