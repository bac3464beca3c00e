/** M11: what goes into a book's hash beside its levels. The first snapshot tells it; later ones leave most of it out. */
import { DEFAULT_MIN_SIZE, DEFAULT_TICK_SIZE } from './instruments.ts';
import type { KnownInputs } from './outcome-book.ts';
import { text } from './parse.ts';
import type { Questions } from './questions.ts';
import type { Fields } from './schema.ts';

interface Memory {
  market: string;
  minOrderSize: string | undefined;
  tickSize: string | undefined;
  negRisk: boolean | undefined;
}

export class HashMemory {
  readonly #questions: Questions;
  readonly #bySymbol = new Map<string, Memory>();
  /** Of a question, whichever outcome was traded. */
  readonly #lastPrices = new Map<string, string>();

  constructor(questions: Questions) {
    this.#questions = questions;
  }

  /** A `book`. */
  note(symbol: string, fields: Fields): void {
    let memory = this.#bySymbol.get(symbol);
    if (!memory) {
      memory = { market: '', minOrderSize: undefined, tickSize: undefined, negRisk: undefined };
      this.#bySymbol.set(symbol, memory);
    }
    memory.market = text(fields['market']) ?? memory.market;
    memory.minOrderSize = text(fields['min_order_size']) ?? memory.minOrderSize;
    memory.tickSize = text(fields['tick_size']) ?? memory.tickSize;
    if (typeof fields['neg_risk'] === 'boolean') memory.negRisk = fields['neg_risk'];
    const last = text(fields['last_trade_price']);
    if (last !== undefined) this.#lastPrices.set(memory.market, last);
  }

  regrid(symbol: string, tickSize: string): void {
    const memory = this.#bySymbol.get(symbol);
    if (memory) memory.tickSize = tickSize;
  }

  /** Of a trade; the tokens whose books' hashes it goes into. */
  traded(market: string, price: string): readonly string[] {
    const symbols = [...this.#bySymbol].filter(([, memory]) => memory.market === market).map(([symbol]) => symbol);
    if (symbols.length > 0) this.#lastPrices.set(market, withThreeDecimals(price));
    return symbols;
  }

  known(symbol: string): KnownInputs {
    const memory = this.#bySymbol.get(symbol);
    const instrument = this.#questions.instrument(symbol);
    const market = memory?.market ?? '';
    return {
      market,
      minOrderSize: memory?.minOrderSize ?? instrument?.minSize ?? DEFAULT_MIN_SIZE,
      tickSize: memory?.tickSize ?? instrument?.tickSize ?? DEFAULT_TICK_SIZE,
      negRisk: memory?.negRisk,
      lastTradePrice: this.#lastPrices.get(market) ?? '',
    };
  }

  forget(symbol: string): void {
    const market = this.#bySymbol.get(symbol)?.market;
    this.#bySymbol.delete(symbol);
    if (market === undefined || [...this.#bySymbol.values()].some((memory) => memory.market === market)) return;
    this.#lastPrices.delete(market);
  }
}

/** As the venue writes it there, at the least. */
function withThreeDecimals(price: string): string {
  const decimals = price.includes('.') ? price.length - price.indexOf('.') - 1 : 0;
  return decimals >= 3 ? price : `${price}${decimals === 0 ? '.' : ''}${'0'.repeat(3 - decimals)}`;
}
