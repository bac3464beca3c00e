/** A price's past as a pure function of time: the same whoever asks, for minutes and for years. */
import type { Random } from '#domain/random.ts';

const MINUTE = 60_000;

/** Period in minutes, swing as a fraction. */
const WAVES: readonly (readonly [period: number, swing: number])[] = [
  [7, 0.0006],
  [47, 0.002],
  [311, 0.006],
  [1_861, 0.015],
  [16_127, 0.05],
  [130_003, 0.12],
];

export interface Bar {
  /** Open time, ms. */
  readonly ts: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** In lots. */
  readonly volume: number;
}

export interface PricePathOptions {
  readonly random: Random;
  /** ms; the path ends in its minute, at `price`. */
  readonly endsAt: number;
  /** In ticks, as all prices here. */
  readonly price: number;
  readonly lowest: number;
  readonly highest: number;
  /** Lots a minute, about. */
  readonly volume: number;
}

/** Scatter of a number, in `[0, 1)`. */
function scatter(n: number): number {
  let t = Math.imul(n ^ 0x9e_37_79_b9, 0x85_eb_ca_6b);
  t = Math.imul(t ^ (t >>> 13), 0xc2_b2_ae_35);
  return ((t ^ (t >>> 16)) >>> 0) / 4_294_967_296;
}

export class PricePath {
  readonly #o: PricePathOptions;
  readonly #phases: readonly number[];
  readonly #scale: number;
  /** Number of the minute at whose start the path ends. */
  readonly lastMinute: number;

  constructor(options: PricePathOptions) {
    this.#o = options;
    this.#phases = WAVES.map(() => options.random() * 2 * Math.PI);
    this.lastMinute = Math.floor(options.endsAt / MINUTE);
    this.#scale = options.price / this.#shape(this.lastMinute);
  }

  minute(number: number): Bar {
    const open = this.#at(number);
    const close = this.#at(number + 1);
    const wick = Math.max(1, Math.round(this.#o.price * 0.0004));
    return {
      ts: number * MINUTE,
      open,
      close,
      high: this.#bounded(Math.max(open, close) + scatter(number * 2) * wick),
      low: this.#bounded(Math.min(open, close) - scatter(number * 2 + 1) * wick),
      volume: Math.ceil(this.#o.volume * (0.2 + 1.6 * scatter(number * 3))),
    };
  }

  #at(minute: number): number {
    return this.#bounded(this.#scale * this.#shape(minute));
  }

  #bounded(price: number): number {
    return Math.min(this.#o.highest, Math.max(this.#o.lowest, Math.round(price)));
  }

  #shape(minute: number): number {
    let sum = 0;
    for (const [i, [period, swing]] of WAVES.entries()) {
      sum += swing * Math.sin((2 * Math.PI * minute) / period + (this.#phases[i] ?? 0));
    }
    return Math.exp(sum);
  }
}
