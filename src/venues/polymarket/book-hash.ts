/** M11: SHA-1 of a book as compact JSON, by which the venue lets it be checked. */
import { sha1 } from '@noble/hashes/legacy.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { plainUnits } from '#domain/order-book-units.ts';
import type { OrderBook } from '#domain/order-book.ts';
import type { SideLevels } from '#domain/order-book-side.ts';

export interface HashInputs {
  /** The question's id. */
  readonly market: string;
  readonly symbol: string;
  /** As sent. */
  readonly timestamp: string;
  readonly minOrderSize: string;
  readonly tickSize: string;
  /** `undefined`: not told; both are tried. */
  readonly negRisk: boolean | undefined;
  /** Of the question, whichever outcome was traded, as the venue writes it: `0.500`. */
  readonly lastTradePrice: string;
}

/** Whether the book, with these inputs or in the older form that has fewer, has that hash. */
export function hashFits(hash: string, book: OrderBook, inputs: HashInputs): boolean {
  const { market, symbol, timestamp, minOrderSize, tickSize, negRisk, lastTradePrice } = inputs;
  const { bids, asks, priceDecimals, sizeDecimals } = book.view();
  // On the wire the best are last.
  const bidText = levelsText(bids, priceDecimals, sizeDecimals).join(',');
  const askText = levelsText(asks, priceDecimals, sizeDecimals).toReversed().join(',');
  const head = `{"market":${JSON.stringify(market)},"asset_id":${JSON.stringify(symbol)},`;
  const levels = `"hash":"","bids":[${bidText}],"asks":[${askText}]`;
  const common = sha1.create().update(utf8ToBytes(`${head}"timestamp":${JSON.stringify(timestamp)},${levels},`));
  for (const isNegRisk of negRisk === undefined ? [false, true] : [negRisk]) {
    const rules = `"min_order_size":"${minOrderSize}","tick_size":"${tickSize}","neg_risk":${isNegRisk},`;
    const rest = utf8ToBytes(`${rules}"last_trade_price":${JSON.stringify(lastTradePrice)}}`);
    if (bytesToHex(common.clone().update(rest).digest()) === hash) return true;
  }
  return bytesToHex(sha1(utf8ToBytes(`${head}${levels}}`))) === hash;
}

function levelsText({ prices, sizes }: SideLevels, priceDecimals: number, sizeDecimals: number): string[] {
  return Array.from(prices, (price, i) => {
    const size = sizes[i] ?? 0;
    return `{"price":"${plainUnits(price, priceDecimals)}","size":"${plainUnits(size, sizeDecimals)}"}`;
  });
}
