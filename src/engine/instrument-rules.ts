/** An instrument's rules as integers (G1), and the arithmetic of one order under them. */
import { decimal, trimDecimal } from '#domain/decimal.ts';
import type { Instrument } from '#domain/instrument.ts';
import { BASE_SCALE, ONE, QUOTE_SCALE, ceilDiv, parseUnits, share } from './ledger/money.ts';

export interface Rules {
  readonly instrument: Instrument;
  /** Prices are integers of `10^-priceDecimals`; a tick is `tick` of them. */
  readonly priceDecimals: number;
  readonly tick: number;
  /** Base units. */
  readonly lot: bigint;
  readonly minSize: bigint;
  /** Quote units. */
  readonly minNotional: bigint;
  /** Rates. */
  readonly maker: bigint;
  readonly taker: bigint;
  /** A buy's fee is taken from the base it yields; a sell's fee is in quote always. */
  readonly feeInBase: boolean;
  /** `price · amount · toQuote` is in quote units. */
  readonly toQuote: bigint;
}

/** The rules, or in words why these cannot be traded exactly. */
export function parseRules(instrument: Instrument, priceDecimals: number): Rules | string {
  if (!Number.isInteger(priceDecimals) || priceDecimals < 0 || priceDecimals > 15) return 'price decimals out of range';
  const tick = parseUnits(instrument.tickSize, priceDecimals);
  const lot = parseUnits(instrument.lotSize, BASE_SCALE);
  const minSize = parseUnits(instrument.minSize, BASE_SCALE);
  const minNotional = parseUnits(instrument.minNotional, QUOTE_SCALE);
  const maker = parseUnits(instrument.makerFee, BASE_SCALE);
  const taker = parseUnits(instrument.takerFee, BASE_SCALE);
  if (tick === undefined || tick <= 0n || tick > BigInt(Number.MAX_SAFE_INTEGER)) return 'unusable tick size';
  if (lot === undefined || lot <= 0n) return 'unusable lot size';
  if (minSize === undefined || minSize < 0n || minNotional === undefined || minNotional < 0n) return 'unusable minimum';
  if (maker === undefined || taker === undefined || maker < 0n || taker < 0n || maker >= ONE || taker >= ONE) {
    return 'unusable fee';
  }
  const feeDecimals = Math.max(decimals(instrument.makerFee), decimals(instrument.takerFee));
  // A fee of a lot must be a whole number of units: then no division in the ledger ever rounds (G2).
  if (decimals(instrument.lotSize) + feeDecimals > BASE_SCALE) return 'lot size and fees have too many decimals';
  return {
    instrument,
    priceDecimals,
    tick: Number(tick),
    lot,
    minSize,
    minNotional,
    maker,
    taker,
    feeInBase: instrument.feeCurrency === 'received',
    toQuote: 10n ** BigInt(QUOTE_SCALE - BASE_SCALE - priceDecimals),
  };
}

const decimals = (text: string): number => trimDecimal(decimal(text)).scale;

/** Value of `amount` at `price`, in quote units. */
export function notional(rules: Rules, amount: bigint, price: number): bigint {
  return amount * BigInt(price) * rules.toQuote;
}

/** What a buy takes from the quote: its notional, plus the fee where that is in quote. */
export function buyCost(rules: Rules, amount: bigint, price: number, fee: bigint): bigint {
  const value = notional(rules, amount, price);
  return rules.feeInBase ? value : value + share(value, fee);
}

/** What a buy yields: the amount, less the fee where that is in base. */
export function bought(rules: Rules, amount: bigint, fee: bigint): bigint {
  return rules.feeInBase ? amount - share(amount, fee) : amount;
}

export function floorLot(rules: Rules, amount: bigint): bigint {
  return amount - (amount % rules.lot);
}

/** G5: a market order's price, slipped and rounded to the tick against the trader. */
export function marketPrice(rules: Rules, price: number, side: 'buy' | 'sell', slippage: bigint): number {
  const step = ONE * BigInt(rules.tick);
  if (side === 'buy') return Number(ceilDiv(BigInt(price) * (ONE + slippage), step)) * rules.tick;
  const ticks = Number((BigInt(price) * (ONE - slippage)) / step);
  return Math.max(1, ticks) * rules.tick;
}
