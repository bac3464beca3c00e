/** What a trader should know before trusting a run's figures. */
import type { CandleColumns } from '#domain/candle-columns.ts';
import { DAY_MS, periodsOf } from './metrics/periods.ts';
import type { RunTrace } from './trace.ts';

/** What the configuration says. */
export interface RunTraits {
  /** G10, G11: a touched price counts as filled. */
  readonly touch: boolean;
  /** Signals fill at the close that decided them. */
  readonly fillsAtClose: boolean;
  /** Costs were left to their defaults of nothing. */
  readonly free: boolean;
}

interface RunFacts extends RunTraits {
  readonly trades: number;
  readonly gaps: { readonly count: number; readonly bars: number };
  readonly closesAtWeekends: boolean;
}

const FEW_TRADES = 30;
const FEW_DAYS = 90;

export function warningsOf(trace: RunTrace, columns: CandleColumns, facts: RunFacts): string[] {
  const warnings: string[] = [];
  const days = usedDays(trace, columns);
  if (trace.startBar < 0) {
    warnings.push(
      trace.state === 'waiting'
        ? 'The price never touched the trigger: the grid did not start.'
        : 'The data is too short: the indicators were never whole, so nothing could be traded.',
    );
  } else if (days < FEW_DAYS) {
    warnings.push(`Only ${plainDays(days)} were traded: figures scaled up to a year say little.`);
  }
  if (trace.startBar >= 0 && facts.trades < FEW_TRADES) {
    warnings.push(
      `Only ${facts.trades} ${facts.trades === 1 ? 'trade was' : 'trades were'} closed: too few to judge by.`,
    );
  }
  // Closed markets are no gaps that anybody could fill.
  if (facts.gaps.count > 0 && !facts.closesAtWeekends) {
    const { count, bars } = facts.gaps;
    warnings.push(
      `The data has ${count} ${count === 1 ? 'gap' : 'gaps'} (${bars} ${bars === 1 ? 'bar' : 'bars'}): what happened there is not known.`,
    );
  }
  if (facts.touch) warnings.push('Orders fill when their price is touched, whole: optimistic.');
  if (facts.fillsAtClose) warnings.push('Signals fill at the close that decided them: optimistic.');
  if (facts.free) warnings.push('The run paid no fees and no slippage.');
  return warnings;
}

function usedDays({ startBar, bars }: RunTrace, columns: CandleColumns): number {
  if (startBar < 0) return 0;
  const { ts } = columns;
  return ((ts[bars - 1] ?? 0) - (ts[startBar] ?? 0) + periodsOf(columns).spacing) / DAY_MS;
}

function plainDays(days: number): string {
  const [value, unit] = days < 1 ? [days * 24, 'hour'] : [days, 'day'];
  const rounded = value < 10 ? Math.round(value * 10) / 10 : Math.round(value);
  return `${rounded} ${unit}${rounded === 1 ? '' : 's'}`;
}
