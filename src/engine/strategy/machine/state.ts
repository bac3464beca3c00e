import type { Interval } from '#domain/market-data.ts';
import type { Instrument } from '#domain/instrument.ts';
import type { Target } from '../signals.ts';
import type { StrategyParams } from '../spec.ts';

export type StrategyState = 'starting' | 'running' | 'paused' | 'stopped' | 'error';

/** StrategyConfig of the protocol, its capital as a plain decimal string. */
export interface StrategySetup {
  readonly strategy: string;
  readonly symbol: string;
  readonly venue: string;
  readonly timeframe: Interval;
  /** Quote it trades with; taken from the account as a grid's investment is. */
  readonly capital: string;
  readonly params: StrategyParams;
  readonly name?: string;
}

/** `[open time, open, high, low, close]` of a closed bar, prices in the units market events of the instrument come in. */
export type WarmupBar = readonly [ts: number, open: number, high: number, low: number, close: number];

/** A decision that waits for a price to be traded at. */
export interface Intent {
  readonly target: Target;
  /** When its bar closed: older prices do not fill it. */
  readonly since: number;
}

export interface StrategyData {
  readonly id: string;
  setup: StrategySetup;
  /** The rules it trades under: those of its start or last change of parameters. */
  instrument: Instrument;
  state: StrategyState;
  reason: string | null;
  readonly createdAt: number;
  startedAt: number | null;
  endedAt: number | null;
  /** What bars are counted in for its indicators, however finely the market's prices are counted by now. */
  barDecimals: number;
  /** Open time of the last bar it has seen; -1: none. */
  lastBar: number;
  /** What it wants by the last decision, traded or not. */
  target: Target;
  intent: Intent | null;
  invested: bigint;
  quote: bigint;
  /** Below 0: short. */
  base: bigint;
  /** What the base cost, fee in quote included; short: less what its sale brought. */
  basis: bigint;
  realized: bigint;
  feesQuote: bigint;
  feesBase: bigint;
  /** All fees in quote, those in base at their fill's price. */
  fees: bigint;
  signals: number;
  trades: number;
  riskChecks: number;
  rejected: number;
  /** Mark its final figures were taken at; `null` while it is alive. */
  endMark: number | null;
}

export function newStrategyData(
  id: string,
  setup: StrategySetup,
  instrument: Instrument,
  barDecimals: number,
  ts: number,
): StrategyData {
  return {
    id,
    setup,
    instrument,
    state: 'starting',
    reason: null,
    createdAt: ts,
    startedAt: null,
    endedAt: null,
    barDecimals,
    lastBar: -1,
    target: 'flat',
    intent: null,
    invested: 0n,
    quote: 0n,
    base: 0n,
    basis: 0n,
    realized: 0n,
    feesQuote: 0n,
    feesBase: 0n,
    fees: 0n,
    signals: 0,
    trades: 0,
    riskChecks: 0,
    rejected: 0,
    endMark: null,
  };
}

export function hasEnded(state: StrategyState): boolean {
  return state === 'stopped' || state === 'error';
}
