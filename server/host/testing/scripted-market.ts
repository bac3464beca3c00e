import type { BookSnapshot, Candle, Ticker, Trade } from '#domain/market-data.ts';
import type { CandleRange, ListedInstrument, Market, MarketUpdate } from '#server/markets/market.ts';

export const BTC: ListedInstrument = {
  instrument: {
    venue: 'sim',
    symbol: 'BTC-USDC',
    base: 'BTC',
    quote: 'USDC',
    tickSize: '0.1',
    lotSize: '0.0001',
    minSize: '0.0001',
    minNotional: '1',
    makerFee: '0.0008',
    takerFee: '0.001',
    feeCurrency: 'quote',
  },
  priceDecimals: 1,
};

/** A market that says what a test tells it to say. */
export class ScriptedMarket implements Market {
  readonly venue: string;
  readonly simulated = true;
  readonly granularity: 'trades' | 'bars';
  /** What `candles` answers with, whatever the interval. */
  bars: readonly Candle[] = [];
  currentBook: BookSnapshot | undefined;
  readonly #listed: readonly ListedInstrument[];
  readonly #tickers = new Map<string, Ticker>();
  #sink: ((update: MarketUpdate) => void) | undefined;
  #id = 0;

  constructor(listed: readonly ListedInstrument[] = [BTC], granularity: 'trades' | 'bars' = 'trades') {
    this.#listed = listed;
    this.venue = listed[0]?.instrument.venue ?? 'sim';
    this.granularity = granularity;
  }

  instruments(): readonly ListedInstrument[] {
    return this.#listed;
  }

  async start(sink: (update: MarketUpdate) => void): Promise<void> {
    this.#sink = sink;
    sink({ type: 'status', state: 'connected' });
  }

  async stop(): Promise<void> {
    this.#sink = undefined;
  }

  async candles(_symbol: string, _interval: string, { from = 0, to = Infinity }: CandleRange) {
    return this.bars.filter(({ ts }) => ts >= from && ts <= to);
  }

  ticker(symbol: string): Ticker | undefined {
    return this.#tickers.get(symbol);
  }

  book(): BookSnapshot | undefined {
    return this.currentBook;
  }

  trades(): readonly Trade[] {
    return [];
  }

  say(update: MarketUpdate): void {
    if (update.type === 'ticker') this.#tickers.set(update.ticker.instrument, update.ticker);
    this.#sink?.(update);
  }

  trade(ts: number, price: string, symbol = 'BTC-USDC'): void {
    const id = String(++this.#id);
    const trade: Trade = { venue: this.venue, instrument: symbol, id, ts, side: 'buy', price, size: '0.01' };
    this.say({ type: 'trade', trade });
  }
}
