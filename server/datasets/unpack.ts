/** The text of a candle file, unpacked where it is gzip or zip, whatever its name says; bounded, for a pack may hold anything. */
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { CandleFileError } from './candle-file-error.ts';
import { unzipped } from './unzip.ts';

const PIECE = 128 * 1024;

/** Throws `CandleFileError` for what cannot be text, is damaged, or is longer than `maxBytes`. */
export async function* textBytes(
  source: AsyncIterable<Uint8Array>,
  name: string,
  maxBytes: number,
): AsyncGenerator<Uint8Array> {
  const fail = (message: string): never => {
    throw new CandleFileError(name, [{ line: 0, message }]);
  };
  const { head, all } = await peek(source);
  if (head.length === 0) fail('the file is empty');
  const [first, second, third] = head;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    fail('the text is UTF-16; save it as UTF-8');
  }
  const bytes =
    first === 0x1f && second === 0x8b ? gunzipped(all) : first === 0x50 && second === 0x4b ? unzipped(all) : all;
  const hasMark = first === 0xef && second === 0xbb && third === 0xbf;
  let count = 0;
  for await (const piece of bytes) {
    count += piece.length;
    if (count > maxBytes) fail(`the text is longer than ${maxBytes} bytes, which is the most that is taken`);
    yield count === piece.length && (hasMark || isMarked(piece)) ? piece.subarray(3) : piece;
  }
  if (count === 0) fail('the file is empty');
}

/** A reader that stops early ends the way back to the source, too; the source's errors come out of it. */
function gunzipped(source: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  return pipeline(Readable.from(source), createGunzip({ chunkSize: PIECE }), () => {});
}

/** At least the first three bytes, where there are so many, and everything again from the beginning. */
async function peek(source: AsyncIterable<Uint8Array>) {
  const pieces = source[Symbol.asyncIterator]();
  let head: Uint8Array = new Uint8Array();
  let isDone = false;
  while (head.length < 3 && !isDone) {
    const next = await pieces.next();
    if (next.done === true) isDone = true;
    else head = head.length === 0 ? next.value : Buffer.concat([head, next.value]);
  }
  async function* all(): AsyncGenerator<Uint8Array> {
    try {
      if (head.length > 0) yield head;
      while (!isDone) {
        const next = await pieces.next();
        if (next.done === true) isDone = true;
        else yield next.value;
      }
    } finally {
      await pieces.return?.();
    }
  }
  return { head, all: all() };
}

function isMarked(piece: Uint8Array): boolean {
  return piece[0] === 0xef && piece[1] === 0xbb && piece[2] === 0xbf;
}
