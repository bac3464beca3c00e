/** The market data besides the tickers, each piece shared by whoever looks at it; where it comes from is in the venue. */
import { OWN_ENGINE, sourceOf } from '#domain/source.ts';
import { createEngineMarket } from './engine-market.ts';
import { defineStore } from './environment.tsx';
import type { MarketStore, Named } from './shared-market.ts';
import { createSourceMarket } from './source-market.ts';
import { sourceHub } from './sources.ts';

export const marketStore = defineStore((environment): MarketStore => {
  const own = createEngineMarket(environment.client, environment.frames);
  const others = createSourceMarket(sourceHub(environment));
  const of = ({ venue }: Named) => (sourceOf(venue).source === OWN_ENGINE ? own : others);
  return {
    book: (instrument) => of(instrument).book(instrument),
    trades: (instrument) => of(instrument).trades(instrument),
    candles: (instrument, interval) => of(instrument).candles(instrument, interval),
  };
});
