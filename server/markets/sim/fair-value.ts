/**
 * What the simulated traders believe an instrument to be worth. Its logarithm wanders around an anchor in three
 * mean-reverting parts — days, minutes, seconds — so that every chart scale has its own life and yet no price runs
 * away in months. How wildly it wanders comes in clusters, and now and then a burst of momentum carries it off.
 */
import type { Draws } from './draws.ts';

interface Part {
  /** Standard deviation it settles at, as a fraction of the price. */
  readonly deviation: number;
  /** Time in ms in which a displacement fades to 1/e. */
  readonly memory: number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const DAYS: Part = { deviation: 0.027, memory: 36 * HOUR };
const MINUTES: Part = { deviation: 0.0038, memory: 5 * MINUTE };
const SECONDS: Part = { deviation: 0.0013, memory: 10_000 };
/** Of the logarithm of the volatility. */
const CLUSTERS: Part = { deviation: 0.22, memory: 25 * MINUTE };
const CALMEST = 0.75;
const WILDEST = 2.2;

const BURSTS_PER_MS = 1 / (40 * MINUTE);
const BURST_PER_MINUTE = 0.0015;

/** The constants of one step length. */
interface Step {
  readonly ms: number;
  readonly days: Coefficients;
  readonly minutes: Coefficients;
  readonly seconds: Coefficients;
  readonly clusters: Coefficients;
}
interface Coefficients {
  readonly decay: number;
  readonly noise: number;
}

export class FairValue {
  readonly #anchor: number;
  readonly #wildness: number;
  readonly #draws: Draws;
  #step: Step = stepOf(100);
  #days: number;
  #minutes = 0;
  #seconds = 0;
  #logVolatility = 0;
  #burst = 0;
  #burstLeft = 0;

  /** Starts at `price`; `wildness` scales all its moves. Prices may be in any unit. */
  constructor(anchor: number, price: number, wildness: number, draws: Draws) {
    this.#anchor = anchor;
    this.#wildness = wildness;
    this.#draws = draws;
    this.#days = Math.log(price / anchor);
  }

  get price(): number {
    return this.#anchor * Math.exp(this.#days + this.#minutes + this.#seconds);
  }

  /** Volatility now, 1 on average. */
  get volatility(): number {
    return Math.min(WILDEST, Math.max(CALMEST, Math.exp(this.#logVolatility)));
  }

  /** Direction of a momentum burst under way: −1, 0 or 1. */
  get momentum(): number {
    return Math.sign(this.#burst);
  }

  /** Standard deviation of one step of `ms` at today's volatility, as a fraction of the price. */
  deviation(ms: number): number {
    const { days, minutes, seconds } = this.#coefficients(ms);
    return this.#wildness * this.volatility * Math.hypot(days.noise, minutes.noise, seconds.noise);
  }

  advance(ms: number): void {
    const { days, minutes, seconds, clusters } = this.#coefficients(ms);
    const draws = this.#draws;
    this.#logVolatility = this.#logVolatility * clusters.decay + clusters.noise * draws.normal();
    const scale = this.#wildness * this.volatility;
    this.#days = this.#days * days.decay + scale * days.noise * draws.normal();
    this.#minutes = this.#minutes * minutes.decay + scale * minutes.noise * draws.normal() + this.#carry(ms);
    this.#seconds = this.#seconds * seconds.decay + scale * seconds.noise * draws.normal();
  }

  /** What a momentum burst adds in `ms`. */
  #carry(ms: number): number {
    if (this.#burstLeft > 0) {
      const part = Math.min(ms, this.#burstLeft);
      const carried = this.#burst * part;
      this.#burstLeft -= part;
      if (this.#burstLeft === 0) this.#burst = 0;
      return carried;
    }
    if (this.#draws.chance(BURSTS_PER_MS * ms)) {
      const strength = (this.#wildness * BURST_PER_MINUTE * (0.5 + this.#draws.exponential())) / MINUTE;
      this.#burst = this.#draws.chance(0.5) ? strength : -strength;
      this.#burstLeft = (0.5 + 2 * this.#draws.uniform()) * MINUTE;
    }
    return 0;
  }

  #coefficients(ms: number): Step {
    if (this.#step.ms !== ms) this.#step = stepOf(ms);
    return this.#step;
  }
}

function stepOf(ms: number): Step {
  const coefficients = ({ deviation, memory }: Part): Coefficients => {
    const decay = Math.exp(-ms / memory);
    return { decay, noise: deviation * Math.sqrt(1 - decay * decay) };
  };
  return {
    ms,
    days: coefficients(DAYS),
    minutes: coefficients(MINUTES),
    seconds: coefficients(SECONDS),
    clusters: coefficients(CLUSTERS),
  };
}
