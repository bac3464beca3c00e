import { describe, expect, it } from 'vitest';
import type { FillView } from '#protocol/shapes.ts';
import { configSearch } from './config-search.ts';
import { fetchAllFills, fillsCsv } from './export-csv.ts';

const fill = (id: number, ts: number, extra: Partial<FillView> = {}): FillView => ({
  trade_id: String(id),
  ts,
  grid_id: 'g',
  order_id: `o${id}`,
  level: 1,
  side: 'sell',
  price: 0.1,
  amount: 2,
  fee: 0.001,
  fee_currency: 'USDC',
  realized_pnl: 0.3,
  position_after: 0,
  ...extra,
});

describe('fillsCsv', () => {
  it('writes exact figures and UTC times', () => {
    const csv = fillsCsv([fill(1, 0, { exact: { price: '0.10000000000000000001' } })]);
    expect(csv.split('\r\n')).toEqual([
      'time,trade_id,order_id,level,side,price,amount,fee,fee_currency,realized_pnl,position_after',
      '1970-01-01T00:00:00.000Z,1,o1,1,sell,0.10000000000000000001,2,0.001,USDC,0.3,0',
      '',
    ]);
  });

  it('quotes, and lets no text run as a formula', () => {
    const csv = fillsCsv([fill(1, 0, { order_id: '=1+1', fee_currency: 'a"b,c', exact: { realized_pnl: '-5.5' } })]);
    expect(csv).toContain(",'=1+1,");
    expect(csv).toContain(',"a""b,c",-5.5,');
  });
});

describe('fetchAllFills', () => {
  it('pages to the very first, oldest first, each once, with many in one millisecond', async () => {
    const stored = Array.from({ length: 4500 }, (_, i) => fill(i, Math.floor(i / 7)));
    const newestFirst = stored.toReversed();
    const client = {
      command: (_action: string, params: { before?: number; limit?: number }) => {
        const page = newestFirst.filter(({ ts }) => params.before === undefined || ts < params.before);
        return Promise.resolve({ fills: page.slice(0, params.limit) });
      },
    };
    const all = await fetchAllFills(client as unknown as Parameters<typeof fetchAllFills>[0], 'g');
    expect(all.map(({ trade_id }) => trade_id)).toEqual(stored.map(({ trade_id }) => trade_id));
  });
});

describe('configSearch', () => {
  it('names every parameter the form knows, small numbers as digits', () => {
    const config = {
      pair: 'X-Y',
      upper_price: 2,
      lower_price: 1e-7,
      grid_count: 5,
      order_size: 3,
      mode: 'paper',
    } as const;
    expect(configSearch(config, 'sim')).toEqual({
      pair: 'sim:X-Y',
      upper_price: '2',
      lower_price: '0.0000001',
      grid_count: '5',
      sizing: 'order_size',
      order_size: '3',
    });
  });
});
