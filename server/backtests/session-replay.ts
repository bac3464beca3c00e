/** A live paper session from the journal, run again as a backtest and held to what it is known to have done. */
import { Session, SessionRefused } from '#engine/backtest/session.ts';
import type { BacktestReport } from '#engine/backtest/report.ts';
import { RunCancelled, type RunHooks } from '#engine/backtest/trace.ts';
import type { EngineCommand, EngineEvent, InstrumentKey } from '#engine/events.ts';
import { instrumentKey } from '#engine/events.ts';
import { INTERVAL_MS } from '#domain/market-data.ts';
import type { SessionParity } from '#protocol/backtest-shapes.ts';
import { Journal, type JournalEntry } from '#server/storage/journal.ts';
import type { KillSwitchEffect } from '#server/storage/kill-switch.ts';
import { SessionRecords, type SessionKind, type StartCommand } from '#server/storage/session-records.ts';
import type { Database } from '#server/storage/transaction.ts';
import { parityOf } from './session-parity.ts';

export interface SessionReplay {
  readonly report: BacktestReport;
  readonly parity: SessionParity;
}

/** Why a session cannot be replayed; for whoever asked. */
export class SessionError extends Error {
  override readonly name = 'SessionError';
}

/** Entries between two looks at the hooks. */
const PACE = 64;

/**
 * Throws `SessionError` where the journal does not have the whole session, `StorageError` where it is damaged,
 * `RunCancelled` where the hooks say so. All is read as of one moment, whatever the engine writes meanwhile.
 */
export function replaySession(db: Database, id: string, hooks: RunHooks = {}): SessionReplay {
  db.exec('BEGIN');
  try {
    return replay(db, id, hooks);
  } finally {
    db.exec('ROLLBACK');
  }
}

function replay(db: Database, id: string, hooks: RunHooks): SessionReplay {
  const records = new SessionRecords(db);
  const journal = new Journal(db);
  const kind = records.kindOf(id);
  if (kind === undefined) throw new SessionError(`no grid or strategy ${id} has ever traded here`);
  const deeds = deedsOf(records, id, kind);
  const begin = records.startOf(id, deeds[0] ?? 0);
  if (!begin) throw new SessionError(lostStart(id, records));
  const options = records.optionsAt(begin.seq);
  const key = keyOf(begin.command);
  const before = records.marketAt(key, begin.seq);
  if (!options || !before.some(({ type }) => type === 'instrument')) throw new SessionError(lostStart(id, records));
  let session: Session;
  try {
    session = new Session({ id, options, before, start: begin.command });
  } catch (error) {
    if (error instanceof SessionRefused) throw new SessionError(`the start of ${id} is refused now: ${error.message}`);
    throw error;
  }
  const switches = new KillSwitches(records.riskKills(begin.command.ts), new Set(fillTimes(records, id, kind)));
  const total = Math.max(1, journal.last - begin.seq);
  let count = 0;
  for (const { seq, entry } of journal.after(begin.seq)) {
    if (session.ended) break;
    if ((count += 1) % PACE === 0) tell(hooks, session, (seq - begin.seq) / total, entry.ts);
    if (entry.type === 'options') {
      session.changeOptions(entry.options);
      continue;
    }
    const mine = concerns(entry, key, id);
    for (const kill of switches.before(entry)) session.process(kill);
    if (mine) session.process(entry);
    for (const kill of switches.after(entry)) session.process(kill);
  }
  const outcome = session.finish();
  return { report: outcome.report, parity: parityOf(id, kind, outcome, records) };
}

function tell({ onProgress, isCancelled }: RunHooks, session: Session, done: number, ts: number): void {
  if (isCancelled?.() === true) throw new RunCancelled('the run was cancelled');
  onProgress?.({ done, ts, trades: session.trades, equity: session.equity });
}

function lostStart(id: string, records: SessionRecords): string {
  const begins = records.begins();
  const since = begins === undefined ? '' : `; it begins at ${new Date(begins).toISOString()} now`;
  return `the journal does not have the start of ${id} any more${since}: entries are kept for 30 days`;
}

/** Times of what it is known to have done, the first of them first. */
function deedsOf(records: SessionRecords, id: string, kind: SessionKind): number[] {
  const times =
    kind === 'grid' ? records.orders(id).map(({ placed_at }) => placed_at) : records.signals(id).map(({ ts }) => ts);
  return times.toSorted((a, b) => a - b);
}

function fillTimes(records: SessionRecords, id: string, kind: SessionKind): number[] {
  return (kind === 'grid' ? records.fills(id) : records.strategyFills(id)).map(({ ts }) => ts);
}

function keyOf({ command }: StartCommand): InstrumentKey {
  if (command.action === 'grid.start') {
    return instrumentKey({ venue: command.params.venue, symbol: command.params.pair });
  }
  if (command.action === 'strategy.start') return instrumentKey(command.setup);
  throw new RangeError(`${command.action} starts nothing`);
}

/** Prices of its market, commands about it, and the kill switch. */
function concerns(entry: EngineEvent, key: InstrumentKey, id: string): boolean {
  switch (entry.type) {
    case 'print':
    case 'quote':
    case 'bar':
    case 'candle':
    case 'feed_gap':
      return entry.key === key;
    case 'instrument':
      return instrumentKey(entry.instrument) === key;
    case 'clock':
      return true;
    case 'command':
      return isAbout(entry.command, id);
  }
}

function isAbout(command: EngineCommand, id: string): boolean {
  switch (command.action) {
    case 'kill_switch.activate':
    case 'kill_switch.deactivate':
      return true;
    case 'grid.start':
    case 'strategy.start':
      return false;
    default:
      return command.id === id;
  }
}

/**
 * What the account's daily loss did comes from all that traded on it, so the session hears of it as of a command. It was
 * seen before an event's prices filled anything, or after: after, where the session filled in that event.
 */
class KillSwitches {
  readonly #waiting: KillSwitchEffect[];
  readonly #fillTimes: ReadonlySet<number>;

  constructor(kills: readonly KillSwitchEffect[], fillTimes: ReadonlySet<number>) {
    this.#waiting = [...kills];
    this.#fillTimes = fillTimes;
  }

  before(entry: JournalEntry): EngineEvent[] {
    return this.#due(entry, (ts) => timeOf(entry) > ts || !this.#fillTimes.has(ts));
  }

  after(entry: JournalEntry): EngineEvent[] {
    return this.#due(entry, () => true);
  }

  #due(entry: JournalEntry, fits: (ts: number) => boolean): EngineEvent[] {
    const due: EngineEvent[] = [];
    for (;;) {
      const kill = this.#waiting[0];
      if (!kill || kill.ts > timeOf(entry) || !fits(kill.ts)) return due;
      this.#waiting.shift();
      const { ts, reason, by } = kill;
      due.push({
        type: 'command',
        ts,
        command: { action: 'kill_switch.activate', reason, by, close_positions: false },
      });
    }
  }
}

/** The core's time at an entry: a bar closes at its end. */
function timeOf(entry: JournalEntry): number {
  return entry.type === 'candle' ? entry.ts + INTERVAL_MS[entry.interval] : entry.ts;
}
