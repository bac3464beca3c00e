/** O13, written down a second time: what a client checks against must not be the client's own code. */
import type { BookLevel } from '#domain/market-data.ts';

const TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xed_b8_83_20 : crc >>> 1;
  return crc;
});

/** Over the best 25 levels a side, strings as sent; best first. */
export function okxChecksum(bids: readonly BookLevel[], asks: readonly BookLevel[]): number {
  const words: string[] = [];
  for (let rank = 0; rank < 25; rank += 1) {
    for (const level of [bids[rank], asks[rank]]) if (level) words.push(...level);
  }
  let crc = -1;
  for (const byte of Buffer.from(words.join(':'))) crc = (crc >>> 8) ^ (TABLE[(crc ^ byte) & 0xff] ?? 0);
  return ~crc;
}
