/** Recordings, line by line, however long they are. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { readRecordingLine, type RecordingLine } from '#venues/recording.ts';
import { InputError } from './errors.ts';

export type NumberedLine = RecordingLine & {
  /** From 1. */
  readonly number: number;
};

/** `-` is what `stdin` gives. Throws an `InputError` where the file cannot be read. */
export async function* readRecording(file: string, stdin: Readable): AsyncGenerator<NumberedLine> {
  const input = file === '-' ? stdin : createReadStream(file, 'utf8');
  let failure: Error | undefined;
  // A stream's error would end the lines without a word.
  input.on('error', (error: Error) => {
    failure = error;
    lines.close();
  });
  const lines = createInterface({ input, crlfDelay: Infinity });
  let number = 0;
  for await (const line of lines) {
    number += 1;
    yield { number, ...readRecordingLine(line) };
  }
  if (failure) throw new InputError(`cannot read ${file}: ${failure.message}`);
}
