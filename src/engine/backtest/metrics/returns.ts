/** Ratios of periodic returns, by their usual definitions; `null` where one is not defined. */

/** Simple returns between neighbours; empty once a value is not positive: then there is nothing left to return on. */
export function simpleReturns(equity: ArrayLike<number>): Float64Array {
  const returns = new Float64Array(Math.max(0, equity.length - 1));
  for (let index = 1; index < equity.length; index += 1) {
    const before = equity[index - 1] ?? 0;
    if (before <= 0) return new Float64Array(0);
    returns[index - 1] = (equity[index] ?? 0) / before - 1;
  }
  return returns;
}

export function mean(values: ArrayLike<number>): number | null {
  if (values.length === 0) return null;
  let sum = 0;
  for (let index = 0; index < values.length; index += 1) sum += values[index] ?? 0;
  return sum / values.length;
}

/** With n − 1; `null` for fewer than two values. */
export function sampleDeviation(values: ArrayLike<number>): number | null {
  const middle = mean(values);
  if (middle === null || values.length < 2) return null;
  let sum = 0;
  for (let index = 0; index < values.length; index += 1) sum += ((values[index] ?? 0) - middle) ** 2;
  const deviation = Math.sqrt(sum / (values.length - 1));
  // Equal values whose mean is rounded do not deviate.
  return deviation <= Math.abs(middle) * 1e-12 ? 0 : deviation;
}

/** (1 + geometric mean)^periods − 1; −1 once all is lost. */
export function annualReturn(returns: ArrayLike<number>, periodsPerYear: number): number | null {
  if (returns.length === 0) return null;
  let logs = 0;
  for (let index = 0; index < returns.length; index += 1) {
    const factor = 1 + (returns[index] ?? 0);
    if (factor <= 0) return -1;
    logs += Math.log(factor);
  }
  return finite(Math.expm1((logs / returns.length) * periodsPerYear));
}

export function volatility(returns: ArrayLike<number>, periodsPerYear: number): number | null {
  const deviation = sampleDeviation(returns);
  return deviation === null ? null : deviation * Math.sqrt(periodsPerYear);
}

export function sharpeRatio(returns: ArrayLike<number>, periodsPerYear: number): number | null {
  return scaled(mean(returns), sampleDeviation(returns), periodsPerYear);
}

export function sortinoRatio(returns: ArrayLike<number>, periodsPerYear: number): number | null {
  let squares = 0;
  for (let index = 0; index < returns.length; index += 1) squares += Math.min(returns[index] ?? 0, 0) ** 2;
  return returns.length < 2 ? null : scaled(mean(returns), Math.sqrt(squares / returns.length), periodsPerYear);
}

/** At a threshold of 0. */
export function omegaRatio(returns: ArrayLike<number>): number | null {
  let gains = 0;
  let losses = 0;
  for (let index = 0; index < returns.length; index += 1) {
    const value = returns[index] ?? 0;
    if (value > 0) gains += value;
    else losses -= value;
  }
  return returns.length < 2 || losses === 0 ? null : finite(gains / losses);
}

/** `null` for what overflows: nothing is said rather than something infinite. */
export function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function scaled(middle: number | null, deviation: number | null, periodsPerYear: number): number | null {
  if (middle === null || deviation === null || deviation === 0) return null;
  return finite((middle / deviation) * Math.sqrt(periodsPerYear));
}
