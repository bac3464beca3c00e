/** The money of a strategy's fills (G2, G8): one position, long or short, and `realized + unrealized = equity − invested`. */
import { bought, buyCost, floorLot, type Rules } from '../../instrument-rules.ts';
import type { Fill } from '../../ledger/grid-ledger.ts';
import { valueOf } from '../../ledger/grid-ledger.ts';
import { ceilDiv, ONE, share } from '../../ledger/money.ts';
import type { OrderIntent, RiskApproved } from '../../risk/gate.ts';
import type { StrategyData } from './state.ts';

/** What it can trade away; dust of a fee in base stays (G7a). 0: flat. */
export function held(data: StrategyData, rules: Rules): bigint {
  return data.base < 0n ? data.base : floorLot(rules, data.base);
}

/** How much its quote pays for at `price`, fee included, in lots or in whole units where those are larger. */
export function affordable(data: StrategyData, rules: Rules, price: number, wholeUnits: boolean): bigint {
  const unit = wholeUnits ? ceilDiv(ONE, rules.lot) * rules.lot : rules.lot;
  return data.quote <= 0n ? 0n : (data.quote / buyCost(rules, unit, price, rules.taker)) * unit;
}

/** One market fill; `closes`: it takes the whole position back, else it opens one. */
export function bookFill(
  data: StrategyData,
  rules: Rules,
  { side, amount, price, notional: value }: RiskApproved<OrderIntent>,
  closes: boolean,
): Fill {
  const fee = share(value, rules.taker);
  // Quote that comes in is above 0.
  const moved = side === 'buy' ? -buyCost(rules, amount, price, rules.taker) : value - fee;
  const yielded = side === 'buy' ? bought(rules, amount, rules.taker) : -amount;
  const feeInBase = side === 'buy' && rules.feeInBase;
  data.quote += moved;
  data.base += yielded;
  data.fees += fee;
  if (feeInBase) data.feesBase += amount - yielded;
  else data.feesQuote += fee;
  const charged = feeInBase ? amount - yielded : fee;
  if (!closes) {
    data.basis -= moved;
    return { fee: charged, feeInBase, realized: 0n };
  }
  const realized = moved - data.basis;
  data.basis = 0n;
  data.realized += realized;
  return { fee: charged, feeInBase, realized };
}

export function equityAt(data: StrategyData, mark: number, priceDecimals: number): bigint {
  return data.quote + valueOf(data.base, mark, priceDecimals);
}
