/** The engine's own market as data sets, one an instrument: closed bars in its shortest interval, growing as it trades. */
import { CandleColumnsBuilder } from '#domain/candle-columns-builder.ts';
import { gapsOf, type CandleColumns } from '#domain/candle-columns.ts';
import { channelSegment } from '#domain/channel.ts';
import type { Clock } from '#domain/clock.ts';
import { INTERVAL_MS, INTERVALS, type Candle, type Interval } from '#domain/market-data.ts';
import type { DatasetView } from '#protocol/backtest-shapes.ts';
import type { Market } from '#server/markets/market.ts';

interface OfInstrument {
  readonly market: Market;
  readonly symbol: string;
  readonly id: string;
}

interface Kept {
  readonly minute: number;
  readonly timeframe: Interval;
  readonly columns: CandleColumns;
}

/** All that a market of our own has. */
const ALL_BARS = 10_000_000;
/** Of a real venue three days, which are asked for once; more is fetched as a data set. */
const VENUE_BARS = 3 * 1_440;
const MINUTE_MS = 60_000;

export class MarketDatasets {
  readonly #markets: readonly Market[];
  readonly #clock: Clock;
  readonly #kept = new Map<string, Promise<Kept | undefined>>();

  constructor(markets: readonly Market[], clock: Clock) {
    this.#markets = markets;
    this.#clock = clock;
  }

  /** What a venue cannot be asked for now is left out. */
  async list(): Promise<readonly DatasetView[]> {
    const views = await Promise.all(this.#all().map((each) => this.#view(each)));
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

  /** Brought up to date once a minute; who asks meanwhile gets the same columns. */
  async #current(instrument: OfInstrument): Promise<Kept | undefined> {
    const minute = Math.floor(this.#clock.now() / MINUTE_MS);
    const before = await this.#kept.get(instrument.id);
    if (before?.minute === minute) return before;
    const made = this.#extend(instrument, minute, before).catch(() => before);
    this.#kept.set(instrument.id, made);
    return made;
  }

  async #extend({ market, symbol }: OfInstrument, minute: number, before: Kept | undefined): Promise<Kept | undefined> {
    const builder = new CandleColumnsBuilder();
    const limit = market.simulated ? ALL_BARS : VENUE_BARS;
    const timeframe = before?.timeframe ?? (await shortestOf(market, symbol));
    if (timeframe === undefined) return undefined;
    const last = before?.columns.ts[before.columns.length - 1];
    if (before !== undefined) copy(before.columns, builder);
    const range = last === undefined ? { limit } : { from: last + 1, limit };
    for (const candle of await market.candles(symbol, timeframe, range)) if (candle.closed) push(candle, builder);
    if (builder.length === 0) return undefined;
    return { minute, timeframe, columns: builder.finish((bytes) => new SharedArrayBuffer(bytes)) };
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
