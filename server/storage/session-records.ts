/** What the disk has of one live session: its start and market in the journal, and what it is known to have done. */
import type { EngineOptions } from '#engine/engine.ts';
import type { EngineEvent, InstrumentKey } from '#engine/events.ts';
import type { TradeEffect } from './fills.ts';
import type { JournalEntry } from './journal.ts';
import type { KillSwitchEffect } from './kill-switch.ts';
import { Listings } from './listings.ts';
import type { OrderRow } from './orders.ts';
import type { SignalEffect, StrategyTradeEffect } from './strategies.ts';
import { naming, type Database } from './transaction.ts';

export type StartCommand = Extract<EngineEvent, { type: 'command' }>;
export type SessionKind = 'grid' | 'strategy';

interface EntryRow {
  readonly seq: number;
  readonly entry: string;
}

export class SessionRecords {
  readonly #db: Database;

  /** The handle may be one that only reads. */
  constructor(db: Database) {
    this.#db = db;
  }

  /** `undefined`: it never traded or decided, or never was. */
  kindOf(id: string): SessionKind | undefined {
    if (this.#one('SELECT 1 FROM orders WHERE grid_id = ? LIMIT 1', id)) return 'grid';
    const signals = 'SELECT 1 FROM strategy_signals WHERE strategy_id = ? LIMIT 1';
    return this.#one(signals, id) ? 'strategy' : undefined;
  }

  /** The newest entry that started it, of before it did anything; `undefined`: the journal has let it go. */
  startOf(id: string, firstDeed: number): { readonly seq: number; readonly command: StartCommand } | undefined {
    const rows = naming(() =>
      this.#db
        .prepare(
          `SELECT seq, entry FROM journal WHERE instr(entry, '{"type":"command"') = 1 AND instr(entry, ?) > 0
           ORDER BY seq DESC`,
        )
        .iterate(JSON.stringify(id)),
    ) as Iterable<EntryRow>;
    for (const { seq, entry } of rows) {
      const event = JSON.parse(entry) as JournalEntry;
      if (event.type !== 'command' || event.ts > firstDeed) continue;
      const { command } = event;
      const started =
        (command.action === 'grid.start' && command.grid_id === id) ||
        (command.action === 'strategy.start' && command.strategy_id === id);
      if (started) return { seq, command: event };
    }
    return undefined;
  }

  /** Time of the first entry there still is; `undefined` for none. */
  begins(): number | undefined {
    const row = this.#one('SELECT ts FROM journal ORDER BY seq LIMIT 1');
    return row ? (row as { ts: number }).ts : undefined;
  }

  /** What the core ran with at entry `seq`. */
  optionsAt(seq: number): EngineOptions | undefined {
    const sql = `SELECT seq, entry FROM journal WHERE seq < ? AND instr(entry, '{"type":"options"') = 1
                 ORDER BY seq DESC LIMIT 1`;
    const row = this.#one(sql, seq) as EntryRow | undefined;
    const entry = row && (JSON.parse(row.entry) as JournalEntry);
    if (entry?.type === 'options') return entry.options;
    // Changed options are journaled: where no entry is left from before, those of any snapshot are of then.
    const snapshot = this.#one('SELECT options FROM snapshots ORDER BY seq LIMIT 1') as { options: string } | undefined;
    return snapshot && (JSON.parse(snapshot.options) as EngineOptions);
  }

  /**
   * The newest listing, price, quote and gap of a market before entry `seq`, its listing first: they make its state (G10).
   * Listings are journaled when they change: where none is left from before, the one known now was known then.
   */
  marketAt(key: InstrumentKey, seq: number): EngineEvent[] {
    const { venue, symbol } = partsOf(key);
    const newest = new Map<string, EngineEvent>();
    const rows = naming(() =>
      this.#db
        .prepare(
          `SELECT seq, entry FROM journal WHERE seq < ? AND (instr(entry, ?) > 0
             OR (instr(entry, '{"type":"instrument"') = 1 AND instr(entry, ?) > 0)) ORDER BY seq DESC`,
        )
        .iterate(seq, `"key":${JSON.stringify(key)}`, `"symbol":${JSON.stringify(symbol)}`),
    ) as Iterable<EntryRow>;
    for (const { entry } of rows) {
      const event = JSON.parse(entry) as EngineEvent;
      if (event.type === 'candle' || event.type === 'command' || event.type === 'clock') continue;
      if (event.type === 'instrument' && (event.instrument.venue !== venue || event.instrument.symbol !== symbol))
        continue;
      if (!newest.has(event.type)) newest.set(event.type, event);
      if (newest.has('instrument') && newest.has('quote') && (newest.has('print') || newest.has('bar'))) break;
    }
    const listing = newest.get('instrument') ?? this.#listingNow(key);
    newest.delete('instrument');
    return [...(listing ? [listing] : []), ...[...newest.values()].toReversed()];
  }

  #listingNow(key: InstrumentKey): EngineEvent | undefined {
    const known = new Listings(this.#db).get(key);
    return known && { type: 'instrument', ts: 0, ...known };
  }

  /** When the account's daily loss stopped everything, oldest first; by hand it is a command. */
  riskKills(from: number): KillSwitchEffect[] {
    const rows = this.#all('SELECT entry FROM kill_switch WHERE ts >= ? ORDER BY id', from) as { entry: string }[];
    return rows
      .map(({ entry }) => JSON.parse(entry) as KillSwitchEffect)
      .filter(({ active, by }) => active && by === 'risk');
  }

  orders(id: string): OrderRow[] {
    return this.#all('SELECT * FROM orders WHERE grid_id = ?', id) as OrderRow[];
  }

  fills(id: string): TradeEffect[] {
    return this.#texts<TradeEffect>('SELECT fill AS text FROM fills WHERE grid_id = ? ORDER BY id', id);
  }

  signals(id: string): SignalEffect[] {
    const sql = 'SELECT signal AS text FROM strategy_signals WHERE strategy_id = ? ORDER BY number';
    return this.#texts<SignalEffect>(sql, id);
  }

  strategyFills(id: string): StrategyTradeEffect[] {
    const sql = 'SELECT fill AS text FROM strategy_fills WHERE strategy_id = ? ORDER BY number';
    return this.#texts<StrategyTradeEffect>(sql, id);
  }

  /** Written by the engine, so of this shape. */
  #texts<T>(sql: string, id: string): T[] {
    return (this.#all(sql, id) as { text: string }[]).map(({ text }) => JSON.parse(text) as T);
  }

  #one(sql: string, ...values: readonly (string | number)[]): unknown {
    return naming(() => this.#db.prepare(sql).get(...values));
  }

  #all(sql: string, ...values: readonly (string | number)[]): unknown[] {
    return naming(() => this.#db.prepare(sql).all(...values));
  }
}

function partsOf(key: InstrumentKey): { readonly venue: string; readonly symbol: string } {
  const colon = key.indexOf(':');
  return { venue: key.slice(0, colon), symbol: key.slice(colon + 1) };
}
