/** The strategies there are (G19): what forms, validation and the catalog on the wire are made from. */
import type { ParamSpec, StrategySpec } from './spec.ts';

type NumberSpec = Extract<ParamSpec, { type: 'integer' | 'decimal' }>;

/** Longer warm-ups than venues have history for help nobody. */
const PERIOD_MAX = 500;

const period = (name: string, label: string, value: number, description: string, min = 2): NumberSpec => ({
  name,
  label,
  description,
  type: 'integer',
  default: value,
  min,
  max: PERIOD_MAX,
  step: 1,
  unit: 'bars',
});

const level = (name: string, label: string, value: number, description: string): NumberSpec => ({
  name,
  label,
  description,
  type: 'decimal',
  default: value,
  min: 1,
  max: 99,
  step: 1,
});

const money = (
  name: string,
  label: string,
  unit: 'price' | 'quote' | 'base',
  description: string,
  required = false,
): NumberSpec => ({
  name,
  label,
  description,
  type: 'decimal',
  default: null,
  min: 0,
  unit,
  ...(required && { required }),
});

/** What every signal strategy takes beside its own parameters. */
export const COMMON_PARAMS: readonly ParamSpec[] = [
  {
    name: 'allow_short',
    label: 'Allow short',
    description:
      'Sell short where the strategy says so; otherwise it stays flat there. Backtests only: spot accounts cannot.',
    type: 'boolean',
    default: false,
  },
  {
    name: 'whole_units',
    label: 'Whole units',
    description: 'Trade whole units of the base only, as with shares.',
    type: 'boolean',
    default: false,
  },
  {
    name: 'execution',
    label: 'Execution',
    description:
      'A decision at a bar’s close is filled at the next bar’s open, or, optimistically, at that same close.',
    type: 'choice',
    choices: ['open', 'close'],
    default: 'open',
  },
  {
    name: 'close_at',
    label: 'Close at the end',
    description:
      'What becomes of an open position at the end of a backtest: sold at the last close, at the last open, or kept and marked at the last close.',
    type: 'choice',
    choices: ['last_close', 'last_open', 'none'],
    default: 'last_close',
  },
];

export const COMMON_PARAM_NAMES: readonly string[] = COMMON_PARAMS.map(({ name }) => name);

const GRID_PARAMS: readonly ParamSpec[] = [
  money('upper_price', 'Upper price', 'price', 'The highest line. Above it nothing is bought.', true),
  money('lower_price', 'Lower price', 'price', 'The lowest line. Below it nothing more is bought.', true),
  {
    name: 'grid_count',
    label: 'Grids',
    description: 'How many intervals the range is cut into; each buys at its lower line and sells at its upper one.',
    type: 'integer',
    default: null,
    min: 2,
    max: 1000,
    step: 1,
    required: true,
  },
  {
    name: 'spacing',
    label: 'Spacing',
    description: 'Lines at equal distances (arithmetic) or at equal ratios (geometric).',
    type: 'choice',
    choices: ['arithmetic', 'geometric'],
    default: 'arithmetic',
  },
  money(
    'investment',
    'Investment',
    'quote',
    'Quote to spread over all grids; 1000 where neither it nor an order size is given.',
  ),
  money('order_size', 'Order size', 'base', 'Base that each grid trades, instead of an investment.'),
  money(
    'initial_quote',
    'Starting quote',
    'quote',
    'Quote the backtest starts with; without it what the grid invests.',
  ),
  {
    name: 'take_profit_pct',
    label: 'Profit per grid',
    description: 'Sell this far above each buy instead of at the next line; 0 sells at the next line.',
    type: 'decimal',
    default: 0,
    min: 0,
    max: 1000,
    step: 0.1,
    unit: 'percent',
  },
  money('trigger_price', 'Trigger price', 'price', 'Wait until the price touches this, then start there.'),
  money('stop_loss', 'Stop loss', 'price', 'At this price, below the range, everything is sold and the grid ends.'),
  money('take_profit', 'Take profit', 'price', 'At this price, above the range, everything is sold and the grid ends.'),
  {
    name: 'fill_model',
    label: 'Fill model',
    description: 'An order fills when the price touches it (optimistic) or only when the price goes through it.',
    type: 'choice',
    choices: ['touch', 'through'],
    default: 'touch',
  },
];

const signal = (id: string, label: string, description: string, params: readonly ParamSpec[]): StrategySpec => ({
  id,
  label,
  description,
  kind: 'signal',
  params: [...params, ...COMMON_PARAMS],
});

export const STRATEGIES: readonly StrategySpec[] = [
  {
    id: 'grid',
    label: 'Grid',
    description:
      'Buys at lines below the price and sells each purchase one line higher: earns on swings within a range.',
    kind: 'grid',
    params: GRID_PARAMS,
  },
  signal(
    'dual_ma',
    'Moving average cross',
    'Long when the fast simple average crosses above the slow one, short or flat when it crosses below: follows trends.',
    [
      period('fast_period', 'Fast period', 10, 'Bars of the fast average; fewer than of the slow one.', 1),
      period('slow_period', 'Slow period', 30, 'Bars of the slow average.'),
    ],
  ),
  signal(
    'rsi_mean_reversion',
    'RSI mean reversion',
    'Long when Wilder’s RSI falls below oversold, short or flat when it rises above overbought, out in the middle.',
    [
      period('period', 'RSI period', 14, 'Bars the gains and losses are averaged over.'),
      level('oversold', 'Oversold', 30, 'Below this RSI it buys.'),
      level('overbought', 'Overbought', 70, 'Above this RSI it sells short, where that is allowed.'),
      level('exit_level', 'Exit level', 50, 'Where the RSI is back at this, the position is closed.'),
    ],
  ),
  signal(
    'bollinger_breakout',
    'Bollinger breakout',
    'Long on a close above the upper band, short or flat below the lower one, out through the middle band.',
    [
      period('period', 'Period', 20, 'Bars of the middle band, a simple average.'),
      {
        name: 'deviations',
        label: 'Deviations',
        description: 'How many standard deviations the bands are away from the middle.',
        type: 'decimal',
        default: 2,
        min: 0.1,
        max: 10,
        step: 0.1,
      },
    ],
  ),
  signal(
    'macd',
    'MACD',
    'Long when the distance of two exponential averages crosses above its signal line, short or flat below.',
    [
      period('fast_period', 'Fast period', 12, 'Bars of the fast exponential average; fewer than of the slow one.'),
      period('slow_period', 'Slow period', 26, 'Bars of the slow exponential average.'),
      period('signal_period', 'Signal period', 9, 'Bars of the signal line, the average of their distance.', 1),
    ],
  ),
  signal(
    'donchian_breakout',
    'Donchian breakout',
    'Long on a close above the highest high of the bars before, short or flat below the lowest low; out at a shorter channel.',
    [
      period('entry_period', 'Entry period', 20, 'Bars whose highest high and lowest low are broken out of.'),
      period(
        'exit_period',
        'Exit period',
        10,
        'Bars of the channel at whose other side it leaves; at most the entry’s.',
        1,
      ),
    ],
  ),
];

export function findStrategy(id: string): StrategySpec | undefined {
  return STRATEGIES.find((spec) => spec.id === id);
}
