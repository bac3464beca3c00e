/** Final figures of a kernel's run (G8), exact: each kind of fill so many times what it pays. */
import { share, formatBase, formatQuote } from '../ledger/money.ts';
import { valueOf } from '../ledger/grid-ledger.ts';
import { notional } from '../instrument-rules.ts';
import type { GridCells } from './grid-kernel-cells.ts';
import { FIRST, KINDS } from './grid-kernel-terms.ts';
import type { RunTrace } from './trace.ts';

export interface KernelFigures {
  readonly exact: RunTrace['exact'];
  readonly lineBuys: number;
  readonly lineSells: number;
  readonly cycles: number;
}

/** `mark`: the last close used. */
export function figuresOf(cells: GridCells, mark: number): KernelFigures {
  const { terms, buys, sales, closing } = cells;
  const { plan, rules } = terms;
  const purchased = BigInt(terms.count - plan.firstHolding);
  const cellFees = share(notional(rules, plan.quantity, plan.marketPrice), rules.taker) * purchased;
  let realized = closing?.realized ?? 0n;
  let soldFees = closing?.fee ?? 0n;
  let boughtFees = cellFees;
  let gridProfit = 0n;
  let lineBuys = 0;
  let lineSells = 0;
  let cycles = 0;
  for (let cell = 0; cell < terms.count; cell += 1) {
    const bought = buys[cell] ?? 0;
    lineBuys += bought;
    if (bought > 0) boughtFees += terms.buyFeeOf(cell) * BigInt(bought);
    for (let kind = 0; kind < KINDS; kind += 1) {
      const sold = sales[cell * KINDS + kind] ?? 0;
      if (sold === 0) continue;
      const sale = terms.saleOf(cell, kind);
      const profit = sale.realized * BigInt(sold);
      realized += profit;
      soldFees += sale.fee * BigInt(sold);
      lineSells += sold;
      if (kind === FIRST) continue;
      gridProfit += profit;
      cycles += sold;
    }
  }
  const base = cells.exactBase();
  const quote = cells.quote.exact();
  const value = valueOf(base, mark, rules.priceDecimals);
  const feesBase = rules.feeInBase
    ? share(plan.quantity, rules.taker) * purchased + share(plan.quantity, rules.maker) * BigInt(lineBuys)
    : 0n;
  return {
    exact: {
      invested: formatQuote(plan.invested),
      quote: formatQuote(quote),
      position: formatBase(base),
      equity: formatQuote(quote + value),
      realized_pnl: formatQuote(realized),
      unrealized_pnl: formatQuote(value - cells.basis()),
      fees: formatQuote(boughtFees + soldFees),
      fees_quote: formatQuote(rules.feeInBase ? soldFees : boughtFees + soldFees),
      fees_base: formatBase(feesBase),
      grid_profit: formatQuote(gridProfit),
      quantity: formatBase(plan.quantity),
    },
    lineBuys,
    lineSells,
    cycles,
  };
}

/** Nothing has happened: what was reserved is all there is. */
export function waitingFigures(invested: string): RunTrace['exact'] {
  const money = { invested, quote: invested, position: '0', equity: invested };
  const pnl = { realized_pnl: '0', unrealized_pnl: '0', grid_profit: '0' };
  return { ...money, ...pnl, fees: '0', fees_quote: '0', fees_base: '0', quantity: '0' };
}
