/** Recordings, line by line, however long they are. */
import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { readRecordingLine, type RecordingLine } from '#venues/recording.ts';
import { InputError } from './errors.ts';

export type NumberedLine = RecordingLine & {
  /** From 1. */
  readonly number: number;
};

/** `-` is what `stdin` gives. Throws an `InputError` where the file cannot be read. */
export async function* readRecording(file: string, stdin: Readable): AsyncGenerator<NumberedLine> {
  let number = 0;
  for await (const line of linesOf(file === '-' ? stdin : createReadStream(file), file)) {
    number += 1;
    yield { number, ...readRecordingLine(line) };
  }
}

async function* linesOf(input: Readable, file: string): AsyncGenerator<string> {
  const chunks: AsyncIterable<string | Uint8Array> = input;
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for await (const chunk of chunks) {
      const text = typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
      const parts = (rest + text).split('\n');
      rest = parts.pop() ?? '';
      yield* parts;
    }
  } catch (error) {
    throw new InputError(`cannot read ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (rest !== '') yield rest;
}
