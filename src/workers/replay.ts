/**
 * Plays recorded frames through the decoder they were recorded for. A time is reached by decoding from the start, or
 * from where it stands if that is before: what is on the way is coalesced, so only the last of it is posted.
 */
import type { Timers } from '#domain/clock.ts';
import type { Decoder } from '#venues/venue.ts';
import type { BatchPump } from './batch-pump.ts';
import type { FromFeed, RecordedFrame } from './feed-protocol.ts';

export interface ReplayPorts {
  readonly timers: Timers;
  /** A decoder that has seen nothing. */
  readonly begin: () => Promise<Pick<Decoder, 'decode'>>;
  readonly pump: BatchPump;
  readonly post: (message: FromFeed) => void;
}

/** How often a playing replay moves on. */
const STEP_MS = 20;
/** As often its position is told. */
const TELL_EVERY_MS = 200;
/** Frames decoded before other messages are heard again. */
const AT_ONCE = 2_000;

export class Replay {
  readonly #frames: readonly RecordedFrame[];
  readonly #ports: ReplayPorts;
  readonly #from: number;
  readonly #to: number;
  #decoder: Pick<Decoder, 'decode'> | undefined;
  /** The next frame to decode. */
  #next = 0;
  #at: number;
  #isPlaying = false;
  #speed = 1;
  /** Grows with every seek: a longer one that is overtaken stops. */
  #turn = 0;
  #toldAt = 0;
  #isClosed = false;

  /** `frames` by rising time, at least one. */
  constructor(frames: readonly RecordedFrame[], ports: ReplayPorts) {
    this.#frames = frames;
    this.#ports = ports;
    this.#from = frames[0]?.t ?? 0;
    this.#to = frames.at(-1)?.t ?? 0;
    this.#at = this.#from;
  }

  async start(): Promise<void> {
    this.#ports.post({ type: 'status', status: { phase: 'live', silentSince: null } });
    await this.#go(this.#from);
    this.#step();
  }

  seek(at: number): void {
    void this.#go(Math.min(this.#to, Math.max(this.#from, at)));
  }

  play(playing: boolean, speed: number): void {
    this.#speed = speed;
    this.#isPlaying = playing;
    // From the end it begins anew.
    if (playing && this.#at >= this.#to) this.seek(this.#from);
    this.#tell();
  }

  /** Somebody looks at something else now: what they need may have been told before. */
  wanted(): void {
    if (this.#decoder) void this.#go(this.#at, true);
  }

  close(): void {
    this.#isClosed = true;
    this.#turn += 1;
  }

  async #go(at: number, anew = false): Promise<void> {
    const turn = (this.#turn += 1);
    const { pump, begin, post, timers } = this.#ports;
    this.#at = at;
    pump.hold();
    if (anew || !this.#decoder || at < this.#timeOf(this.#next - 1)) {
      pump.clear();
      const decoder = await begin();
      if (turn !== this.#turn) return;
      this.#decoder = decoder;
      this.#next = 0;
      post({ type: 'reset' });
    }
    while (this.#timeOf(this.#next) <= at) {
      for (let i = 0; i < AT_ONCE && this.#timeOf(this.#next) <= at; i++) this.#decode();
      if (this.#timeOf(this.#next) > at) break;
      await new Promise<void>((resolve) => void timers.after(0, resolve));
      if (turn !== this.#turn) return;
    }
    pump.release();
    this.#tell();
  }

  #step(): void {
    if (this.#isClosed) return;
    const { timers, pump } = this.#ports;
    const turn = this.#turn;
    timers.after(STEP_MS, () => {
      // A seek under way moves by itself.
      if (this.#isPlaying && turn === this.#turn) {
        this.#at = Math.min(this.#to, this.#at + STEP_MS * this.#speed);
        pump.hold();
        while (this.#timeOf(this.#next) <= this.#at) this.#decode();
        pump.release();
        if (this.#at >= this.#to) this.#isPlaying = false;
        if (!this.#isPlaying || timers.now() - this.#toldAt >= TELL_EVERY_MS) this.#tell();
      }
      this.#step();
    });
  }

  #decode(): void {
    const frame = this.#frames[this.#next];
    this.#next += 1;
    if (!frame || !this.#decoder) return;
    const events = this.#decoder.decode(frame.frame, frame.t);
    if (events.length > 0) this.#ports.pump.add(events, frame.t);
  }

  /** Beyond the last, never; before the first, always. */
  #timeOf(index: number): number {
    if (index < 0) return -Infinity;
    return this.#frames[index]?.t ?? Infinity;
  }

  #tell(): void {
    if (this.#isClosed) return;
    this.#toldAt = this.#ports.timers.now();
    this.#ports.post({
      type: 'position',
      position: {
        from: this.#from,
        to: this.#to,
        at: this.#at,
        playing: this.#isPlaying,
        speed: this.#speed,
        frames: this.#frames.length,
      },
    });
  }
}
