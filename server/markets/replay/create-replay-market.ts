/** Recorded candles played back as a market: the same bars at the same speed each time. */
import { setImmediate as otherWork } from 'node:timers/promises';
import type { Timers } from '#domain/clock.ts';
import type { Instrument } from '#domain/instrument.ts';
import { CandleFileError } from '#server/datasets/candle-file-error.ts';
import { readCandleRows } from '#server/datasets/read-rows.ts';
import type { Market, MarketUpdate } from '../market.ts';
import { REPLAY_VENUE, toRecording, type Recording } from './recording.ts';
import { ReplayInstrument } from './replay-instrument.ts';

export interface ReplayMarketOptions {
  readonly files: readonly string[];
  /** How many times faster than it happened: at 300, a 5-minute bar a second. `max`: as fast as it goes. */
  readonly speed: number | 'max';
  readonly timers: Timers;
  /**
   * The first bar to play, by its number in the file or its time (ms); the bars before it are history. Default: some
   * hundred bars in, so that charts have a past.
   */
  readonly from?: { readonly row: number } | { readonly ts: number };
  /** Rules of instruments by symbol, where the defaults are not those of the venue. */
  readonly rules?: Readonly<Record<string, Partial<Instrument>>>;
}

const DEFAULT_HISTORY_BARS = 500;
const DEFAULT_HISTORY_SHARE = 0.2;
/** A longer timer would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
/** Bars played before others get their turn. */
const BARS_AT_ONCE = 20;

/**
 * Reads the files and stands at the play head until started. Several files play on one time line, which begins where
 * the last of them does. Throws `CandleFileError` for files it cannot use.
 */
export async function createReplayMarket(options: ReplayMarketOptions): Promise<Market> {
  const { timers, speed } = options;
  const instruments = new Map<string, ReplayInstrument>();
  for (const file of options.files) {
    const recording = toRecording(file, await readCandleRows(file), options.rules);
    const { symbol } = recording.instrument;
    if (instruments.has(symbol)) {
      throw new CandleFileError(file, [{ line: 0, message: `there is another file of ${symbol}` }]);
    }
    instruments.set(symbol, new ReplayInstrument(recording));
  }
  const all = [...instruments.values()];
  const head = Math.max(...all.map(({ recording }) => headOf(recording, options.from)));
  for (const instrument of all) instrument.skipTo(head);
  const stride = Math.min(...all.map(({ recording }) => recording.interval));

  let sink: ((update: MarketUpdate) => void) | undefined;
  let cancelTimer = () => {};
  let playing: Promise<void> = Promise.resolve();

  /** Plays all bars of the next time; `false` at the end. */
  function playNext(): boolean {
    const ts = Math.min(...all.map((instrument) => instrument.nextTs ?? Number.POSITIVE_INFINITY));
    if (ts === Number.POSITIVE_INFINITY) return false;
    for (const instrument of all) {
      if (instrument.nextTs !== ts) continue;
      for (const update of instrument.play()) sink?.(update);
    }
    return true;
  }

  function finish(): void {
    sink?.({ type: 'status', state: 'disconnected', reason: 'replay finished' });
  }

  async function race(): Promise<void> {
    while (sink !== undefined) {
      for (let i = 0; i < BARS_AT_ONCE && sink !== undefined; i++) if (!playNext()) return finish();
      await otherWork();
    }
  }

  /** A bar each `stride / speed`, gaps left out; late wake-ups catch up. */
  function pace(due: number, delay: number): void {
    let next = due;
    for (let i = 0; i < BARS_AT_ONCE && next <= timers.now() && sink !== undefined; i++) {
      if (!playNext()) return finish();
      next += delay;
    }
    const wait = Math.min(LONGEST_TIMER_MS, Math.max(0, next - timers.now()));
    if (sink !== undefined) cancelTimer = timers.after(wait, () => pace(next, delay));
  }

  return {
    venue: REPLAY_VENUE,
    simulated: true,
    granularity: 'bars',

    instruments: () =>
      all.map(({ recording: { instrument, units } }) => ({ instrument, priceDecimals: units.priceDecimals })),

    async start(to) {
      sink = to;
      sink({ type: 'status', state: 'connected' });
      if (speed === 'max') playing = race();
      else pace(timers.now(), stride / speed);
    },

    async stop() {
      sink = undefined;
      cancelTimer();
      await playing;
    },

    async candles(symbol, interval, range) {
      return instruments.get(symbol)?.candles(interval, range) ?? [];
    },

    ticker: (symbol) => instruments.get(symbol)?.ticker(),
    book: () => undefined,
    trades: (symbol, limit) => instruments.get(symbol)?.trades(limit) ?? [],
  };
}

/** Open time of the first bar to play. */
function headOf({ bars }: Recording, from: ReplayMarketOptions['from']): number {
  if (from !== undefined && 'ts' in from) return from.ts;
  const share = Math.floor(bars.length * DEFAULT_HISTORY_SHARE);
  const row = from?.row ?? Math.min(DEFAULT_HISTORY_BARS, share);
  return bars.at(row)?.ts ?? Number.POSITIVE_INFINITY;
}
