/** The paper account of one venue (G2): what is free, and what came in from outside. All in quote units. */
export interface CurrencyData {
  readonly currency: string;
  /** What the account began with; anything else came from trading. */
  start: bigint;
  free: bigint;
}

export interface AccountData {
  readonly venue: string;
  /** The first quote currency listed: everything is valued in it. */
  readonly currency: string;
  readonly currencies: CurrencyData[];
  /** PnL and equity at 00:00 UTC (G16). */
  dayPnl: bigint;
  dayEquity: bigint;
}

export class Account {
  readonly data: AccountData;

  constructor(data: AccountData) {
    this.data = data;
  }

  /** Makes sure `currency` exists; a quote currency begins with `start`, once. */
  open(currency: string, start: bigint): void {
    const entry = this.#entry(currency);
    if (entry.start > 0n || start === 0n) return;
    entry.start = start;
    entry.free += start;
  }

  free(currency: string): bigint {
    return this.#entry(currency).free;
  }

  /** Moves money to a grid (negative: back from it). The caller has checked that it is there. */
  take(currency: string, amount: bigint): void {
    const entry = this.#entry(currency);
    if (entry.free < amount) throw new RangeError(`overdraft of ${currency} in the account of ${this.data.venue}`);
    entry.free -= amount;
  }

  #entry(currency: string): CurrencyData {
    const found = this.data.currencies.find((entry) => entry.currency === currency);
    if (found) return found;
    const created = { currency, start: 0n, free: 0n };
    this.data.currencies.push(created);
    return created;
  }
}
