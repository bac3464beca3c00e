/** A grid's whole state: plain data, so that a snapshot is a serialisation and nothing else. */
import type { Instrument } from '#domain/instrument.ts';
import type { GridState } from '../effects.ts';
import type { GridParams } from '../events.ts';

/** G4: what a cell has in the market. `none` only while the grid is not running. */
export type CellOrder = 'none' | 'buy' | 'sell' | 'unfunded';

export interface Cell {
  order: CellOrder;
  /** Number of the resting order, when it was placed, and its amount in base units. */
  orderNumber: number;
  placedAt: number;
  amount: bigint;
  holding: boolean;
  /** Whether what it holds came from a buy on its line: only those cycles are grid profit (G8). */
  lineBuy: boolean;
  /** Base in the cell, dust included (G7a). */
  base: bigint;
  /** What the held base cost, fee in quote included (G8); 0 when flat. */
  basis: bigint;
}

export interface GridData {
  readonly id: string;
  params: GridParams;
  /** The rules it trades under: those of its start or last re-grid. */
  instrument: Instrument;
  state: GridState;
  reason: string | null;
  readonly createdAt: number;
  startedAt: number | null;
  endedAt: number | null;
  /** Prints older than this reach neither its trigger nor its limits (G10). */
  armedAt: number;
  /** Waiting: on which side of the price the trigger lies (G13). */
  triggerAbove: boolean;
  lines: number[];
  sells: number[];
  cells: Cell[];
  quantity: bigint;
  invested: bigint;
  quote: bigint;
  /** Quote the resting buys will cost. */
  reserved: bigint;
  /** Value of the resting sells at their prices. */
  openSells: bigint;
  base: bigint;
  /** Sum of the cells' bases. */
  basis: bigint;
  realized: bigint;
  gridProfit: bigint;
  feesQuote: bigint;
  feesBase: bigint;
  /** All fees in quote, those in base at their fill's price. */
  fees: bigint;
  cycles: number;
  trades: number;
  orders: number;
  riskChecks: number;
  rejected: number;
  /** Mark its final figures were taken at; `null` while it is alive. */
  endMark: number | null;
}

export function newGridData(id: string, params: GridParams, instrument: Instrument, ts: number): GridData {
  return {
    id,
    params,
    instrument,
    state: 'starting',
    reason: null,
    createdAt: ts,
    startedAt: null,
    endedAt: null,
    armedAt: ts,
    triggerAbove: false,
    lines: [],
    sells: [],
    cells: [],
    quantity: 0n,
    invested: 0n,
    quote: 0n,
    reserved: 0n,
    openSells: 0n,
    base: 0n,
    basis: 0n,
    realized: 0n,
    gridProfit: 0n,
    feesQuote: 0n,
    feesBase: 0n,
    fees: 0n,
    cycles: 0,
    trades: 0,
    orders: 0,
    riskChecks: 0,
    rejected: 0,
    endMark: null,
  };
}

export function newCell(): Cell {
  return {
    order: 'none',
    orderNumber: 0,
    placedAt: 0,
    amount: 0n,
    holding: false,
    lineBuy: false,
    base: 0n,
    basis: 0n,
  };
}

export function isEnded(state: GridState): boolean {
  return state === 'stopped' || state === 'stop_loss' || state === 'take_profit' || state === 'error';
}
