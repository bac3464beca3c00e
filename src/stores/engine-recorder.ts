/** The flight recorder of an engine's connection. */
import type { SourceInstrument } from '#domain/source.ts';
import { FrameLog } from '#workers/frame-log.ts';
import type { RecordingState } from './source-types.ts';
import type { FrameTap } from './tap-socket.ts';

const CONNECTION = 'engine';
/** Frames that sign in, that set a password, or that open a relay: none of them is ever kept. */
const SECRET = /"(token|password|current)"\s*:|"\/relay\//;

export class EngineRecorder {
  readonly #tap: FrameTap;
  readonly #source: string;
  readonly #now: () => number;
  #log: FrameLog | null = null;

  constructor(tap: FrameTap, source: string, now: () => number) {
    this.#tap = tap;
    this.#source = source;
    this.#now = now;
  }

  get figures(): RecordingState | null {
    return this.#log?.figures ?? null;
  }

  record(on: boolean): void {
    const log = on ? new FrameLog(this.#now()) : null;
    this.#log = log;
    this.#tap.current =
      log &&
      ((dir, frame) => {
        if (!SECRET.test(frame)) log.add({ t: this.#now(), dir, connection: CONNECTION, frame });
      });
  }

  file(instruments: readonly SourceInstrument[]): Blob {
    const log = this.#log ?? new FrameLog(this.#now());
    return log.file({ kind: 'engine', source: this.#source, instruments });
  }
}
