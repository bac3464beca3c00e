/** The engine's own market as data sets, one an instrument: closed bars in its shortest interval, growing as it trades. */
import { setImmediate as otherWork } from 'node:timers/promises';
import { CandleColumnsBuilder } from '#domain/candle-columns-builder.ts';
import { gapsOf, type CandleColumns } from '#domain/candle-columns.ts';
import { channelSegment } from '#domain/channel.ts';
import type { Timers } from '#domain/clock.ts';
import { INTERVAL_MS, INTERVALS, type Candle, type Interval } from '#domain/market-data.ts';
import type { DatasetView } from '#protocol/backtest-shapes.ts';
import type { Market } from '#server/markets/market.ts';

interface OfInstrument {
  readonly market: Market;
  readonly symbol: string;
  readonly id: string;
}

interface Bars {
  readonly timeframe: Interval;
  readonly columns: CandleColumns;
}

interface Kept {
  readonly minute: number;
  readonly bars: Promise<Bars | undefined>;
}

const PAGE_BARS = 2_000;
/** Of a real venue three days, which are asked for once; more is fetched as a data set. */
const VENUE_BARS = 3 * 1_440;
const MINUTE_MS = 60_000;
/** A list does not wait longer for a venue that does not answer. */
const PATIENCE_MS = 3_000;

export class MarketDatasets {
  readonly #markets: readonly Market[];
  readonly #timers: Timers;
  readonly #kept = new Map<string, Kept>();

  constructor(markets: readonly Market[], timers: Timers) {
    this.#markets = markets;
    this.#timers = timers;
  }

  /** What a real venue cannot be asked for now, or is slow to tell, is left out. */
  async list(): Promise<readonly DatasetView[]> {
    let cancel = () => {};
    const late = new Promise<undefined>((resolve) => {
      cancel = this.#timers.after(PATIENCE_MS, () => resolve(undefined));
    });
    const views = await Promise.all(
      this.#all().map((each) => (each.market.simulated ? this.#view(each) : Promise.race([this.#view(each), late]))),
    );
    cancel();
    return views.filter((view) => view !== undefined);
  }

  async get(id: string): Promise<DatasetView | undefined> {
    const found = this.#find(id);
    return found && this.#view(found);
  }

  /** `undefined`: it is none of these, or has no bars. */
  async columns(id: string): Promise<CandleColumns | undefined> {
    const found = this.#find(id);
    return found && (await this.#current(found))?.columns;
  }

  #all(): OfInstrument[] {
    return this.#markets.flatMap((market) =>
      market.instruments().map(({ instrument: { venue, symbol } }) => ({
        market,
        symbol,
        id: `market-${channelSegment(venue)}-${channelSegment(symbol)}`,
      })),
    );
  }

  #find(id: string): OfInstrument | undefined {
    return id.startsWith('market-') ? this.#all().find((each) => each.id === id) : undefined;
  }

  async #view(instrument: OfInstrument): Promise<DatasetView | undefined> {
    const current = await this.#current(instrument);
    if (current === undefined) return undefined;
    const { columns, timeframe } = current;
    const { symbol, market, id } = instrument;
    const gaps = gapsOf(columns, INTERVAL_MS[timeframe]);
    return {
      id,
      name: `${symbol} (${market.venue})`,
      symbol,
      timeframe,
      source: 'market',
      venue: market.venue,
      state: 'ready',
      rows: columns.length,
      from: columns.ts[0] ?? 0,
      to: columns.ts[columns.length - 1] ?? 0,
      gaps: { ...gaps, first: [...gaps.first] },
      price_decimals: columns.priceDecimals,
      hash: '',
      bytes: columns.ts.buffer.byteLength,
      created_at: columns.ts[0] ?? 0,
    };
  }

  /** Brought up to date once a minute; who asks meanwhile gets the same columns, and a venue is not asked again. */
  #current(instrument: OfInstrument): Promise<Bars | undefined> {
    const minute = Math.floor(this.#timers.now() / MINUTE_MS);
    const kept = this.#kept.get(instrument.id);
    if (kept?.minute === minute) return kept.bars;
    const bars = this.#extend(instrument, kept?.bars);
    this.#kept.set(instrument.id, { minute, bars });
    return bars;
  }

  /** Closed bars never change: only what came since is asked for. */
  async #extend(instrument: OfInstrument, earlier: Promise<Bars | undefined> | undefined): Promise<Bars | undefined> {
    const before = await earlier;
    try {
      return await this.#read(instrument, before);
    } catch {
      return before;
    }
  }

  async #read({ market, symbol }: OfInstrument, before: Bars | undefined): Promise<Bars | undefined> {
    const timeframe = before?.timeframe ?? (await shortestOf(market, symbol));
    if (timeframe === undefined) return undefined;
    const builder = new CandleColumnsBuilder();
    if (before !== undefined) copy(before.columns, builder);
    const last = before?.columns.ts[before.columns.length - 1];
    const start = last === undefined ? (market.simulated ? 0 : undefined) : last + 1;
    for await (const candle of barsOf(market, symbol, timeframe, start)) if (candle.closed) push(candle, builder);
    if (builder.length === (before?.columns.length ?? 0)) return before;
    return { timeframe, columns: builder.finish((bytes) => new SharedArrayBuffer(bytes)) };
  }
}

/** All from a time on, page by page: others have their turn between. Without a time the newest there may be. */
async function* barsOf(
  market: Market,
  symbol: string,
  timeframe: Interval,
  start: number | undefined,
): AsyncGenerator<Candle> {
  if (start === undefined) return yield* await market.candles(symbol, timeframe, { limit: VENUE_BARS });
  for (let from = start; ;) {
    const page = await market.candles(symbol, timeframe, { from, limit: PAGE_BARS });
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE_BARS) return;
    from = last.ts + 1;
    await otherWork();
  }
}

/** A replay has no bars shorter than those of its file. */
async function shortestOf(market: Market, symbol: string): Promise<Interval | undefined> {
  for (const interval of INTERVALS) {
    const candles = await market.candles(symbol, interval, { limit: 2 });
    if (candles.length > 0) return interval;
  }
  return undefined;
}

export function push({ ts, open, high, low, close, volume }: Candle, builder: CandleColumnsBuilder): void {
  builder.pushText(ts, [open, high, low, close], Number(volume));
}

function copy(columns: CandleColumns, builder: CandleColumnsBuilder): void {
  builder.refine(columns.priceDecimals);
  const { ts, open, high, low, close, volume } = columns;
  for (let row = 0; row < columns.length; row += 1) {
    builder.push(ts[row] ?? 0, open[row] ?? 0, high[row] ?? 0, low[row] ?? 0, close[row] ?? 0, volume[row] ?? 0);
  }
}
