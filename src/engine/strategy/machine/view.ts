/** What can be read of a strategy (G8). */
import { valueOf } from '../../ledger/grid-ledger.ts';
import { formatBase, formatPrice, formatQuote } from '../../ledger/money.ts';
import { averagePrice } from '../../ledger/view.ts';
import type { StrategySnapshot } from '../../views.ts';
import { equityAt, held } from './ledger.ts';
import type { Strategy } from './strategy.ts';

/** The mark its figures are taken at: the market's while it is alive, its last one afterwards. */
function markOf({ data, host }: Strategy): number {
  return data.endMark ?? host.mark();
}

/** All profit and loss since the start: `realized + unrealized = equity − invested`. */
export function strategyPnl({ data }: Strategy, mark: number, priceDecimals: number): bigint {
  return data.realized + valueOf(data.base, mark, priceDecimals) - data.basis;
}

export function strategySnapshot(strategy: Strategy): StrategySnapshot {
  const { data, rules } = strategy;
  const { priceDecimals } = rules;
  const mark = markOf(strategy);
  return {
    id: data.id,
    state: data.state,
    ...(data.reason === null ? {} : { reason: data.reason }),
    setup: data.setup,
    created_at: data.createdAt,
    started_at: data.startedAt,
    ended_at: data.endedAt,
    figures: {
      current_price: formatPrice(mark, priceDecimals),
      position: formatBase(data.base),
      realized_pnl: formatQuote(data.realized),
      unrealized_pnl: formatQuote(strategyPnl(strategy, mark, priceDecimals) - data.realized),
      fees: formatQuote(data.fees),
      fees_quote: formatQuote(data.feesQuote),
      fees_base: formatBase(data.feesBase),
      quote: formatQuote(data.quote),
      equity: formatQuote(equityAt(data, mark, priceDecimals)),
      invested: formatQuote(data.invested),
    },
    entry_price: held(data, rules) === 0n ? null : averagePrice(data.basis, data.base, priceDecimals),
    target: data.target,
    waiting: data.intent !== null,
    indicators: strategy.indicators(),
    last_bar: data.lastBar < 0 ? null : data.lastBar,
    signals: data.signals,
    total_trades: data.trades,
    risk_checks: data.riskChecks,
    orders_rejected: data.rejected,
  };
}
