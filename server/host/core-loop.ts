/**
 * The engine's one road: events and commands queue up, a turn runs them through the core, writes what came of it in
 * one transaction (group commit), and only then tells anybody (G18: durable before acknowledged or published).
 *
 * A disk that refuses is handled like a crash without the restart: what was not written is taken back by rebuilding
 * the core from the journal, commands are refused, prices go by, and once the disk takes writes again the engine
 * catches up as it does at a start.
 */
import type { Clock, Timers } from '#domain/clock.ts';
import type { Effect, Outcome, Reply } from '#engine/effects.ts';
import type { Engine, EngineOptions } from '#engine/engine.ts';
import type { EngineCommand, EngineEvent } from '#engine/events.ts';
import { ProtocolError } from '#protocol/errors.ts';
import type { RequestKey, StoredResponse } from '#server/gateway/handlers.ts';
import { StorageError } from '#server/storage/database.ts';
import type { JournalEntry } from '#server/storage/journal.ts';
import type { Store } from '#server/storage/store.ts';
import { transact } from '#server/storage/transaction.ts';
import type { CoreFactory } from './core.ts';
import type { LoopMetrics } from './metrics.ts';
import { recoverCore } from './recovery.ts';

export interface CoreLoopOptions {
  readonly store: Store;
  readonly core: CoreFactory;
  readonly engineOptions: EngineOptions;
  readonly timers: Timers;
  /** The engine's own time, which for a replayed market is the market's. */
  readonly engineClock: Clock;
  readonly metrics: LoopMetrics;
  /** A snapshot is due after so many journal entries. */
  readonly snapshotEvery: number;
  /** Called after the commit, in order. */
  readonly publish: (effects: readonly Effect[]) => void;
  readonly respond: (reply: Reply) => StoredResponse;
  /** The disk refuses: everything stops until `onResume`. */
  readonly onStorageFailure: (error: Error) => void;
  /** The disk is back, the core rebuilt; the loop holds until `release`. */
  readonly onResume: () => void;
  readonly onWarning: (message: string) => void;
}

/** Something else to write with the next commit; `committed` once it is durable. */
export interface SideWrite {
  write(): void;
  committed?(): void;
}

interface Request {
  readonly key: RequestKey;
  resolve(response: StoredResponse): void;
  reject(error: ProtocolError): void;
}

interface Work {
  readonly event: EngineEvent;
  readonly request?: Request;
}

interface Batch {
  readonly entries: JournalEntry[];
  readonly effects: Effect[];
  readonly responses: { readonly request: Request; readonly response: StoredResponse; readonly fresh: boolean }[];
}

/** A turn hands the thread back after this long, whatever still waits. */
const TURN_MS = 4;
const RETRY_MIN_MS = 250;
const RETRY_MAX_MS = 10_000;

/** held: work queues up (start, catching up). down: the disk refuses. closed: no more work. */
type Phase = 'held' | 'live' | 'down' | 'closed';

export class CoreLoop {
  readonly #o: CoreLoopOptions;
  #engine: Engine | undefined;
  #phase: Phase = 'held';
  #queue: Work[] = [];
  #writes = new Set<SideWrite>();
  /** The newest quiet event of each key and type, in order of arrival: journaled before the next loud one. */
  readonly #quiet = new Map<string, EngineEvent>();
  #sinceSnapshot = 0;
  #scheduled = false;
  #retryMs = RETRY_MIN_MS;
  #cancelRetry: () => void = () => undefined;

  /** Recovers the core. Throws `StorageError` where the disk does not tell its state. */
  constructor(options: CoreLoopOptions) {
    this.#o = options;
    this.#rebuild();
  }

