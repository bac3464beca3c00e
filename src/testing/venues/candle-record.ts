/** Bars of any length, from one record of minutes: the path before the start, the trades since. */
import type { Bar, PricePath } from './price-path.ts';

const MINUTE = 60_000;

export class CandleRecord {
  readonly #path: PricePath;
  /** From the path's last minute on, without gaps. */
  #live: Bar[] = [];
  /** Ticks now to a tick of the path's. */
  #times = 1;

  constructor(path: PricePath) {
    this.#path = path;
  }

  trade(ts: number, price: number, lots: number): void {
    const bar = this.#minute(this.#reach(ts));
    this.#live[this.#live.length - 1] = {
      ...bar,
      high: Math.max(bar.high, price),
      low: Math.min(bar.low, price),
      close: price,
      volume: bar.volume + lots,
    };
  }

  /** Prices are told in ticks so many times finer from now on. */
  refine(times: number): void {
    this.#times *= times;
    this.#live = this.#live.map((bar) => scaled(bar, times));
  }

  /** The bar that `ts` falls into, as far as it is formed at `now`. */
  bar(lengthMs: number, ts: number, now: number): Bar {
    this.#reach(now);
    const open = Math.floor(ts / lengthMs) * lengthMs;
    const first = open / MINUTE;
    const last = Math.min(first + lengthMs / MINUTE - 1, Math.floor(now / MINUTE));
    const start = this.#minute(first);
    let { high, low, close, volume } = start;
    for (let number = first + 1; number <= last; number += 1) {
      const minute = this.#minute(number);
      high = Math.max(high, minute.high);
      low = Math.min(low, minute.low);
      close = minute.close;
      volume += minute.volume;
    }
    return { ts: open, open: start.open, high, low, close, volume };
  }

  /** Fills up with flat minutes to that of `ts`; returns its number. */
  #reach(ts: number): number {
    const number = Math.max(this.#path.lastMinute, Math.floor(ts / MINUTE));
    while (this.#path.lastMinute + this.#live.length <= number) {
      const next = this.#path.lastMinute + this.#live.length;
      const price = this.#live.at(-1)?.close ?? this.#past(next - 1).close;
      this.#live.push({ ts: next * MINUTE, open: price, high: price, low: price, close: price, volume: 0 });
    }
    return number;
  }

  #minute(number: number): Bar {
    return this.#live[number - this.#path.lastMinute] ?? this.#past(number);
  }

  #past(number: number): Bar {
    return scaled(this.#path.minute(number), this.#times);
  }
}

function scaled(bar: Bar, times: number): Bar {
  const { open, high, low, close } = bar;
  return { ...bar, open: open * times, high: high * times, low: low * times, close: close * times };
}
