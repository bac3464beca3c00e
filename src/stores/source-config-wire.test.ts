import { expect, it } from 'vitest';
import type { SourceConfig } from '#domain/source.ts';
import { sourceConfig } from '#protocol/source-shapes.ts';
import { fromWire, toWire } from './source-config-wire.ts';

it('settings come back from the engine as they were saved, with what a contract is', () => {
  const rules = { tickSize: '0.1', lotSize: '1', minSize: '1', minNotional: '0', makerFee: '0', takerFee: '0' };
  const config: SourceConfig = {
    id: 'okx',
    kind: 'okx',
    name: 'OKX',
    url: 'wss://okx.test:8443',
    via: 'direct',
    enabled: true,
    auth: 'none',
    instruments: [
      {
        symbol: 'BTC-USDT-SWAP',
        base: 'BTC',
        quote: 'USDT',
        ...rules,
        feeCurrency: 'quote',
        contract: { value: '0.01', currency: 'BTC', type: 'linear' },
      },
      { symbol: 'BTC-USDT', base: 'BTC', quote: 'USDT', ...rules, feeCurrency: 'received', title: 'Bitcoin' },
    ],
  };
  expect(fromWire(sourceConfig.parse(JSON.parse(JSON.stringify(toWire(config)))))).toEqual(config);
});
