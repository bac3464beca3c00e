/** Results as bytes: deflated JSON, lists by columns, which takes a third of the room. */
import { deflateRawSync, inflateRawSync } from 'node:zlib';

export function pack(value: unknown): Uint8Array {
  return deflateRawSync(JSON.stringify(value));
}

export function unpack(content: Uint8Array): unknown {
  return JSON.parse(inflateRawSync(content).toString());
}

interface PackedRows {
  readonly length: number;
  /** By field name; `null` where a row has no such field. */
  readonly columns: Readonly<Record<string, readonly unknown[]>>;
}

/** Plain objects; a field that is `undefined` is not there, `null` may not be. */
export function packRows(rows: readonly object[]): Uint8Array {
  const names = new Set(rows.flatMap((row) => Object.keys(row)));
  const table = rows.map((row) => new Map<string, unknown>(Object.entries(row)));
  const columns = Object.fromEntries([...names].map((name) => [name, table.map((row) => row.get(name) ?? null)]));
  return pack({ length: rows.length, columns } satisfies PackedRows);
}

export function unpackRows(content: Uint8Array): Record<string, unknown>[] {
  // Packed by `packRows`.
  const { length, columns } = unpack(content) as PackedRows;
  const rows = Array.from({ length }, (): Record<string, unknown> => ({}));
  for (const [name, values] of Object.entries(columns)) {
    for (const [index, row] of rows.entries()) {
      const value = values[index];
      if (value !== null && value !== undefined) row[name] = value;
    }
  }
  return rows;
}
