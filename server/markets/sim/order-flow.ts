/**
 * The traders of one simulated instrument, moment by moment: market makers who quote around the fair value and pull
 * stale quotes, sometimes too late; informed takers who pick up what they left; a crowd of takers whose orders come in
 * clusters, mostly small and now and then huge. They only ever talk to the matching book: every price is a match.
 */
import type { Side } from '#domain/market-data.ts';
import type { Draws } from './draws.ts';
import type { FairValue } from './fair-value.ts';
import type { Listing } from './listing.ts';
import type { Fill, MatchingBook, RestingOrder } from './matching-book.ts';

export const STEP_MS = 100;
const STEP_S = STEP_MS / 1000;

const HALF_SPREAD = 0.00006;
const RESTING_A_SIDE = 90;
const NEW_ORDERS_A_SECOND = 7;
/** Mean distance of a resting order from the fair value; one in twelve stands farther off. */
const MEAN_DISTANCE = 0.0012;
const FAR_SHARE = 1 / 12;
const FAR_DISTANCE = 0.006;
const ROUND_SHARE = 0.35;

/** A maker sees in time that his quote is stale. */
const PULLED_IN_TIME = 0.75;
const INFORMED_A_SECOND = 2.5;

/** Takers excite further takers (a Hawkes process): each adds to the rate, which fades. */
const TAKERS_A_SECOND = 0.6;
const EXCITATION_A_SECOND = 0.36;
const EXCITATION_MEMORY_S = 2;
const MOST_EXCITED = 12;
const SAME_SIDE_AGAIN = 0.62;
const WITH_MOMENTUM = 0.8;
const TAKER_SIZE_DEVIATION = 1.2;
const WHALE_SHARE = 0.02;
const WHALE = 10;
/** How far through the book a taker goes at most. */
const TAKER_REACH = 0.0005;

const SIDES: readonly Side[] = ['buy', 'sell'];

export class OrderFlow {
  readonly #listing: Listing;
  readonly #fair: FairValue;
  readonly #draws: Draws;
  readonly #book: MatchingBook;
  readonly #rate: number;
  readonly #roundTicks: number;
  readonly #resting: Readonly<Record<Side, RestingOrder[]>> = { buy: [], sell: [] };
  #excitement = 0;
  #lastTaker: Side = 'buy';

  /** `rate` multiplies how often anything is ordered. */
  constructor(listing: Listing, fair: FairValue, draws: Draws, book: MatchingBook, rate: number) {
    this.#listing = listing;
    this.#fair = fair;
    this.#draws = draws;
    this.#book = book;
    this.#rate = rate;
    this.#roundTicks = 10 ** Math.max(0, Math.floor(Math.log10(listing.anchor * 0.0005)));
  }

