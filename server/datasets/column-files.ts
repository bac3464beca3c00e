/** Columns on disk: `<folder>/<id>.gdc`, encoded and gzipped. A file is there whole or not at all. */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline, Readable } from 'node:stream';
import { pipeline as pipelineDone } from 'node:stream/promises';
import { setImmediate as otherWork } from 'node:timers/promises';
import { constants, createGunzip, createGzip } from 'node:zlib';
import { ColumnsDecoder, encodeParts } from '#domain/candle-columns-binary.ts';
import type { CandleColumns } from '#domain/candle-columns.ts';

export interface WrittenColumns {
  /** sha256 of the encoded columns: the same candles have the same hash, whatever file they came in. */
  readonly hash: string;
  /** On disk. */
  readonly bytes: number;
  /** Puts the file where `read` finds it, in one step that survives a power cut. */
  keep(id: string): Promise<void>;
  /** Takes it away again. */
  discard(): Promise<void>;
}

const SUFFIX = '.gdc';
const TEMPORARY = '.tmp';
const PIECE = 256 * 1024;

export class ColumnFiles {
  readonly #folder: string;
  #written = 0;

  /** `folder` is made when it is needed. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Columns in pieces (`joinColumns`). Writes and syncs a file that is nobody's yet. What the disk refuses leaves nothing behind and is thrown. */
  async write(pieces: readonly CandleColumns[]): Promise<WrittenColumns> {
    await mkdir(this.#folder, { recursive: true });
    this.#written += 1;
    const temporary = join(this.#folder, `${process.pid}-${this.#written}${TEMPORARY}`);
    const hash = createHash('sha256');
    async function* parts(): AsyncGenerator<Uint8Array> {
      for (const part of encodeParts(...pieces)) {
        hash.update(part);
        // The next part is made in the same memory.
        yield part.slice();
        await otherWork();
      }
    }
    try {
      await pipelineDone(Readable.from(parts()), gzip(), createWriteStream(temporary, { flags: 'wx' }));
      await sync(temporary, 'r+');
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
    const { size } = await stat(temporary);
    return {
      hash: hash.digest('hex'),
      bytes: size,
      keep: async (id) => {
        await rename(temporary, this.#pathOf(id));
        await sync(this.#folder, 'r');
      },
      discard: () => rm(temporary, { force: true }),
    };
  }

  /** In memory that threads can share. Throws `ColumnsFormatError` and what the disk says. */
  async read(id: string): Promise<CandleColumns> {
    const decoder = new ColumnsDecoder((bytes) => new SharedArrayBuffer(bytes));
    const unpacked = pipeline(this.packed(id), createGunzip({ chunkSize: PIECE }), () => {});
    for await (const piece of unpacked as AsyncIterable<Uint8Array>) decoder.push(piece);
    const parts = decoder.endInParts();
    for (let part = parts.next(); ; part = parts.next()) {
      if (part.done === true) return part.value;
      await otherWork();
    }
  }

  /** The encoded columns as they are on disk: gzip. */
  packed(id: string): Readable {
    return createReadStream(this.#pathOf(id), { highWaterMark: PIECE });
  }

  async has(id: string): Promise<boolean> {
    return stat(this.#pathOf(id)).then(
      () => true,
      () => false,
    );
  }

  async remove(id: string): Promise<void> {
    await rm(this.#pathOf(id), { force: true });
  }

  /** Removes the files of no data set, and what a writer left that is no more. */
  async removeOthers(ids: ReadonlySet<string>): Promise<void> {
    const names = await readdir(this.#folder).catch(() => []);
    for (const name of names) {
      const isOrphan = name.endsWith(SUFFIX) && !ids.has(name.slice(0, -SUFFIX.length));
      const isLeft = name.endsWith(TEMPORARY) && !isAlive(Number.parseInt(name, 10));
      if (isOrphan || isLeft) await rm(join(this.#folder, name), { force: true });
    }
  }

  #pathOf(id: string): string {
    return join(this.#folder, `${id}${SUFFIX}`);
  }
}

/** Fast rather than small: half the size of the best takes ten times as long. */
export function gzip() {
  return createGzip({ level: constants.Z_BEST_SPEED, chunkSize: PIECE });
}

/** Of a file, or of a folder: the name of a file is as durable as its folder. */
async function sync(path: string, flags: 'r' | 'r+'): Promise<void> {
  const handle = await open(path, flags);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Another process, `griddesk data import` beside the engine, may be writing. */
function isAlive(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
