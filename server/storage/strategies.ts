/** What strategies decided and traded, kept for ever as the core told it. */
import type { Effect } from '#engine/effects.ts';
import type { Database } from './transaction.ts';

export type SignalEffect = Extract<Effect, { type: 'signal' }>;
export type StrategyTradeEffect = Extract<Effect, { type: 'strategy_trade' }>;

export interface StrategyQuery {
  readonly strategyId?: string | undefined;
  /** Of before this time. */
  readonly before?: number | undefined;
  readonly limit: number;
}

export class StrategyRecords {
  readonly #db: Database;
  readonly #insertSignal;
  readonly #insertFill;
  readonly #anyOf;

  constructor(db: Database) {
    this.#db = db;
    // No OR IGNORE: one told twice is a defect that must not pass unseen.
    this.#insertSignal = db.prepare(
      'INSERT INTO strategy_signals (strategy_id, number, ts, signal) VALUES (?, ?, ?, ?)',
    );
    this.#insertFill = db.prepare('INSERT INTO strategy_fills (strategy_id, number, ts, fill) VALUES (?, ?, ?, ?)');
    this.#anyOf = db.prepare(
      'SELECT 1 FROM strategy_signals WHERE strategy_id = ? UNION SELECT 1 FROM strategy_fills WHERE strategy_id = ?',
    );
  }

  recordSignal(signal: SignalEffect): void {
    this.#insertSignal.run(signal.strategy_id, signal.number, signal.ts, JSON.stringify(signal));
  }

  recordFill(fill: StrategyTradeEffect): void {
    this.#insertFill.run(fill.strategy_id, Number(fill.trade_id), fill.ts, JSON.stringify(fill));
  }

  /** Whether this id was ever used by a strategy that decided or traded. */
  knows(id: string): boolean {
    return this.#anyOf.get(id, id) !== undefined;
  }

  /** Newest first, as are fills. */
  signals(query: StrategyQuery): SignalEffect[] {
    return this.#list('signal', query).map((text) => JSON.parse(text) as SignalEffect);
  }

  fills(query: StrategyQuery): StrategyTradeEffect[] {
    return this.#list('fill', query).map((text) => JSON.parse(text) as StrategyTradeEffect);
  }

  #list(kind: 'signal' | 'fill', { strategyId, before, limit }: StrategyQuery): string[] {
    const where = ['ts < ?'];
    const values: (string | number)[] = [before ?? Number.MAX_SAFE_INTEGER];
    if (strategyId !== undefined) {
      where.push('strategy_id = ?');
      values.push(strategyId);
    }
    const rows = this.#db
      .prepare(
        `SELECT ${kind} AS content FROM strategy_${kind}s WHERE ${where.join(' AND ')}
         ORDER BY ts DESC, number DESC LIMIT ?`,
      )
      .all(...values, limit) as { content: string }[];
    return rows.map(({ content }) => content);
  }
}
