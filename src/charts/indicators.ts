/**
 * Indicators over closes, one value a bar, computed bar by bar. `push` closes a bar and moves on; `peek` says what
 * `push` would give for the bar still forming, and changes nothing. A line has no value (`null`) until enough bars are in.
 */
export interface Indicator {
  push(close: number): readonly (number | null)[];
  peek(close: number): readonly (number | null)[];
}

export const INDICATORS = ['ma', 'ema', 'bollinger', 'rsi'] as const;
export type IndicatorId = (typeof INDICATORS)[number];

/** The closes before the current bar, as many as a window of `period` bars needs besides it. */
function window(period: number) {
  const closes: number[] = [];
  return {
    closes,
    /** The window's `period` closes with `close` as the newest, or `undefined` while it is not full. */
    with: (close: number) => (closes.length < period - 1 ? undefined : [...closes, close]),
    push(close: number) {
      closes.push(close);
      if (closes.length >= period) closes.shift();
    },
  };
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Simple moving average: the mean of the last `period` closes. */
export function sma(period: number): Indicator {
  const last = window(period);
  const peek = (close: number) => {
    const closes = last.with(close);
    return [closes ? mean(closes) : null];
  };
  return {
    peek,
    push(close) {
      const value = peek(close);
      last.push(close);
      return value;
    },
  };
}

/** Exponential moving average, weight `2 / (period + 1)`, seeded with the mean of the first `period` closes. */
export function ema(period: number): Indicator {
  const weight = 2 / (period + 1);
  const first = sma(period);
  let value: number | null = null;
  const next = (close: number, seed: readonly (number | null)[]) =>
    value === null ? (seed[0] ?? null) : value + weight * (close - value);
  return {
    peek: (close) => [next(close, first.peek(close))],
    push(close) {
      value = next(close, value === null ? first.push(close) : []);
      return [value];
    },
  };
}

/** Bollinger bands `[upper, middle, lower]`: the SMA ± `width` population standard deviations of the same closes. */
export function bollinger(period: number, width: number): Indicator {
  const last = window(period);
  const peek = (close: number) => {
    const closes = last.with(close);
    if (!closes) return [null, null, null];
    const middle = mean(closes);
    const deviation = Math.sqrt(mean(closes.map((value) => (value - middle) ** 2)));
    return [middle + width * deviation, middle, middle - width * deviation];
  };
  return {
    peek,
    push(close) {
      const value = peek(close);
      last.push(close);
      return value;
    },
  };
}

interface RsiState {
  readonly previous: number | null;
  readonly changes: number;
  readonly gain: number;
  readonly loss: number;
}

/**
 * Wilder's relative strength index, 0 to 100: the first averages are the means of the first `period` gains and losses,
 * later ones `(previous · (period − 1) + current) / period`. Without a loss it is 100, without any move 50.
 */
export function rsi(period: number): Indicator {
  let state: RsiState = { previous: null, changes: 0, gain: 0, loss: 0 };
  const step = (close: number): RsiState => {
    if (state.previous === null) return { ...state, previous: close };
    const gain = Math.max(close - state.previous, 0);
    const loss = Math.max(state.previous - close, 0);
    const changes = state.changes + 1;
    // The running mean of the first `period` changes and Wilder's smoothing are one formula with a capped weight.
    const weight = Math.min(changes, period);
    return {
      previous: close,
      changes,
      gain: (state.gain * (weight - 1) + gain) / weight,
      loss: (state.loss * (weight - 1) + loss) / weight,
    };
  };
  const value = ({ changes, gain, loss }: RsiState) => {
    if (changes < period) return null;
    if (gain + loss === 0) return 50;
    return (100 * gain) / (gain + loss);
  };
  return {
    peek: (close) => [value(step(close))],
    push(close) {
      state = step(close);
      return [value(state)];
    },
  };
}

/** The chart's set: MA 20, EMA 20, Bollinger 20 × 2 σ, RSI 14. */
export function createIndicator(id: IndicatorId): Indicator {
  switch (id) {
    case 'ma':
      return sma(20);
    case 'ema':
      return ema(20);
    case 'bollinger':
      return bollinger(20, 2);
    case 'rsi':
      return rsi(14);
  }
}
