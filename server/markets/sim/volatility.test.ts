import { describe, expect, it } from 'vitest';
import { seededRandom } from '#domain/random.ts';
import { BarHistory } from '../aggregate.ts';
import type { Bar, BarSeries } from '../bars.ts';
import { CoarseFlow } from './coarse-flow.ts';
import { Draws } from './draws.ts';
import { FairValue } from './fair-value.ts';
import { LISTINGS, type Listing } from './listing.ts';
import { SimInstrument } from './sim-instrument.ts';

const START = Date.UTC(2026, 0, 15);
const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 86_400_000;
const bitcoin = LISTINGS[0] as Listing;

const barsOf = (series: BarSeries | undefined): Bar[] =>
  Array.from({ length: series?.length ?? 0 }, (_, i) => series?.at(i)).filter((bar) => bar !== undefined);
const range = ({ high, low, close }: Bar) => (high - low) / close;
const quantile = (values: readonly number[], share: number) =>
  values.toSorted((a, b) => a - b)[Math.floor(share * (values.length - 1))] ?? Number.NaN;

/** Months in coarse minutes. */
function coarsely(listing: Listing, seed: number, days: number): BarHistory {
  const draws = new Draws(seededRandom(seed));
  const fair = new FairValue(listing.anchor, listing.anchor, listing.wildness, draws);
  const flow = new CoarseFlow(listing, fair, draws);
  const history = new BarHistory(listing, MINUTE);
  for (let ts = START; ts < START + days * DAY; ts += MINUTE) history.add(flow.minute(ts));
  return history;
}

/** Hours in live steps: prints with their times. */
function live(listing: Listing, seed: number, hours: number): { ts: number; price: number }[] {
  const instrument = new SimInstrument(listing, seed, 1);
  instrument.begin(START, START);
  instrument.goLive(START);
  const prints: { ts: number; price: number }[] = [];
  for (let now = START; now < START + hours * HOUR; now += 1_000) {
    instrument.advance(now);
    for (const update of instrument.news(now)) {
      if (update.type === 'trade') prints.push({ ts: update.trade.ts, price: Number(update.trade.price) });
    }
  }
  return prints;
}

describe('the live flow', () => {
  const prints = live(bitcoin, 11, 4);

  it('moves 0.15 % or more within at least 95 of 100 minutes, and by no means ten times that', () => {
    const minutes = new Map<number, number[]>();
    for (const { ts, price } of prints) {
      const minute = Math.floor(ts / MINUTE);
      minutes.set(minute, [...(minutes.get(minute) ?? []), price]);
    }
    const ranges = [...minutes.values()].map(
      (prices) => (Math.max(...prices) - Math.min(...prices)) / Math.min(...prices),
    );
    expect(ranges).toHaveLength(240);
    expect(ranges.filter((each) => each >= 0.0015).length / ranges.length).toBeGreaterThanOrEqual(0.95);
    expect(quantile(ranges, 0.95)).toBeLessThan(0.015);
  });

  it('fills an order of a grid with cells of 0.21 % within a minute, nearly always', () => {
    const cell = 0.0021;
    let filled = 0;
    let tried = 0;
    for (let i = 0; i < prints.length; i += 53) {
      const start = prints[i];
      if (start === undefined || start.ts > START + 4 * HOUR - MINUTE) break;
      // The price lies anywhere in its cell; the buy rests at its lower line, the nearest sell two lines up.
      const below = ((i * 0.618) % 1) * cell;
      const [buy, sell] = [start.price * (1 - below), start.price * (1 + 2 * cell - below)];
      tried += 1;
      for (let j = i + 1; (prints[j]?.ts ?? Infinity) < start.ts + MINUTE; j++) {
        const price = prints[j]?.price ?? start.price;
        if (price > buy && price < sell) continue;
        filled += 1;
        break;
      }
    }
    expect(tried).toBeGreaterThan(1_000);
    expect(filled / tried).toBeGreaterThan(0.97);
  });

  it('trades some times a second, in clusters', () => {
    const seconds = new Map<number, number>();
    for (const { ts } of prints) seconds.set(Math.floor(ts / 1000), (seconds.get(Math.floor(ts / 1000)) ?? 0) + 1);
    const counts = Array.from({ length: 4 * 3600 }, (_, i) => seconds.get(START / 1000 + i) ?? 0);
    const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
    expect(mean).toBeGreaterThan(2);
    expect(mean).toBeLessThan(15);
    // Busy seconds follow busy ones; arrivals that do not excite each other correlate slightly below 0.
    let [together, alone] = [0, 0];
    for (let i = 3; i < counts.length; i++) {
      const here = (counts[i] ?? 0) - mean;
      for (const lag of [1, 2, 3]) together += (here * ((counts[i - lag] ?? 0) - mean)) / 3;
      alone += here ** 2;
    }
    expect(together / alone).toBeGreaterThan(0.02);
  });

  it('has bars like the coarse flow that makes the history', () => {
    const history = new BarHistory(bitcoin, MINUTE);
    for (const { ts, price } of prints)
      history.add({ ts, open: price, high: price, low: price, close: price, volume: 1 });
    const lively = quantile(barsOf(history.series('1m')).map(range), 0.5);
    const coarse = quantile(barsOf(coarsely(bitcoin, 11, 2).series('1m')).map(range), 0.5);
    expect(coarse / lively).toBeGreaterThan(0.75);
    expect(coarse / lively).toBeLessThan(1.33);
  });
});

describe('the coarse flow', () => {
  it.each([
    [0, 'the calmest'],
    [3, 'the wildest'],
  ])('keeps listing %i, %s, around its anchor for months, without a drift', (index) => {
    const listing = LISTINGS[index] as Listing;
    const days = barsOf(coarsely(listing, 3, 60).series('1d'));
    const away = days.map(({ close }) => Math.log(close / listing.anchor));
    expect(Math.max(...away.map(Math.abs))).toBeLessThan(0.25);
    expect(Math.abs(away.reduce((sum, each) => sum + each, 0) / away.length)).toBeLessThan(0.03);
    // And yet it goes somewhere from day to day.
    expect(quantile(days.map(range), 0.5)).toBeGreaterThan(0.02);
    expect(quantile(days.map(range), 0.5)).toBeLessThan(0.2);
  });

  it('is no saw-tooth: hours go both ways and reach farther than minutes do', () => {
    const history = coarsely(bitcoin, 5, 30);
    const hours = barsOf(history.series('1h'));
    const up = hours.filter(({ open, close }) => close > open).length / hours.length;
    expect(up).toBeGreaterThan(0.4);
    expect(up).toBeLessThan(0.6);
    const minute = quantile(barsOf(history.series('1m')).map(range), 0.5);
    const hour = quantile(hours.map(range), 0.5);
    expect(hour / minute).toBeGreaterThan(3);
  });

  it('has volatility that comes in clusters', () => {
    const ranges = barsOf(coarsely(bitcoin, 5, 10).series('1m')).map((bar) => Math.log(range(bar)));
    const mean = ranges.reduce((sum, each) => sum + each, 0) / ranges.length;
    let [together, alone] = [0, 0];
    for (let i = 5; i < ranges.length; i++) {
      together += ((ranges[i] ?? 0) - mean) * ((ranges[i - 5] ?? 0) - mean);
      alone += ((ranges[i] ?? 0) - mean) ** 2;
    }
    expect(together / alone).toBeGreaterThan(0.15);
  });
});
