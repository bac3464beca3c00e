/** A strategy's machine from its parameters. */
import { BollingerBreakout } from './bollinger-breakout.ts';
import { DonchianBreakout } from './donchian-breakout.ts';
import { DualMa } from './dual-ma.ts';
import { Macd } from './macd.ts';
import { RsiMeanReversion } from './rsi-mean-reversion.ts';
import { PriceWords, RuleMachine, type SignalRule } from './rule.ts';
import type { SignalMachine } from './signals.ts';
import type { StrategyParams } from './spec.ts';

/**
 * `params` as `parseParams` gives them; bars come in units of `10^-priceDecimals`, and words and figures tell prices
 * in the quote. `unread`: reasons are without prices. Throws a `RangeError` for a strategy that decides by no bars, and for a number that is missing.
 */
export function createSignals(
  strategy: string,
  params: StrategyParams,
  priceDecimals = 0,
  unread = false,
): SignalMachine {
  return new RuleMachine(ruleOf(strategy, params, new PriceWords(priceDecimals, unread)));
}

function ruleOf(strategy: string, params: StrategyParams, words: PriceWords): SignalRule {
  const number = (name: string): number => {
    const value = params[name];
    if (typeof value !== 'number') throw new RangeError(`${strategy} needs params.${name}`);
    return value;
  };
  switch (strategy) {
    case 'dual_ma':
      return new DualMa(number('fast_period'), number('slow_period'), words);
    case 'rsi_mean_reversion':
      return new RsiMeanReversion(number('period'), {
        oversold: number('oversold'),
        exit: number('exit_level'),
        overbought: number('overbought'),
      });
    case 'bollinger_breakout':
      return new BollingerBreakout(number('period'), number('deviations'), words);
    case 'macd':
      return new Macd(
        { fast: number('fast_period'), slow: number('slow_period'), signal: number('signal_period') },
        words,
      );
    case 'donchian_breakout':
      return new DonchianBreakout(number('entry_period'), number('exit_period'), words);
    default:
      throw new RangeError(`${strategy} decides by no signals`);
  }
}
