/** What the form's worker does: holds an instrument's candles, and runs the fast kernel over them when it is asked. */
import { decodeColumns } from '#domain/candle-columns-binary.ts';
import type { CandleColumns } from '#domain/candle-columns.ts';
import { BacktestError } from '#engine/backtest/case.ts';
import { parseRequest, runBacktest } from '#engine/backtest/run.ts';
import type { FormFigures, FormRequest, FromBacktest, ToBacktest } from './backtest-protocol.ts';

/** Points of the small line: two a stretch. */
const STRETCHES = 80;

export class BacktestDesk {
  #columns: CandleColumns | undefined;
  readonly #now: () => number;

  /** `now`: milliseconds, for what a run took. */
  constructor(now: () => number) {
    this.#now = now;
  }

  receive(message: ToBacktest): FromBacktest {
    try {
      return message.type === 'data' ? this.#keep(message.bytes) : this.#run(message.number, message.request);
    } catch (error) {
      return { type: 'failed', message: error instanceof Error ? error.message : String(error) };
    }
  }

  #keep(bytes: ArrayBuffer): FromBacktest {
    const columns = decodeColumns(new Uint8Array(bytes));
    this.#columns = columns;
    const { ts, length } = columns;
    return { type: 'ready', rows: length, from: ts[0] ?? 0, to: ts[length - 1] ?? 0 };
  }

  #run(number: number, request: FormRequest): FromBacktest {
    const columns = this.#columns;
    if (!columns) throw new Error('there are no candles to run over');
    const began = this.#now();
    try {
      const { state, reason, metrics, exact, equity } = runBacktest(parseRequest({ ...request }), columns);
      if (state === 'error') return { type: 'refused', number, message: reason ?? state };
      const tookMs = this.#now() - began;
      const figures: FormFigures = { state, metrics, exact, equity: fewPoints(equity.equity), tookMs };
      return { type: 'figures', number, figures };
    } catch (error) {
      if (!(error instanceof BacktestError)) throw error;
      return { type: 'refused', number, message: error.message };
    }
  }
}

/** The lowest and the highest of each stretch, in the order they came. */
function fewPoints(values: readonly number[]): number[] {
  if (values.length <= 2 * STRETCHES) return [...values];
  const points: number[] = [];
  for (let stretch = 0; stretch < STRETCHES; stretch += 1) {
    const part = values.slice(
      Math.floor((stretch * values.length) / STRETCHES),
      Math.floor(((stretch + 1) * values.length) / STRETCHES),
    );
    const [low, high] = [Math.min(...part), Math.max(...part)];
    points.push(...(part.indexOf(low) < part.indexOf(high) ? [low, high] : [high, low]));
  }
  return points;
}
