/**
 * The journal: every event that changed the core, in order, and snapshots of the core to start from. The state is
 * the newest valid snapshot plus the entries after it.
 */
import { crc32 } from 'node:zlib';
import type { EngineOptions } from '#engine/engine.ts';
import type { EngineEvent } from '#engine/events.ts';
import { StorageError } from './database.ts';
import { naming, type Database } from './transaction.ts';

/** The options the core runs with are an input like any other: a replay uses those of the time. */
export type JournalEntry =
  EngineEvent | { readonly type: 'options'; readonly ts: number; readonly options: EngineOptions };

export interface JournalRow {
  readonly seq: number;
  readonly entry: JournalEntry;
}

export interface StoredSnapshot {
  /** The last entry it includes. */
  readonly seq: number;
  readonly options: EngineOptions;
  readonly state: string;
}

/** A snapshot that cannot be trusted; an older one may do. */
export interface DamagedSnapshot {
  readonly seq: number;
  readonly problem: string;
}

/** One damaged snapshot must not cost the session. */
const SNAPSHOTS_KEPT = 3;
/** Rows one pruning step removes: a step takes milliseconds, not seconds. */
const PRUNE_STEP = 2_000;

export class Journal {
  readonly #insert;
  readonly #insertSnapshot;
  readonly #dropSnapshots;
  readonly #snapshotSeqs;
  readonly #snapshot;
  readonly #after;
  readonly #bounds;
  readonly #newestOf;
  readonly #prune;
  #last: number;

  constructor(db: Database) {
    this.#insert = db.prepare('INSERT INTO journal (seq, ts, entry, crc) VALUES (?, ?, ?, ?)');
    this.#insertSnapshot = db.prepare(
      'INSERT OR REPLACE INTO snapshots (seq, ts, options, state, crc) VALUES (?, ?, ?, ?, ?)',
    );
    this.#dropSnapshots = db.prepare(
      'DELETE FROM snapshots WHERE seq NOT IN (SELECT seq FROM snapshots ORDER BY seq DESC LIMIT ?)',
    );
    this.#snapshotSeqs = db.prepare('SELECT seq FROM snapshots ORDER BY seq DESC');
    this.#snapshot = db.prepare('SELECT options, state, crc FROM snapshots WHERE seq = ?');
    this.#after = db.prepare('SELECT seq, entry, crc FROM journal WHERE seq > ? ORDER BY seq');
    this.#bounds = db.prepare(
      `SELECT (SELECT min(seq) FROM journal) AS first, (SELECT max(seq) FROM journal) AS last,
              (SELECT max(seq) FROM snapshots) AS newest, (SELECT min(seq) FROM snapshots) AS oldest`,
    );
    // Candles are no prices: their time is that of a bar's open.
    this.#newestOf = db.prepare(
      `SELECT entry FROM journal WHERE instr(entry, ?) > 0 AND instr(entry, '{"type":"candle"') <> 1
       ORDER BY seq DESC LIMIT 1`,
    );
    this.#prune = db.prepare(
      'DELETE FROM journal WHERE seq IN (SELECT seq FROM journal WHERE seq < ? AND ts < ? ORDER BY seq LIMIT ?)',
    );
    this.#last = this.#lastSeq();
  }

  /** The `seq` of the last entry. */
  get last(): number {
    return this.#last;
  }

  /** Only inside a transaction; if that fails, call `rewind`. */
  append(entry: JournalEntry, writtenAt: number): void {
    const text = JSON.stringify(entry);
    this.#insert.run(this.#last + 1, writtenAt, text, crc32(text));
    this.#last += 1;
  }

  /** Only inside a transaction: the state after the last entry. */
  saveSnapshot(state: string, options: EngineOptions, writtenAt: number): void {
    this.#insertSnapshot.run(this.#last, writtenAt, JSON.stringify(options), state, crc32(state));
    this.#dropSnapshots.run(SNAPSHOTS_KEPT);
  }

  /** Forgets what a failed transaction appended. */
  rewind(): void {
    this.#last = naming(() => this.#lastSeq());
  }

  #lastSeq(): number {
    const { last, newest } = this.#bounds.get() as { last: number | null; newest: number | null };
    return Math.max(last ?? 0, newest ?? 0);
  }

  /** Newest first; a damaged one is reported instead of returned. */
  *snapshots(): Generator<StoredSnapshot | DamagedSnapshot> {
    const seqs = naming(() => this.#snapshotSeqs.all() as { seq: number }[]);
    for (const { seq } of seqs) {
      const row = naming(() => this.#snapshot.get(seq)) as StoredSnapshotRow;
      if (crc32(row.state) !== row.crc) {
        yield { seq, problem: 'its checksum does not match' };
        continue;
      }
      yield { seq, options: JSON.parse(row.options) as EngineOptions, state: row.state };
    }
  }

  /**
   * The entries after `seq`, oldest first. Throws `StorageError` where one is damaged or missing: half a journal
   * gives a wrong state, so it gives none.
   */
  *after(seq: number): Generator<JournalRow> {
    let expected = seq + 1;
    const rows = naming(() => this.#after.iterate(seq));
    for (;;) {
      const next = naming(() => rows.next());
      if (next.done === true) return;
      const row = next.value as { seq: number; entry: string; crc: number };
      if (row.seq !== expected) throw damaged(expected, 'is missing');
      if (crc32(row.entry) !== row.crc) throw damaged(row.seq, 'does not match its checksum');
      yield { seq: row.seq, entry: JSON.parse(row.entry) as JournalEntry };
      expected += 1;
    }
  }

  /** Time of the last price of an instrument, or of any of a venue, that the core durably has. */
  lastPriceTime({ venue, symbol }: { readonly venue: string; readonly symbol?: string }): number | undefined {
    const key = JSON.stringify(`${venue}:${symbol ?? ''}`);
    const row = this.#newestOf.get(`"key":${symbol === undefined ? key.slice(0, -1) : key}`);
    return row && (JSON.parse((row as { entry: string }).entry) as JournalEntry).ts;
  }

  /**
   * Only inside a transaction: removes a bounded number of entries written before `ts` that no kept snapshot needs.
   * Returns how many; call again until 0.
   */
  prune(ts: number): number {
    const { oldest } = this.#bounds.get() as { oldest: number | null };
    return oldest === null ? 0 : this.#prune.run(oldest, ts, PRUNE_STEP).changes;
  }
}

interface StoredSnapshotRow {
  readonly options: string;
  readonly state: string;
  readonly crc: number;
}

function damaged(seq: number, problem: string): StorageError {
  return new StorageError(
    `storage: journal entry ${seq} ${problem}; the engine does not guess at money: restore a copy of the database, ` +
      'or start with another --data directory',
  );
}
