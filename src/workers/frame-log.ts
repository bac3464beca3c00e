/** The flight recorder's memory: raw frames as JSON lines, the oldest let go where it gets too much. */
import { frameLine, headerLine, type RecordingHeader } from '#venues/recording.ts';
import type { RawFrame } from '#venues/venue.ts';
import type { RecordingFigures } from './feed-protocol.ts';

export const RECORDING_LIMIT = 64 * 1024 * 1024;

export class FrameLog {
  readonly #since: number;
  readonly #limit: number;
  /** From `#first` on. */
  #lines: string[] = [];
  #first = 0;
  #bytes = 0;
  #truncated = false;

  /** `limit` in UTF-16 units, which frames of plain text have one a byte. */
  constructor(since: number, limit = RECORDING_LIMIT) {
    this.#since = since;
    this.#limit = limit;
  }

  add(frame: RawFrame): void {
    const line = `${frameLine(frame)}\n`;
    this.#lines.push(line);
    this.#bytes += line.length;
    while (this.#bytes > this.#limit) {
      this.#bytes -= this.#lines[this.#first]?.length ?? 0;
      this.#first += 1;
      this.#truncated = true;
    }
    if (this.#first > 1_000 && this.#first * 2 > this.#lines.length) {
      this.#lines = this.#lines.slice(this.#first);
      this.#first = 0;
    }
  }

  get figures(): RecordingFigures {
    return {
      since: this.#since,
      frames: this.#lines.length - this.#first,
      bytes: this.#bytes,
      truncated: this.#truncated,
    };
  }

  file(header: RecordingHeader): Blob {
    return new Blob([`${headerLine(header)}\n`, ...this.#lines.slice(this.#first)], { type: 'application/x-ndjson' });
  }
}
