/** The one file in a zip, as Binance Vision's candles come, read while the zip comes. */
import { Unzip, UnzipInflate, type UnzipFile } from 'fflate';

/** The zip is damaged, cut off, or holds something else than one file. */
export class ZipError extends Error {
  override readonly name = 'ZipError';
}

/** Small, for a piece may unpack to a thousand times its length before it can be counted. */
const PIECE = 16 * 1024;

/** Throws a `ZipError`, and what the source throws. */
export async function* unzipped(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const ready: Uint8Array[] = [];
  let files = 0;
  const unzip = new Unzip((file: UnzipFile) => {
    // Folders have entries of their own.
    if (file.name.endsWith('/')) return;
    files += 1;
    if (files > 1) throw new ZipError('there is more than one file in the zip; unpack it');
    file.ondata = (error, data) => {
      if (error) throw error;
      ready.push(data);
    };
    file.start();
  });
  unzip.register(UnzipInflate);
  for await (const piece of source) {
    for (let at = 0; at < piece.length; at += PIECE) {
      guarded(() => unzip.push(piece.subarray(at, at + PIECE)));
      yield* ready.splice(0);
    }
  }
  // Says where something is missing.
  guarded(() => unzip.push(new Uint8Array(), true));
  yield* ready.splice(0);
  if (files === 0) throw new ZipError('there is no file in the zip');
}

function guarded(push: () => void): void {
  try {
    push();
  } catch (error) {
    if (error instanceof ZipError) throw error;
    throw new ZipError(
      `the zip file is damaged or cut off (${error instanceof Error ? error.message : String(error)})`,
    );
  }
}
