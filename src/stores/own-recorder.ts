/** The flight recorder of the desk's own engine. */
import { OWN_ENGINE } from '#domain/source.ts';
import { EngineRecorder } from './engine-recorder.ts';
import type { SourcePorts } from './source-ports.ts';
import type { RecordingState } from './source-types.ts';
import type { FrameTap } from './tap-socket.ts';

const TELL_EVERY_MS = 1_000;

export class OwnRecorder {
  readonly #recorder: EngineRecorder;
  readonly #ports: SourcePorts;
  readonly #show: (recording: RecordingState | null) => void;
  #stop: (() => void) | undefined;

  constructor(tap: FrameTap, ports: SourcePorts, now: () => number, show: (recording: RecordingState | null) => void) {
    this.#recorder = new EngineRecorder(tap, OWN_ENGINE, now);
    this.#ports = ports;
    this.#show = show;
  }

  record(on: boolean): void {
    this.#stop?.();
    this.#stop = undefined;
    this.#recorder.record(on);
    const { client } = this.#ports;
    if (on && client.state.phase === 'live') client.reconnect();
    this.#tell();
  }

  async file(): Promise<Blob> {
    const { instruments } = await this.#ports.client.command('market.instruments', {});
    // With their venues, which a recording of one engine needs beside them.
    return this.#recorder.file(instruments);
  }

  #tell(): void {
    const { figures } = this.#recorder;
    this.#show(figures);
    if (figures) this.#stop = this.#ports.timers.after(TELL_EVERY_MS, () => this.#tell());
  }
}