  /** The core, for reading. Throws `INTERNAL_ERROR` while its durable state cannot be read. */
  get engine(): Engine {
    if (!this.#engine) throw storageRefusal('the engine has lost its storage');
    return this.#engine;
  }

  get healthy(): boolean {
    return this.#phase !== 'down';
  }

  get queued(): number {
    return this.#queue.length;
  }

  /** Prices that come while the disk refuses go by; the gap is told to the core afterwards. */
  event(event: EngineEvent): void {
    if (this.#phase === 'down' || this.#phase === 'closed') return;
    this.#queue.push({ event });
    this.#schedule();
  }

  /**
   * Resolves once the command and all it did are durable. Rejects with `INTERNAL_ERROR` where that failed: then
   * nothing happened, and the same request may be sent again.
   */
  command(command: EngineCommand, key: RequestKey): Promise<StoredResponse> {
    return new Promise((resolve, reject) => {
      if (this.#phase === 'down') return reject(storageRefusal('the disk does not take writes'));
      if (this.#phase === 'closed') return reject(new ProtocolError('INTERNAL_ERROR', 'the engine is shutting down'));
      const event: EngineEvent = { type: 'command', ts: this.#o.engineClock.now(), command };
      this.#queue.push({ event, request: { key, resolve, reject } });
      this.#schedule();
    });
  }

  /** Written with the next commit, soon, and once however often asked; dropped where that fails. */
  write(write: SideWrite): void {
    if (this.#phase === 'down' || this.#phase === 'closed') return;
    this.#writes.add(write);
    this.#schedule();
  }

  /** Lets the work flow, `first` before all that waits. */
  release(first: readonly EngineEvent[]): void {
    if (this.#phase !== 'held') return;
    this.#phase = 'live';
    this.#queue = [...first.map((event) => ({ event })), ...this.#queue];
    this.#schedule();
  }

  /** For whoever finds the disk failing outside of a turn: nothing goes on until it is back. */
  suspend(error: unknown): void {
    if (this.#phase !== 'down' && this.#phase !== 'closed') this.#storageFailed(error, emptyBatch());
  }

  /** Works off what waits, leaves a snapshot for a fast start, and takes no more. */
  close(): void {
    if (this.#phase === 'live') {
      while (this.#phase === 'live' && (this.#queue.length > 0 || this.#writes.size > 0)) this.#turn();
      const changed = this.#sinceSnapshot > 0 || this.#quiet.size > 0;
      if (this.#phase === 'live' && changed) this.#commit(emptyBatch(), true);
    }
    this.#phase = 'closed';
    this.#cancelRetry();
    this.#refuseAll(new ProtocolError('INTERNAL_ERROR', 'the engine is shutting down'));
  }

  #schedule(): void {
    if (this.#scheduled || this.#phase !== 'live') return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      if (this.#phase === 'live') this.#turn();
    });
  }

  #turn(): void {
    const batch = emptyBatch();
    const until = performance.now() + TURN_MS;
    let done = 0;
    let failure: { readonly error: unknown; readonly work: Work } | undefined;
    for (const work of this.#queue) {
      done += 1;
      try {
        this.#apply(work, batch);
      } catch (error) {
        failure = { error, work };
        break;
      }
      if ((done & 31) === 0 && performance.now() > until) break;
    }
    this.#queue = this.#queue.slice(done);
    this.#o.metrics.processed(done);
    // What was sound before a defect in the core stays, quiet prices too: the core is rebuilt from it.
    if (failure) this.#flushQuiet(batch);
    if (batch.entries.length > 0 || batch.responses.length > 0 || this.#writes.size > 0) {
      const due = this.#sinceSnapshot + batch.entries.length >= this.#o.snapshotEvery;
      // A core that just threw may be half-way through an event: no snapshot of that.
      if (!this.#commit(batch, due && !failure)) {
        failure?.work.request?.reject(storageRefusal('the disk does not take writes'));
        return;
      }
    }
    if (failure) this.#coreFailed(failure.error, failure.work);
    if (this.#queue.length > 0) this.#schedule();
  }

  #apply(work: Work, batch: Batch): void {
    const { event, request } = work;
    if (request && this.#answered(request, batch)) return;
    const outcome = this.engine.process(event);
    for (const effect of outcome.effects) batch.effects.push(effect);
    const loud = !outcome.quiet || outcome.effects.length > 0 || event.type === 'command' || event.type === 'clock';
    if (!loud) return this.#keepQuiet(event);
    this.#flushQuiet(batch);
    batch.entries.push(event);
    if (request) batch.responses.push({ request, response: this.#response(outcome), fresh: true });
  }

  /** Z13: a request seen before, even a moment ago, gets its first response and does nothing. */
  #answered(request: Request, batch: Batch): boolean {
    const { user, id, digest } = request.key;
    const waiting = batch.responses.find(({ request: { key } }) => key.user === user && key.id === id);
    const known = waiting
      ? { digest: waiting.request.key.digest, response: waiting.response }
      : this.#o.store.responses.find(user, id);
    if (!known) return false;
    const response: StoredResponse =
      known.digest === digest
        ? known.response
        : { success: false, error: { code: 'INVALID_COMMAND', message: 'id reused' } };
    batch.responses.push({ request, response, fresh: false });
    return true;
  }

  #response({ reply }: Outcome): StoredResponse {
    if (!reply) throw new Error('the core did not reply to a command');
    return this.#o.respond(reply);
  }

  #keepQuiet(event: EngineEvent): void {
    const slot = `${event.type} ${'key' in event ? event.key : ''}`;
    this.#quiet.delete(slot);
    this.#quiet.set(slot, event);
  }

  #flushQuiet(batch: Batch): void {
    for (const event of this.#quiet.values()) batch.entries.push(event);
    this.#quiet.clear();
  }

  /** One transaction; then, and only then, the world hears of it. `false`: nothing was written. */
  #commit(batch: Batch, withSnapshot: boolean): boolean {
    const { store, timers, metrics } = this.#o;
    const writes = this.#writes;
    this.#writes = new Set();
    const now = timers.now();
    const started = performance.now();
    try {
      // A snapshot holds the quiet prices too: a start from an older one must find them in the journal.
      if (withSnapshot) this.#flushQuiet(batch);
      transact(store.db, () => {
        for (const entry of batch.entries) {
          store.journal.append(entry, now);
          if (entry.type === 'instrument') store.listings.record(entry);
        }
        for (const effect of batch.effects) store.recordEffect(effect);
        for (const { request, response, fresh } of batch.responses) {
          if (fresh) store.responses.record(request.key, response, now);
        }
        for (const side of writes) side.write();
        if (withSnapshot) store.journal.saveSnapshot(this.engine.snapshot(), this.#o.engineOptions, now);
      });
    } catch (error) {
      this.#storageFailed(error, batch);
      return false;
    }
    metrics.committed(performance.now() - started);
    this.#retryMs = RETRY_MIN_MS;
    this.#sinceSnapshot = withSnapshot ? 0 : this.#sinceSnapshot + batch.entries.length;
    for (const side of writes) side.committed?.();
    if (batch.effects.length > 0) this.#o.publish(batch.effects);
    for (const { request, response } of batch.responses) request.resolve(response);
    return true;
  }

  /** A defect in the core: the event that met it is left out, the state is what it was before. */
  #coreFailed(error: unknown, { event, request }: Work): void {
    const what = event.type === 'command' ? event.command.action : event.type;
    this.#o.onWarning(`the engine failed on ${what} and left it out: ${String(error)}`);
    request?.reject(new ProtocolError('INTERNAL_ERROR', 'the engine failed on this command; nothing was changed'));
    try {
      this.#rebuild();
    } catch (cause) {
      this.suspend(cause);
    }
  }

  #storageFailed(error: unknown, batch: Batch): void {
    const cause = error instanceof Error ? error : new StorageError(String(error));
    this.#o.metrics.failed();
    this.#phase = 'down';
    for (const { request } of batch.responses) request.reject(storageRefusal(cause.message));
    this.#refuseAll(storageRefusal(cause.message));
    this.#quiet.clear();
    this.#engine = undefined;
    try {
      this.#rebuild();
    } catch {
      // Not even readable: tried again with the next probe.
    }
    this.#o.onStorageFailure(cause);
    this.#probeLater();
  }

  #refuseAll(error: ProtocolError): void {
    for (const { request } of this.#queue) request?.reject(error);
    this.#queue = [];
    this.#writes = new Set();
  }

  #probeLater(): void {
    this.#cancelRetry = this.#o.timers.after(this.#retryMs, () => {
      this.#retryMs = Math.min(this.#retryMs * 2, RETRY_MAX_MS);
      try {
        if (!this.#engine) this.#rebuild();
        this.#saveSnapshot();
      } catch {
        this.#probeLater();
        return;
      }
      this.#phase = 'held';
      this.#o.onResume();
    });
  }

  #rebuild(): void {
    const { store, core, engineOptions } = this.#o;
    store.journal.rewind();
    this.#quiet.clear();
    const recovered = recoverCore(store.journal, core);
    for (const warning of recovered?.warnings ?? []) this.#o.onWarning(warning);
    this.#sinceSnapshot = recovered?.replayed ?? 0;
    if (recovered && JSON.stringify(recovered.options) === JSON.stringify(engineOptions)) {
      this.#engine = recovered.engine;
      return;
    }
    const engine = recovered ? core.restore(recovered.engine.snapshot(), engineOptions) : core.create(engineOptions);
    this.#saveOptions();
    this.#engine = engine;
  }

  /** Also the probe of a disk that refused: with room for this there is room to work. */
  #saveSnapshot(): void {
    const { store, engineOptions, timers } = this.#o;
    transact(store.db, () => store.journal.saveSnapshot(this.engine.snapshot(), engineOptions, timers.now()));
  }

  /** The options are an input: from this entry on the journal replays with them. */
  #saveOptions(): void {
    const { store, engineOptions, timers } = this.#o;
    try {
      transact(store.db, () => {
        const now = timers.now();
        store.journal.append({ type: 'options', ts: now, options: engineOptions }, now);
      });
    } catch (error) {
      store.journal.rewind();
      throw error;
    }
  }
}

function emptyBatch(): Batch {
  return { entries: [], effects: [], responses: [] };
}

function storageRefusal(reason: string): ProtocolError {
  const message = reason.startsWith('storage') ? reason : `storage: ${reason}`;
  return new ProtocolError('INTERNAL_ERROR', `${message}; nothing was changed, try again when it is mended`);
}
