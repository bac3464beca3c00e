/** The newest ticker of every instrument, apart from the other market data because the first screen needs only this. */
import { defineStore } from './environment.tsx';
import { createTickersFeed } from './market-tickers-feed.ts';

export const tickersStore = defineStore(({ client, frames }) => createTickersFeed(client, frames));
