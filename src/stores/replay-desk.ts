/** A recording played back as the source `replay`, through the same worker, stores and pages as a live one. */
import type { SourceConfig } from '#domain/source.ts';
import { readRecording } from './recording-file.ts';
import { openEngineReplay } from './replay-engine.ts';
import type { SourceHub } from './source-hub.ts';
import type { LinkPorts, SourceLink } from './source-link.ts';
import type { SourcePorts } from './source-ports.ts';
import type { ReplayState } from './source-types.ts';
import { VenueLink } from './venue-link.ts';

export const REPLAY = 'replay';

/** What plays: a link that can be moved in time. */
export interface PlayableLink extends SourceLink {
  seek(at: number): void;
  setPlaying(playing: boolean, speed: number): void;
}

export class ReplayDesk {
  readonly #ports: SourcePorts & LinkPorts;
  readonly #hub: SourceHub;
  readonly #show: (replay: ReplayState | null) => void;
  #link: PlayableLink | undefined;
  #state: ReplayState | null = null;

  constructor(ports: SourcePorts & LinkPorts, hub: SourceHub, show: (replay: ReplayState | null) => void) {
    this.#ports = ports;
    this.#hub = hub;
    this.#show = show;
  }

  /** Throws `RecordingError` where the text is no recording. */
  open(name: string, text: string): void {
    const { kind, instruments, frames } = readRecording(text);
    this.close();
    const config: SourceConfig = {
      id: REPLAY,
      kind,
      name,
      url: '',
      via: 'direct',
      enabled: true,
      instruments,
      auth: 'none',
    };
    this.#tell({
      name,
      from: frames[0]?.t ?? 0,
      to: frames.at(-1)?.t ?? 0,
      at: frames[0]?.t ?? 0,
      playing: false,
      speed: 1,
      frames: frames.length,
      source: REPLAY,
    });
    const playback = {
      frames,
      position: (position: Omit<ReplayState, 'name' | 'source'>) => {
        if (this.#state) this.#tell({ ...this.#state, ...position });
      },
    };
    this.#link =
      kind === 'engine'
        ? openEngineReplay(config, this.#ports, playback)
        : new VenueLink(kind, config, {}, this.#ports, playback);
    this.#hub.set(REPLAY, this.#link);
  }

  seek(at: number): void {
    this.#link?.seek(at);
  }

  play(playing: boolean, speed = this.#state?.speed ?? 1): void {
    this.#link?.setPlaying(playing, speed);
  }

  close(): void {
    if (!this.#link) return;
    this.#link = undefined;
    this.#hub.set(REPLAY, undefined);
    this.#tell(null);
  }

  #tell(state: ReplayState | null): void {
    this.#state = state;
    this.#show(state);
  }
}
