/** Strategies and their parameters in the reader's language where they are known; as the engine says it else. */
import type { Translate } from '../i18n/i18n.ts';

const STRATEGIES = [
  'bollinger_breakout',
  'donchian_breakout',
  'dual_ma',
  'grid',
  'macd',
  'rsi_mean_reversion',
] as const;

const PARAMS = [
  'allow_short',
  'close_at',
  'deviations',
  'entry_period',
  'execution',
  'exit_level',
  'exit_period',
  'fast_period',
  'fill_model',
  'grid_count',
  'initial_quote',
  'investment',
  'lower_price',
  'order_size',
  'overbought',
  'oversold',
  'period',
  'signal_period',
  'slow_period',
  'spacing',
  'stop_loss',
  'take_profit',
  'take_profit_pct',
  'trigger_price',
  'upper_price',
  'whole_units',
] as const;

const CHOICES = [
  'arithmetic',
  'close',
  'geometric',
  'last_close',
  'last_open',
  'none',
  'open',
  'through',
  'touch',
] as const;

function among<V extends string>(values: readonly V[], value: string): value is V {
  return (values as readonly string[]).includes(value);
}

export function strategyLabel({ id, label }: { readonly id: string; readonly label: string }, t: Translate): string {
  return among(STRATEGIES, id) ? t(`desk.strategy_name_${id}`) : label;
}

export function strategyAbout(
  { id, description }: { readonly id: string; readonly description: string },
  t: Translate,
): string {
  return among(STRATEGIES, id) ? t(`backtests.about_strategy_${id}`) : description;
}

export function paramLabel({ name, label }: { readonly name: string; readonly label: string }, t: Translate): string {
  return among(PARAMS, name) ? t(`backtests.param_${name}`) : label;
}

export function paramAbout(
  { name, description }: { readonly name: string; readonly description: string },
  t: Translate,
): string {
  return among(PARAMS, name) ? t(`backtests.about_${name}`) : description;
}

export function choiceLabel(choice: string, t: Translate): string {
  return among(CHOICES, choice) ? t(`backtests.choice_${choice}`) : choice;
}
