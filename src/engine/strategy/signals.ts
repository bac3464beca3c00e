/** What a signal strategy decides (G19): one closed bar in, the wanted position out. No I/O, no orders, no money. */

export type Target = 'long' | 'short' | 'flat';

export interface Decision {
  readonly target: Target;
  /** In words, with figures: shown beside the signal. */
  readonly reason: string;
  /** 0 to 1, where the strategy has a notion of it. */
  readonly strength?: number;
}

/** A closed bar; prices in one unit throughout. */
export interface SignalBar {
  readonly ts: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

export interface SignalMachine {
  /** Closed bars before the first that can decide: `warmup` bars only fill the indicators. */
  readonly warmup: number;
  /** Takes the next closed bar; a decision only where the wanted position changes. */
  close(bar: SignalBar): Decision | undefined;
  /** Goes on as if this were what it wants: new parameters take over a position. */
  adopt(target: Target): void;
  /** Indicator values after the last bar, by name, in price units or their own; `null` while filling. For charts. */
  figures(): Readonly<Record<string, number | null>>;
  /** Plain JSON: a machine loaded with it goes on exactly as this one would (G18). */
  save(): unknown;
  /** Throws a `RangeError` for what `save` has not made. */
  load(state: unknown): void;
}
