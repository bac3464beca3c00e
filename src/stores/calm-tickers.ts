/** The tickers for lists of many: rows that a reader compares change a few times a second, not with every frame. */
import { defineStore } from './environment.tsx';
import { pacedFeed } from './paced-feed.ts';
import { tickersStore } from './tickers.ts';

const EVERY_MS = 250;

export const calmTickersStore = defineStore((environment) => pacedFeed(tickersStore(environment), EVERY_MS));
