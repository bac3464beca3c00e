/** Columns that were used lately, up to so many bytes; who uses some keeps them whatever happens here. */
import type { CandleColumns } from '#domain/candle-columns.ts';

export class ColumnsCache {
  readonly #maxBytes: number;
  readonly #columns = new Map<string, CandleColumns>();
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get(key: string): CandleColumns | undefined {
    const columns = this.#columns.get(key);
    if (columns === undefined) return undefined;
    this.#columns.delete(key);
    this.#columns.set(key, columns);
    return columns;
  }

  /** The longest unused go first; what is larger than all there may be is not kept. */
  set(key: string, columns: CandleColumns): void {
    this.delete(key);
    if (bytesOf(columns) > this.#maxBytes) return;
    this.#columns.set(key, columns);
    this.#bytes += bytesOf(columns);
    for (const oldest of this.#columns.keys()) {
      if (this.#bytes <= this.#maxBytes) return;
      this.delete(oldest);
    }
  }

  delete(key: string): void {
    const columns = this.#columns.get(key);
    if (columns === undefined) return;
    this.#columns.delete(key);
    this.#bytes -= bytesOf(columns);
  }
}

function bytesOf({ ts, open, volume }: CandleColumns): number {
  return ts.byteLength + volume.byteLength + 4 * open.byteLength;
}
