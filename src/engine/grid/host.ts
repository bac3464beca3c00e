/** What a grid needs of the engine around it. */
import type { Effect } from '../effects.ts';
import type { Account } from '../ledger/account.ts';
import type { Exposure, RiskGate } from '../risk/gate.ts';
import type { Grid } from './grid.ts';

/** Best prices an order of ours would meet at placement; 0: that side is empty. */
export interface Book {
  readonly bid: number;
  readonly ask: number;
}

export interface GridHost {
  /** Time of the event being processed. */
  now(): number;
  readonly slippage: bigint;
  readonly allowLosing: boolean;
  readonly gate: RiskGate;
  readonly account: Account;
  /** Prices everything is valued at. */
  mark(): number;
  /** Leaves out the resting orders of `grid` itself where they are about to be cancelled. */
  exposure(price: number, without?: Grid): Exposure;
  emit(effect: Effect): void;
}
