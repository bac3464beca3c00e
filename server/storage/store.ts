/** Everything the engine host keeps, on one database handle. */
import type { Effect } from '#engine/effects.ts';
import { Equity } from './equity.ts';
import { Fills } from './fills.ts';
import { Journal } from './journal.ts';
import { KillSwitchHistory } from './kill-switch.ts';
import { Listings } from './listings.ts';
import { Logs } from './logs.ts';
import { Orders } from './orders.ts';
import { SqliteResponses } from './responses.ts';
import { RiskDecisions } from './risk.ts';
import { StrategyRecords } from './strategies.ts';
import type { Database } from './transaction.ts';

export class Store {
  readonly db: Database;
  readonly journal: Journal;
  readonly responses: SqliteResponses;
  readonly orders: Orders;
  readonly fills: Fills;
  readonly logs: Logs;
  readonly equity: Equity;
  readonly killSwitch: KillSwitchHistory;
  readonly risk: RiskDecisions;
  readonly listings: Listings;
  readonly strategies: StrategyRecords;

  constructor(db: Database) {
    this.db = db;
    this.journal = new Journal(db);
    this.responses = new SqliteResponses(db);
    this.orders = new Orders(db);
    this.fills = new Fills(db);
    this.logs = new Logs(db);
    this.equity = new Equity(db);
    this.killSwitch = new KillSwitchHistory(db);
    this.risk = new RiskDecisions(db);
    this.listings = new Listings(db);
    this.strategies = new StrategyRecords(db);
  }

  /** Only inside a transaction. Lifecycle changes follow from the journal; they have no table. */
  recordEffect(effect: Effect): void {
    switch (effect.type) {
      case 'order':
        return this.orders.record(effect);
      case 'trade':
        return this.fills.record(effect);
      case 'kill_switch':
        return this.killSwitch.record(effect);
      case 'log':
        return this.logs.record(effect);
      case 'risk':
        return this.risk.record(effect);
      case 'signal':
        return this.strategies.recordSignal(effect);
      case 'strategy_trade':
        return this.strategies.recordFill(effect);
      // Decisions on strategies' orders are in the log.
      case 'strategy_risk':
      case 'lifecycle':
      case 'strategy_lifecycle':
        return;
    }
  }
}
