import { describe, expect, it } from 'vitest';
import { fileName, fillsCsv, tradesCsv } from './export-records.ts';

describe('a run as CSV', () => {
  it('has trades with UTC times and an empty level where there is none', () => {
    const trade = {
      number: 1,
      side: 'short' as const,
      entry_ts: 0,
      exit_ts: 86_400_000,
      entry_price: 100.5,
      exit_price: 99,
      amount: 0.25,
      pnl: -1e-7,
      return: 0.01,
      fees: 0.02,
      bars: 24,
    };
    expect(tradesCsv([trade, { ...trade, number: 2, level: 3 }]).split('\r\n')).toEqual([
      'number,side,level,entry_time,exit_time,entry_price,exit_price,amount,pnl,return,fees,bars',
      '1,short,,1970-01-01T00:00:00.000Z,1970-01-02T00:00:00.000Z,100.5,99,0.25,-1e-7,0.01,0.02,24',
      '2,short,3,1970-01-01T00:00:00.000Z,1970-01-02T00:00:00.000Z,100.5,99,0.25,-1e-7,0.01,0.02,24',
      '',
    ]);
  });

  it('has fills with the exact figures where the engine sends them', () => {
    const fill = { ts: 0, side: 'sell' as const, level: -1, price: 0.1, amount: 2, fee: 0.3, realized_pnl: -0.5 };
    const exact = { price: '0.1000000000000000055', realized_pnl: '-0.50' };
    expect(fillsCsv([{ ...fill, exact }]).split('\r\n')[1]).toBe(
      '1970-01-01T00:00:00.000Z,sell,-1,0.1000000000000000055,2,0.3,-0.50',
    );
  });

  it('goes into a file that every system can name', () => {
    expect(fileName('BTC/USDC: 网格 *1*', 'bt_1', '.json')).toBe('BTC-USDC-网格-1-bt_1.json');
    expect(fileName('///', 'x', '.csv')).toBe('backtest-x.csv');
  });
});
