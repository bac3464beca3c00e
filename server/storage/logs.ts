/** The engine's log records, newest kept up to a bound. */
import type { LogLevel, LogRecord } from '#protocol/shapes.ts';
import type { Database } from './transaction.ts';

export interface LogEntry {
  readonly ts: number;
  readonly level: LogLevel;
  readonly source: string;
  readonly message: string;
}

export interface LogQuery {
  /** This level and the graver ones. */
  readonly level?: LogLevel | undefined;
  /** This source and those below it: `grid` finds `grid.grid_7f3a9c`. */
  readonly source?: string | undefined;
  /** Text in the message, in any case. */
  readonly q?: string | undefined;
  readonly before?: number | undefined;
  readonly limit: number;
}

const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

export class Logs {
  readonly #db: Database;
  readonly #insert;
  readonly #prune;

  constructor(db: Database) {
    this.#db = db;
    this.#insert = db.prepare('INSERT INTO logs (ts, level, source, message) VALUES (?, ?, ?, ?)');
    this.#prune = db.prepare('DELETE FROM logs WHERE id <= (SELECT max(id) FROM logs) - ?');
  }

  record({ ts, level, source, message }: LogEntry): void {
    this.#insert.run(ts, level, source, message);
  }

  /** Newest first. */
  list({ level, source, q, before, limit }: LogQuery): LogRecord[] {
    const where: string[] = [];
    const values: (string | number)[] = [];
    const add = (condition: string, ...bound: (string | number)[]) => {
      where.push(condition);
      values.push(...bound);
    };
    if (before !== undefined) add('id < ?', before);
    if (level !== undefined) {
      const shown = LEVELS.slice(LEVELS.indexOf(level));
      add(`level IN (${shown.map(() => '?').join(', ')})`, ...shown);
    }
    if (source !== undefined && source !== '') {
      add('(source = ? OR substr(source, 1, ?) = ?)', source, source.length + 1, `${source}.`);
    }
    if (q !== undefined && q !== '') add('instr(lower(message), lower(?)) > 0', q);
    const filter = where.length > 0 ? `WHERE ${where.join(' AND ')}` : '';
    return this.#db
      .prepare(`SELECT id, ts, level, source, message FROM logs ${filter} ORDER BY id DESC LIMIT ?`)
      .all(...values, limit) as LogRecord[];
  }

  /** Keeps the newest `count`. */
  prune(count: number): void {
    this.#prune.run(count);
  }
}
