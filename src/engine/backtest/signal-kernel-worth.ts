/**
 * What a position is worth at a mark, as the nearest double of the exact decimal, in pairs of doubles: a BigInt is needed
 * at fills only, and where the pair is too close to the middle between two doubles to tell.
 */
import { valueOf } from '../ledger/grid-ledger.ts';
import { ONE } from '../ledger/money.ts';
import { quoteNumber } from './grid-core-money.ts';

/** Veltkamp's constant: halves a double's digits, so that products of halves are exact. */
const SPLIT = 2 ** 27 + 1;
/** Pairs are off by less than this share of what they are made of. */
const PAIR_DOUBT = 2 ** -98;
const QUOTE_UNIT = ONE * ONE;

export class PairWorth {
  readonly #priceDecimals: number;
  #quote = 0n;
  #base = 0n;
  /** Each amount is the sum of its two. */
  #quoteHigh = 0;
  #quoteLow = 0;
  #slopeHigh = 0;
  #slopeLow = 0;
  /** The slope's first double in halves. */
  #upper = 0;
  #lower = 0;

  constructor(priceDecimals: number) {
    this.#priceDecimals = priceDecimals;
  }

  /** Quote and base units. */
  set(quote: bigint, base: bigint): void {
    this.#quote = quote;
    this.#base = base;
    [this.#quoteHigh, this.#quoteLow] = pairOf(quote);
    [this.#slopeHigh, this.#slopeLow] = pairOf(valueOf(base, 1, this.#priceDecimals));
    this.#upper = upperHalf(this.#slopeHigh);
    this.#lower = this.#slopeHigh - this.#upper;
  }

  /** About the quote, and what a price unit adds. */
  get quote(): number {
    return this.#quoteHigh;
  }

  get slope(): number {
    return this.#slopeHigh;
  }

  /** In quote units. */
  exact(mark: number): bigint {
    return this.#quote + valueOf(this.#base, mark, this.#priceDecimals);
  }

  at(mark: number): number {
    const quote = this.#quoteHigh;
    const product = this.#slopeHigh * mark;
    const upper = upperHalf(mark);
    const lower = mark - upper;
    // Dekker's product and Knuth's sum: what the doubles lost.
    const lost = this.#upper * upper - product + this.#upper * lower + this.#lower * upper + this.#lower * lower;
    const sum = quote + product;
    const part = sum - quote;
    const rest = quote - (sum - part) + (product - part) + lost + this.#quoteLow + this.#slopeLow * mark;
    const result = sum + rest;
    const added = result - sum;
    const beyond = sum - (result - added) + (rest - added);
    const doubt = (Math.abs(quote) + Math.abs(product)) * PAIR_DOUBT;
    if (result + (beyond + doubt) === result && result + (beyond - doubt) === result) return result;
    return quoteNumber(this.exact(mark));
  }
}

function upperHalf(value: number): number {
  const scaled = value * SPLIT;
  return scaled - (scaled - value);
}

/** The nearest double of an amount in quote units, and that of what it lacks. */
function pairOf(units: bigint): readonly [number, number] {
  const high = quoteNumber(units);
  let whole = high;
  let shift = 0;
  while (!Number.isInteger(whole)) {
    whole *= 2;
    shift += 1;
  }
  const lacks = (units << BigInt(shift)) - BigInt(whole) * QUOTE_UNIT;
  return [high, Number(lacks) / 2 ** shift / Number(QUOTE_UNIT)];
}
