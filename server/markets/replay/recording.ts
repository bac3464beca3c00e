/** A candle file as an instrument with all its bars. */
import { basename } from 'node:path';
import { channelSegment } from '#domain/channel.ts';
import type { Instrument } from '#domain/instrument.ts';
import { INTERVAL_MS, INTERVALS } from '#domain/market-data.ts';
import { decimalsOf, MAX_DECIMALS, parseUnits } from '#domain/order-book-units.ts';
import { CandleFileError } from '#server/datasets/candle-file-error.ts';
import type { CandleRow } from '#server/datasets/read-rows.ts';
import { BarSeries, type BarUnits } from '../bars.ts';

export const REPLAY_VENUE = 'replay';

export interface Recording {
  readonly instrument: Instrument;
  readonly units: BarUnits;
  /** Of one bar, ms. */
  readonly interval: number;
  readonly bars: BarSeries;
}

/** `rules`: by symbol, over the defaults. Throws `CandleFileError` where the rows make no market. */
export function toRecording(
  path: string,
  rows: readonly CandleRow[],
  rules: Readonly<Record<string, Partial<Instrument>>> = {},
): Recording {
  const fail = (message: string): never => {
    throw new CandleFileError(path, [{ line: 0, message }]);
  };
  const interval = shortestDistance(rows) ?? fail('one row makes no market');
  if (!INTERVALS.some((name) => INTERVAL_MS[name] % interval === 0)) {
    fail(`its bars of ${interval / 60_000} minutes fit into none of the intervals ${INTERVALS.join(', ')}`);
  }
  const symbol = symbolOf(path);
  const ruled = decimalsOf(rules[symbol]?.tickSize ?? '1');
  const dataDecimals = rows.reduce((most, row) => Math.max(most, priceDecimalsOf(row)), 0);
  const priceDecimals = Math.max(dataDecimals, ruled);
  if (priceDecimals > MAX_DECIMALS) fail(`its prices have more than ${MAX_DECIMALS} decimals`);
  const units = { priceDecimals, sizeDecimals: volumeDecimals(rows) };
  const bars = new BarSeries();
  for (const row of rows) {
    const price = (text: string): number =>
      parseUnits(text, priceDecimals) ?? fail(`the price ${text} has too many digits to be traded on exactly`);
    bars.push({
      ts: row.ts,
      open: price(row.open),
      high: price(row.high),
      low: price(row.low),
      close: price(row.close),
      volume: Math.round(Number(row.volume) * 10 ** units.sizeDecimals),
    });
  }
  const instrument: Instrument = {
    venue: REPLAY_VENUE,
    symbol,
    ...currenciesOf(symbol),
    tickSize: dataDecimals === 0 ? '1' : `0.${'1'.padStart(dataDecimals, '0')}`,
    lotSize: '0.00001',
    minSize: '0.00001',
    minNotional: '0',
    makerFee: '0.0008',
    takerFee: '0.001',
    feeCurrency: 'quote',
    ...rules[symbol],
  };
  return { instrument, units, interval, bars };
}

/** `okx-swap_BTC-USDT-SWAP_5m_2022.csv.gz` → `BTC-USDT-SWAP`; any other name without its extension. */
export function symbolOf(path: string): string {
  const stem = basename(path).replace(/(\.csv)?(\.gz)?$/i, '');
  const named = /^[^_]+_([^_]+)_\d+[mhdw](?:_|$)/.exec(stem);
  return channelSegment(named?.[1] ?? stem);
}

const QUOTES = ['USDT', 'USDC', 'BUSD', 'USD', 'EUR', 'BTC', 'ETH'];

/** `BTC-USDT-SWAP` → BTC, USDT; `BTCUSDT` → BTC, USDT; what names no quote currency is in USD. */
export function currenciesOf(symbol: string): Pick<Instrument, 'base' | 'quote'> {
  const [base = symbol, second] = symbol.split('-');
  if (second !== undefined && QUOTES.includes(second)) return { base, quote: second };
  const quote = QUOTES.find((each) => base.length > each.length && base.endsWith(each));
  return quote === undefined ? { base, quote: 'USD' } : { base: base.slice(0, -quote.length), quote };
}

function shortestDistance(rows: readonly CandleRow[]): number | undefined {
  let shortest: number | undefined;
  for (let i = 1; i < rows.length; i++) {
    const distance = (rows[i]?.ts ?? 0) - (rows[i - 1]?.ts ?? 0);
    if (shortest === undefined || distance < shortest) shortest = distance;
  }
  return shortest;
}

function priceDecimalsOf({ open, high, low, close }: CandleRow): number {
  return Math.max(decimalsOf(open), decimalsOf(high), decimalsOf(low), decimalsOf(close));
}

/** As many decimals of the volumes as still let a whole history be added up exactly. */
function volumeDecimals(rows: readonly CandleRow[]): number {
  let total = 0;
  let wanted = 0;
  for (const { volume } of rows) {
    total += Number(volume);
    wanted = Math.max(wanted, decimalsOf(volume));
  }
  let decimals = Math.min(wanted, 8);
  while (decimals > 0 && total * 10 ** decimals > Number.MAX_SAFE_INTEGER) decimals -= 1;
  return decimals;
}
