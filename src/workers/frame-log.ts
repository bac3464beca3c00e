/** The flight recorder's memory: raw frames as JSON lines, the oldest let go where it gets too much. */
import type { SourceInstrument, SourceKind } from '#domain/source.ts';
import type { RawFrame } from '#venues/venue.ts';
import type { RecordingFigures } from './feed-protocol.ts';

export const RECORDING_LIMIT = 64 * 1024 * 1024;

export interface RecordingHeader {
  readonly kind: SourceKind;
  readonly source: string;
  readonly instruments: readonly SourceInstrument[];
}

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

  add({ t, dir, connection, frame }: RawFrame): void {
    const line = `${JSON.stringify({ t, dir, connection, frame })}\n`;
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
    const first = `${JSON.stringify({ griddesk: 'recording', version: 1, ...header })}\n`;
    return new Blob([first, ...this.#lines.slice(this.#first)], { type: 'application/x-ndjson' });
  }
}
