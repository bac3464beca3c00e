/** A source's worker from the inside: a venue's session, its events coalesced, its frames recorded on demand. */
import type { Timers } from '#domain/clock.ts';
import type { Random } from '#domain/random.ts';
import type { Decoder, SessionPorts, Subscription, VenueSession } from '#venues/venue.ts';
import { BarMaker } from './bar-maker.ts';
import { BatchPump } from './batch-pump.ts';
import type { FeedSetup, FromFeed, RecordedFrame, ToFeed } from './feed-protocol.ts';
import { createOpenSocket, type SocketPorts } from './feed-sockets.ts';
import { FrameLog } from './frame-log.ts';
import { RelayDesk } from './relay-desk.ts';
import { Replay } from './replay.ts';

export interface FeedEnvironment {
  readonly timers: Timers;
  readonly random: Random;
  readonly WebSocket: SocketPorts['WebSocket'];
  /** Loads the code of the one venue that is wanted. */
  readonly createSession: (setup: FeedSetup, ports: SessionPorts) => Promise<VenueSession>;
  readonly createDecoder: (setup: FeedSetup) => Promise<Decoder>;
  readonly post: (message: FromFeed, transfer: ArrayBuffer[]) => void;
}

const STATS_EVERY_MS = 1_000;

export class Feed {
  readonly #environment: FeedEnvironment;
  readonly #relays: RelayDesk;
  readonly #pump: BatchPump;
  #setup: FeedSetup | undefined;
  #session: VenueSession | undefined;
  #replay: Replay | undefined;
  #bars: BarMaker | undefined;
  #log: FrameLog | undefined;
  #wanted: readonly Subscription[] = [];
  #isClosed = false;

  constructor(environment: FeedEnvironment) {
    this.#environment = environment;
    this.#relays = new RelayDesk((message) => this.#post(message));
    this.#pump = new BatchPump(environment.timers, (batch, transfer) => {
      environment.post({ type: 'batch', batch }, transfer);
    });
  }

  receive(message: ToFeed): void {
    switch (message.type) {
      case 'open':
        void this.#attempt(() => this.#open(message.setup));
        return;
      case 'replay':
        void this.#attempt(() => this.#openReplay(message.setup, message.frames));
        return;
      case 'seek':
        return this.#replay?.seek(message.at);
      case 'play':
        return this.#replay?.play(message.playing, message.speed);
      case 'want':
        this.#wanted = message.subscriptions;
        return this.#want();
      case 'ack':
        return this.#pump.taken();
      case 'reconnect':
        return this.#session?.reconnect();
      case 'record':
        return this.#record(message.on);
      case 'take_recording':
        return this.#giveRecording(message.request);
      case 'relay_opened':
        return this.#relays.opened(message.request, message.url);
      case 'relay_failed':
        return this.#relays.failed(message.request, message.reason);
      case 'close':
        return this.close();
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#session?.close();
    this.#replay?.close();
    this.#pump.close();
  }

  async #attempt(begin: () => Promise<void>): Promise<void> {
    try {
      await begin();
    } catch (error) {
      this.#post({ type: 'failed', reason: error instanceof Error ? error.message : String(error) });
    }
  }

  async #open(setup: FeedSetup): Promise<void> {
    const { timers, random, WebSocket, createSession } = this.#environment;
    const bars = new BarMaker(setup.kind);
    const session = await createSession(setup, {
      timers,
      random,
      openSocket: createOpenSocket({ WebSocket, ...(setup.relayed && { relay: this.#relays.ask }) }),
      emit: (events, receivedAt) => this.#pump.add(bars.extend(events), receivedAt),
      onStatus: (status) => this.#post({ type: 'status', status }),
      tap: (frame) => this.#log?.add(frame),
    });
    if (this.#isClosed) return session.close();
    this.#setup = setup;
    this.#bars = bars;
    this.#session = session;
    this.#want();
    session.start();
    this.#tellStats();
    this.#tick();
  }

  async #openReplay(setup: FeedSetup, frames: readonly RecordedFrame[]): Promise<void> {
    this.#setup = setup;
    const replay = new Replay(frames, {
      timers: this.#environment.timers,
      begin: () => this.#beginReplay(setup),
      pump: this.#pump,
      post: (message) => this.#post(message),
    });
    this.#replay = replay;
    await replay.start();
  }

  async #beginReplay(setup: FeedSetup): Promise<Pick<Decoder, 'decode'>> {
    const decoder = await this.#environment.createDecoder(setup);
    const bars = new BarMaker(setup.kind);
    bars.want(this.#wanted);
    return { decode: (frame, receivedAt) => bars.extend(decoder.decode(frame, receivedAt)) };
  }

  #want(): void {
    this.#replay?.wanted();
    if (!this.#bars || !this.#session) return;
    const { ask, events } = this.#bars.want(this.#wanted);
    this.#session.want(ask);
    if (events.length > 0) this.#pump.add(events, this.#environment.timers.now());
  }

  /** A recording has to hold the snapshots that its updates change: it begins with a new connection. */
  #record(on: boolean): void {
    this.#log = on ? new FrameLog(this.#environment.timers.now()) : undefined;
    if (on) this.#session?.reconnect();
    this.#tellStats();
  }

  #giveRecording(request: number): void {
    if (!this.#setup) return;
    const { kind, source, instruments } = this.#setup;
    const log = this.#log ?? new FrameLog(this.#environment.timers.now());
    this.#post({ type: 'recording', request, file: log.file({ kind, source, instruments }) });
  }

  #tick(): void {
    if (this.#isClosed) return;
    this.#environment.timers.after(STATS_EVERY_MS, () => {
      this.#tellStats();
      this.#tick();
    });
  }

  #tellStats(): void {
    if (this.#isClosed) return;
    this.#post({
      type: 'stats',
      connections: this.#session?.stats() ?? [],
      recording: this.#log?.figures ?? null,
    });
  }

  #post(message: FromFeed): void {
    if (!this.#isClosed) this.#environment.post(message, []);
  }
}
