/** A push server tells no rules of its market: the steps are those of the digits seen so far. */
import type { SourceInstrument } from '#domain/source.ts';
import { decimalsOf } from '#domain/order-book-units.ts';
import { currenciesOf, segmentOf } from './parse.ts';

/** More than any market has. */
const MOST_DECIMALS = 15;

export class InstrumentGuess {
  readonly #symbol: string;
  #priceDecimals = 0;
  #sizeDecimals = 0;

  constructor(symbol: string) {
    this.#symbol = symbol;
  }

  /** Whether these make a step finer. Digits beyond what any market has are noise of floats. */
  see(prices: Iterable<string>, sizes: Iterable<string> = []): boolean {
    const before = this.#priceDecimals + this.#sizeDecimals;
    for (const price of prices) this.#priceDecimals = finer(this.#priceDecimals, price);
    for (const size of sizes) this.#sizeDecimals = finer(this.#sizeDecimals, size);
    return this.#priceDecimals + this.#sizeDecimals > before;
  }

  instrument(): SourceInstrument {
    const lotSize = step(this.#sizeDecimals);
    return {
      symbol: segmentOf(this.#symbol),
      ...currenciesOf(this.#symbol),
      tickSize: step(this.#priceDecimals),
      lotSize,
      minSize: lotSize,
      minNotional: '0',
      makerFee: '0',
      takerFee: '0',
      feeCurrency: 'quote',
      title: this.#symbol,
    };
  }
}

function finer(decimals: number, text: string): number {
  return Math.max(decimals, Math.min(MOST_DECIMALS, decimalsOf(text)));
}

/** 3 → `0.001`. */
function step(decimals: number): string {
  return decimals === 0 ? '1' : `0.${'1'.padStart(decimals, '0')}`;
}
