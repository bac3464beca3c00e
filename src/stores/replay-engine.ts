/** A recording of an engine played back: a peer that tells the client what was recorded, at the time it is moved to. */
import type { Timers } from '#domain/clock.ts';
import type { SourceConfig } from '#domain/source.ts';
import type { Capabilities } from '#protocol/envelope.ts';
import type { RecordedFrame } from '#workers/feed-protocol.ts';
import { EngineLink } from './engine-link.ts';
import { closeEvent, PlainSocket } from './plain-socket.ts';
import type { PlayableLink } from './replay-desk.ts';
import type { LinkPorts } from './source-link.ts';
import type { SourcePorts } from './source-ports.ts';
import type { Playback } from './venue-link.ts';

/** Z5: a recording answers nothing but what its header says. */
const CAPABILITIES: Capabilities = {
  actions: ['market.instruments'],
  channels: ['*'],
  limits: { messages_per_s: 1_000, subscriptions: 1_000, commands_per_s: 1_000 },
  heartbeat_ms: 30_000,
};
const STEP_MS = 20;
/** Frames told before anything else has its turn. */
const AT_ONCE = 1_000;

export function openEngineReplay(
  config: SourceConfig,
  ports: SourcePorts & LinkPorts,
  playback: Playback,
): PlayableLink {
  const player = new EnginePlayer(playback, config, ports.timers);
  const link = new EngineLink(
    { ...config, url: 'ws://replay.invalid/ws' },
    {},
    { ...ports, WebSocket: player.WebSocket },
  );
  player.again = () => link.reconnect();
  return Object.assign(link, {
    seek: (at: number) => player.seek(at),
    setPlaying: (playing: boolean, speed: number) => player.play(playing, speed),
  });
}

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(text: string): Fields {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

class EnginePlayer {
  readonly WebSocket: SourcePorts['WebSocket'];
  readonly #events: readonly RecordedFrame[];
  readonly #playback: Playback;
  readonly #instruments: readonly Fields[];
  readonly #timers: Timers;
  readonly #from: number;
  readonly #to: number;
  /** Tells the client a frame; `undefined` while it is not listening. */
  #tell: ((text: string) => void) | undefined;
  #run = 0;
  #next = 0;
  #at: number;
  #isPlaying = false;
  #speed = 1;
  #ticking = false;
  /** Lets the client connect anew: what it has counted does not hold for an earlier time. */
  again: () => void = () => undefined;

  constructor(playback: Playback, config: SourceConfig, timers: Timers) {
    this.#playback = playback;
    this.#timers = timers;
    this.#instruments = config.instruments.map((one) => ({ venue: 'recorded', simulated: false, ...one }));
    const { frames } = playback;
    this.#events = frames.filter(({ frame }) => fieldsOf(frame)['type'] === 'event');
    this.#from = frames[0]?.t ?? 0;
    this.#to = frames.at(-1)?.t ?? 0;
    this.#at = this.#from;
    this.WebSocket = playedSocket({
      opened: (tell) => this.#opened(tell),
      said: (text) => this.#answer(fieldsOf(text)),
      closed: () => {
        this.#tell = undefined;
      },
    });
  }

  seek(at: number): void {
    const goesBack = at < this.#at;
    this.#at = Math.min(this.#to, Math.max(this.#from, at));
    if (goesBack) this.again();
    else this.#advance();
    this.#report();
  }

  play(playing: boolean, speed: number): void {
    this.#speed = speed;
    this.#isPlaying = playing;
    if (playing && this.#at >= this.#to) this.seek(this.#from);
    this.#report();
    if (playing) this.#tick();
  }

  #opened(tell: (text: string) => void): void {
    this.#tell = tell;
    this.#next = 0;
    this.#run += 1;
    // Z5, Z12: another run, so the client takes earlier numbers for new ones.
    const run = `replay-${this.#run}`;
    this.#say({
      type: 'connected',
      data: { server: 'recording', run, auth_required: false, capabilities: CAPABILITIES },
    });
  }

  #answer({ type, id, channels, action }: Fields): void {
    if (type === 'ping') this.#say({ type: 'pong' });
    if (type === 'unsubscribe') this.#say({ type: 'unsubscribed', id, data: { channels } });
    if (type === 'subscribe') {
      this.#say({ type: 'subscribed', id, data: { channels } });
      // What was told before somebody listened is told again.
      this.#next = 0;
      this.#advance();
    }
    if (type !== 'command') return;
    if (action === 'market.instruments') {
      this.#say({ type: 'response', id, success: true, data: { instruments: this.#instruments } });
    } else {
      const error = { code: 'NOT_FOUND', message: 'a recording holds no answers' };
      this.#say({ type: 'response', id, success: false, error });
    }
  }

  #say(frame: Fields): void {
    this.#tell?.(JSON.stringify(frame));
  }

  #advance(): void {
    const tell = this.#tell;
    if (!tell) return;
    for (let i = 0; i < AT_ONCE; i++) {
      const frame = this.#events[this.#next];
      if (!frame || frame.t > this.#at) return;
      this.#next += 1;
      tell(frame.frame);
    }
    this.#timers.after(0, () => tell === this.#tell && this.#advance());
  }

  #tick(): void {
    if (this.#ticking) return;
    this.#ticking = true;
    this.#timers.after(STEP_MS, () => {
      this.#ticking = false;
      if (!this.#isPlaying) return;
      this.#at = Math.min(this.#to, this.#at + STEP_MS * this.#speed);
      if (this.#at >= this.#to) this.#isPlaying = false;
      this.#advance();
      this.#report();
      if (this.#isPlaying) this.#tick();
    });
  }

  #report(): void {
    this.#playback.position({
      from: this.#from,
      to: this.#to,
      at: this.#at,
      playing: this.#isPlaying,
      speed: this.#speed,
      frames: this.#events.length,
    });
  }
}

interface Peer {
  readonly opened: (tell: (text: string) => void) => void;
  readonly said: (text: string) => void;
  readonly closed: () => void;
}

/** The client's end of a connection to `peer`, on the same thread. */
function playedSocket(peer: Peer): SourcePorts['WebSocket'] {
  return class PlayedSocket extends PlainSocket implements WebSocket {
    readonly url: string;
    readonly protocol = '';
    readonly bufferedAmount = 0;
    readyState: WebSocket['readyState'] = 0;

    constructor(url: string) {
      super();
      this.url = url;
      queueMicrotask(() => {
        if (this.readyState !== this.CONNECTING) return;
        this.readyState = this.OPEN;
        this.dispatchEvent(new Event('open'));
        peer.opened((data) => {
          if (this.readyState === this.OPEN) this.dispatchEvent(new MessageEvent('message', { data }));
        });
      });
    }

    send(data: Parameters<WebSocket['send']>[0]): void {
      if (typeof data === 'string') queueMicrotask(() => this.readyState === this.OPEN && peer.said(data));
    }

    close(code = 1000, reason = ''): void {
      if (this.readyState === this.CLOSED) return;
      this.readyState = this.CLOSED;
      peer.closed();
      queueMicrotask(() => this.dispatchEvent(closeEvent(code, reason, true)));
    }
  };
}
