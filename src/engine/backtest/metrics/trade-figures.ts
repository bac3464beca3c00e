/** Figures of closed round trips. */
import type { TradeColumns } from '../trades.ts';
import { finite, mean, sampleDeviation } from './returns.ts';

export interface TradeMetrics {
  readonly win_rate: number | null;
  readonly profit_factor: number | null;
  readonly expectancy: number | null;
  readonly sqn: number | null;
  readonly average_trade: number | null;
  readonly best_trade: number | null;
  readonly worst_trade: number | null;
  readonly total_trades: number;
  readonly winning_trades: number;
  readonly losing_trades: number;
  readonly longest_winning_run: number;
  readonly longest_losing_run: number;
  readonly average_holding_time: number | null;
}

export function tradeMetrics({ length, pnl, gain, entryTs, exitTs }: TradeColumns): TradeMetrics {
  let won = 0;
  let lost = 0;
  let profits = 0;
  let losses = 0;
  let held = 0;
  let [winning, losing, longestWinning, longestLosing] = [0, 0, 0, 0];
  let best = -Infinity;
  let worst = Infinity;
  for (let index = 0; index < length; index += 1) {
    const profit = pnl[index] ?? 0;
    // One that made nothing ends a run of either kind.
    winning = profit > 0 ? winning + 1 : 0;
    losing = profit < 0 ? losing + 1 : 0;
    if (profit > 0) {
      won += 1;
      profits += profit;
    } else if (profit < 0) {
      lost += 1;
      losses -= profit;
    }
    longestWinning = Math.max(longestWinning, winning);
    longestLosing = Math.max(longestLosing, losing);
    best = Math.max(best, gain[index] ?? 0);
    worst = Math.min(worst, gain[index] ?? 0);
    held += (exitTs[index] ?? 0) - (entryTs[index] ?? 0);
  }
  const middle = mean(pnl);
  const deviation = sampleDeviation(pnl);
  return {
    win_rate: length === 0 ? null : won / length,
    profit_factor: losses === 0 ? null : finite(profits / losses),
    expectancy: middle,
    sqn: middle === null || deviation === null || deviation === 0 ? null : (Math.sqrt(length) * middle) / deviation,
    average_trade: mean(gain),
    best_trade: length === 0 ? null : best,
    worst_trade: length === 0 ? null : worst,
    total_trades: length,
    winning_trades: won,
    losing_trades: lost,
    longest_winning_run: longestWinning,
    longest_losing_run: longestLosing,
    average_holding_time: length === 0 ? null : held / length,
  };
}