  /** Fills an empty book around the fair value. */
  open(): readonly Fill[] {
    const fills: Fill[] = [];
    for (const side of SIDES) {
      fills.push(...this.#quote(side));
      for (let i = 1; i < RESTING_A_SIDE; i++) fills.push(...this.#place(side));
    }
    return fills;
  }

  /** Everybody goes home. */
  close(): void {
    for (const side of SIDES) {
      for (const order of this.#resting[side].splice(0)) this.#book.cancel(order);
    }
  }

  /** The next `STEP_MS`. */
  step(): readonly Fill[] {
    this.#fair.advance(STEP_MS);
    const fills: Fill[] = [];
    for (const side of SIDES) {
      this.#pullStale(side);
      fills.push(...this.#pickUpStale(side));
    }
    for (const side of SIDES) {
      fills.push(...this.#quote(side));
      const arrivals = this.#draws.poisson(NEW_ORDERS_A_SECOND * this.#rate * STEP_S);
      for (let i = 0; i < arrivals; i++) fills.push(...this.#place(side));
      this.#thin(side);
    }
    fills.push(...this.#crowd());
    return fills;
  }

  /** Makers cancel what the fair value has moved through. */
  #pullStale(side: Side): void {
    const value = this.#fair.price;
    for (;;) {
      const order = this.#book.front(side);
      if (order === undefined || (side === 'buy' ? order.price < value : order.price > value)) return;
      if (!this.#draws.chance(PULLED_IN_TIME)) return;
      this.#book.cancel(order);
    }
  }

  /** Informed takers trade against quotes on the wrong side of the fair value. */
  #pickUpStale(side: Side): readonly Fill[] {
    const order = this.#book.front(side);
    const value = Math.round(this.#fair.price);
    if (order === undefined || (side === 'buy' ? order.price < value : order.price > value)) return [];
    if (!this.#draws.chance(Math.min(1, INFORMED_A_SECOND * this.#rate * STEP_S))) return [];
    return this.#book.take(side === 'buy' ? 'sell' : 'buy', value, this.#lots(3 * this.#draws.logNormal(0.8)));
  }

  /** The quickest maker keeps a quote near the fair value. */
  #quote(side: Side): readonly Fill[] {
    const value = this.#fair.price;
    const best = side === 'buy' ? this.#book.bestBid() : this.#book.bestAsk();
    const half = HALF_SPREAD * this.#fair.volatility * (1 + 0.5 * this.#draws.uniform());
    const price = side === 'buy' ? Math.floor(value * (1 - half)) : Math.ceil(value * (1 + half));
    if (best !== undefined && (side === 'buy' ? best >= price : best <= price)) return [];
    return this.#limit(side, price, 4 * this.#draws.logNormal(0.7));
  }

  #place(side: Side): readonly Fill[] {
    const far = this.#draws.chance(FAR_SHARE);
    const distance =
      HALF_SPREAD + (far ? FAR_DISTANCE : MEAN_DISTANCE) * this.#fair.volatility * this.#draws.exponential();
    const exact = this.#fair.price * (side === 'buy' ? 1 - distance : 1 + distance);
    const step = this.#draws.chance(ROUND_SHARE) ? this.#roundTicks : 1;
    const price = (side === 'buy' ? Math.floor(exact / step) : Math.ceil(exact / step)) * step;
    return this.#limit(side, price, (1 + 400 * distance) * this.#draws.logNormal(1));
  }

  /** Old orders are given up at random, so that the book keeps its depth. */
  #thin(side: Side): void {
    const resting = this.#resting[side];
    const target = this.#draws.poisson((NEW_ORDERS_A_SECOND * this.#rate * STEP_S) / 2);
    for (let i = 0; (i < target || resting.length > RESTING_A_SIDE) && resting.length > 0; i++) {
      const at = Math.floor(this.#draws.uniform() * resting.length);
      const order = resting[at];
      const last = resting.pop();
      if (order === undefined || last === undefined) return;
      if (order !== last) resting[at] = last;
      this.#book.cancel(order);
    }
  }

  #crowd(): readonly Fill[] {
    this.#excitement *= Math.exp(-STEP_S / EXCITATION_MEMORY_S);
    const intensity = (TAKERS_A_SECOND * this.#fair.volatility + this.#excitement) * this.#rate;
    const arrivals = this.#draws.poisson(intensity * STEP_S);
    const fills: Fill[] = [];
    for (let i = 0; i < arrivals; i++) {
      this.#excitement = Math.min(MOST_EXCITED, this.#excitement + EXCITATION_A_SECOND);
      this.#lastTaker = this.#takerSide();
      const best = this.#lastTaker === 'buy' ? this.#book.bestAsk() : this.#book.bestBid();
      if (best === undefined) continue;
      const worst = best * (this.#lastTaker === 'buy' ? 1 + TAKER_REACH : 1 - TAKER_REACH);
      const whale = this.#draws.chance(WHALE_SHARE) ? WHALE : 1;
      const size = this.#lots(whale * this.#draws.logNormal(TAKER_SIZE_DEVIATION));
      fills.push(...this.#book.take(this.#lastTaker, worst, size));
    }
    return fills;
  }

  #takerSide(): Side {
    const { momentum } = this.#fair;
    if (momentum !== 0) return this.#draws.chance(WITH_MOMENTUM) === momentum > 0 ? 'buy' : 'sell';
    const same = this.#draws.chance(SAME_SIDE_AGAIN);
    return same === (this.#lastTaker === 'buy') ? 'buy' : 'sell';
  }

  #limit(side: Side, price: number, medians: number): readonly Fill[] {
    const { fills, resting } = this.#book.limit(side, Math.max(1, price), this.#lots(medians));
    if (resting !== undefined) this.#resting[side].push(resting);
    return fills;
  }

  #lots(medians: number): number {
    return Math.max(1, Math.round(medians * this.#listing.medianSize));
  }
}
