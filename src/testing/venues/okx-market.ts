/** One listed instrument of the test OKX: its market, and what its channels say of it. */
import type { BookLevel } from '#domain/market-data.ts';
import { okxChecksum } from './okx-checksum.ts';
import type { OkxListing } from './okx-instruments.ts';
import { TestMarket, type BookSideName, type LevelChange, type MarketTrade } from './test-market.ts';
import type { Fields } from './venue-socket.ts';

const DAY = 86_400_000;
/** O10: bars whose name is their length. */
const UNITS: Readonly<Record<string, number>> = { m: 60_000, H: 3_600_000, D: DAY };

/** Length of `1m`, `4H`, `1Dutc`; `undefined`: there is no such bar. */
export function barLength(bar: string): number | undefined {
  const [, count, unit = ''] = /^(1m|3m|5m|15m|30m|1H|2H|4H|6Hutc|12Hutc|1Dutc)$/.test(bar)
    ? (/^(\d+)([mHD])/.exec(bar) ?? [])
    : [];
  const ms = UNITS[unit];
  return count === undefined || ms === undefined ? undefined : Number(count) * ms;
}

export type ChecksumMode = 'zero' | 'real' | 'absent';

export class OkxMarket {
  readonly listing: OkxListing;
  readonly market: TestMarket;
  #seqId: number;
  #volume = 0;

  constructor(listing: OkxListing, seed: number, depth: number, now: number) {
    this.listing = listing;
    this.#seqId = 1_000_000 + (seed % 1_000);
    this.market = new TestMarket({
      seed,
      tickSize: listing.tickSz,
      lotSize: listing.lotSz,
      price: listing.price,
      size: listing.size,
      depth,
      startsAt: now,
    });
  }

  get seqId(): number {
    return this.#seqId;
  }

  /** O12: ids need not follow one another. */
  nextSeqId(step: number): number {
    return (this.#seqId += step);
  }

  /** O12: starts counting anew, below where it was. */
  resetSeqId(): number {
    return (this.#seqId = 1 + (this.#seqId % 7));
  }

  levels(side: BookSideName, count = Number.POSITIVE_INFINITY): BookLevel[] {
    return this.market
      .side(side)
      .slice(0, count)
      .map(({ price, lots }) => [this.market.priceText(price), this.market.sizeText(lots)]);
  }

  /** O11: `[price, size, "0", orders]`. */
  rows(side: BookSideName, count?: number): string[][] {
    return this.market
      .side(side)
      .slice(0, count)
      .map((level) => this.row(level));
  }

  row({ price, lots, orders }: Omit<LevelChange, 'side'>): string[] {
    return [this.market.priceText(price), this.market.sizeText(lots), '0', String(orders)];
  }

  changes(changes: readonly LevelChange[]): { asks: string[][]; bids: string[][] } {
    const of = (side: BookSideName) =>
      changes.filter((change) => change.side === side).map((change) => this.row(change));
    return { asks: of('ask'), bids: of('bid') };
  }

  checksum(mode: ChecksumMode): { checksum?: number } {
    if (mode === 'absent') return {};
    return { checksum: mode === 'zero' ? 0 : okxChecksum(this.levels('bid', 25), this.levels('ask', 25)) };
  }

  tradeRow({ id, side, price, lots, count }: MarketTrade, ts: number): Fields {
    this.#volume += lots;
    return {
      instId: this.listing.instId,
      tradeId: String(id),
      px: this.market.priceText(price),
      sz: this.market.sizeText(lots),
      side,
      ts: String(ts),
      count: String(count),
    };
  }

  /** O10. Newest first, as REST has it; `before` and `after` exclude. */
  candleRow(length: number, ts: number, now: number): string[] {
    const { market, listing } = this;
    const bar = market.candles.bar(length, ts, now);
    const price = (ticks: number) => market.priceText(ticks);
    const volume = Number(market.sizeText(bar.volume));
    const base = listing.ctVal === undefined ? volume : volume * Number(listing.ctVal);
    const quote = base * Number(price(bar.close));
    const isSpot = listing.instType === 'SPOT';
    return [
      String(bar.ts),
      price(bar.open),
      price(bar.high),
      price(bar.low),
      price(bar.close),
      market.sizeText(bar.volume),
      plain(isSpot ? quote : base),
      plain(quote),
      now >= bar.ts + length ? '1' : '0',
    ];
  }

  tickerRow(now: number): Fields {
    const { market, listing } = this;
    const day = this.#day(now);
    const [bid, ask] = [market.side('bid')[0], market.side('ask')[0]];
    const { lastTrade } = market;
    const volume = Number(market.sizeText(day.volume + this.#volume));
    const base = listing.ctVal === undefined ? volume : volume * Number(listing.ctVal);
    return {
      instType: listing.instType,
      instId: listing.instId,
      last: market.priceText(lastTrade.price),
      lastSz: market.sizeText(lastTrade.lots),
      askPx: ask ? market.priceText(ask.price) : '',
      askSz: ask ? market.sizeText(ask.lots) : '',
      bidPx: bid ? market.priceText(bid.price) : '',
      bidSz: bid ? market.sizeText(bid.lots) : '',
      open24h: market.priceText(day.open),
      high24h: market.priceText(Math.max(day.high, lastTrade.price)),
      low24h: market.priceText(Math.min(day.low, lastTrade.price)),
      // O9: quote for spot, base for derivatives; and base for spot, contracts for derivatives.
      volCcy24h: plain(listing.instType === 'SPOT' ? base * Number(market.priceText(lastTrade.price)) : base),
      vol24h: plain(volume),
      sodUtc0: market.priceText(day.open),
      sodUtc8: market.priceText(day.open),
      ts: String(now),
    };
  }

  #dayAt = 0;
  #dayBar: { open: number; high: number; low: number; volume: number } | undefined;

  /** The last 24 hours, worked out anew every minute. */
  #day(now: number): { open: number; high: number; low: number; volume: number } {
    if (this.#dayBar && now - this.#dayAt < 60_000) return this.#dayBar;
    this.#dayAt = now;
    this.#volume = 0;
    const hours = Array.from({ length: 24 }, (_, i) =>
      this.market.candles.bar(3_600_000, now - (24 - i) * 3_600_000, now),
    );
    this.#dayBar = {
      open: hours[0]?.open ?? 0,
      high: Math.max(...hours.map(({ high }) => high)),
      low: Math.min(...hours.map(({ low }) => low)),
      volume: hours.reduce((sum, { volume }) => sum + volume, 0),
    };
    return this.#dayBar;
  }
}

/** At most eight decimals, no exponent: venues' sums are rounded. */
function plain(value: number): string {
  return value.toFixed(8).replace(/\.?0+$/, '');
}
