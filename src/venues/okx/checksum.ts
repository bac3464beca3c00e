/** O13: the checksum old hosts and recordings carry, over the strings exactly as sent. */
import type { OkxLevel } from './schema.ts';

const DEPTH = 25;

const TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xed_b8_83_20 : crc >>> 1;
  return crc;
});

/** CRC-32 of ASCII text, as a signed 32-bit number. */
export function crc32(text: string): number {
  let crc = -1;
  for (let i = 0; i < text.length; i += 1) {
    crc = (crc >>> 8) ^ (TABLE[(crc ^ text.charCodeAt(i)) & 0xff] ?? 0);
  }
  return ~crc;
}

type Sent = readonly [price: string, size: string];

/** A book's texts as they came, kept only for books that are checked by them. */
export class SentBook {
  readonly #bids = new Map<number, Sent>();
  readonly #asks = new Map<number, Sent>();

  set(bids: readonly OkxLevel[], asks: readonly OkxLevel[]): void {
    put(this.#bids, bids);
    put(this.#asks, asks);
  }

  checksum(): number {
    const bids = best(this.#bids, (a, b) => b - a);
    const asks = best(this.#asks, (a, b) => a - b);
    const parts: string[] = [];
    for (let rank = 0; rank < DEPTH; rank += 1) {
      const [bid, ask] = [bids[rank], asks[rank]];
      if (bid) parts.push(bid[0], bid[1]);
      if (ask) parts.push(ask[0], ask[1]);
    }
    return crc32(parts.join(':'));
  }
}

function put(side: Map<number, Sent>, levels: readonly OkxLevel[]): void {
  for (const [price, size] of levels) {
    // The nearest double tells prices of a market apart, and `0.50` from `0.5` not.
    if (Number(size) === 0) side.delete(Number(price));
    else side.set(Number(price), [price, size]);
  }
}

function best(side: ReadonlyMap<number, Sent>, order: (a: number, b: number) => number): (Sent | undefined)[] {
  return Array.from(side.keys())
    .sort(order)
    .slice(0, DEPTH)
    .map((price) => side.get(price));
}
