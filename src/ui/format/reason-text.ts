/** Why a grid or a strategy is in its state, and why a risk check decided so: the engine's fixed sentences, for the reader. */
import type { Translate } from '../i18n/i18n.ts';
import type { MessageKey } from '../i18n/keys.ts';
import { DASH, formatSize } from './numbers.ts';

/** Each with the figures it names. `why` is a sentence of its own. */
const SENTENCES: readonly (readonly [RegExp, MessageKey])[] = [
  [/^paused by the trader$/, 'desk.reason_paused'],
  [/^stopped by the trader$/, 'desk.reason_stopped'],
  [/^stopped by the trader, position closed$/, 'desk.reason_closed'],
  [/^stopped by the trader, its orders stay$/, 'desk.reason_orders_stay'],
  [/^its last order is done$/, 'desk.reason_done'],
  [/^stop loss reached$/, 'desk.reason_stop_loss'],
  [/^take profit reached$/, 'desk.reason_take_profit'],
  [/^resumed$/, 'desk.reason_resumed'],
  [/^kill switch: (?<why>.+)$/s, 'desk.reason_kill_switch'],
  [/^risk: (?<why>.+)$/s, 'desk.reason_risk'],
  [/^could not start at its trigger: (?<why>.+)$/s, 'desk.reason_trigger'],
  [/^order of (?<value>[\d.]+) is over the limit of (?<limit>[\d.]+)$/, 'desk.reason_max_order'],
  [/^position of (?<value>[\d.]+) is over the limit of (?<limit>[\d.]+)$/, 'desk.reason_max_position'],
  [/^open notional of (?<value>[\d.]+) is over the limit of (?<limit>[\d.]+)$/, 'desk.reason_max_open'],
  [
    /^an order that fills at once would be (?<value>[\d.]+) away from the market; the limit is (?<limit>[\d.]+)$/,
    'desk.reason_deviation',
  ],
  [
    /^the buy of cell (?<cell>\d+) costs (?<cost>[\d.]+) (?<quote>\S+), (?<free>[\d.]+) \S+ is free$/,
    'desk.reason_unfunded',
  ],
  [/^the grid needs (?<need>[\d.]+) (?<quote>\S+); (?<free>[\d.]+) \S+ is free$/, 'desk.reason_short'],
  [/^the new size needs (?<need>[\d.]+) (?<quote>\S+) more; (?<free>[\d.]+) \S+ is free$/, 'desk.reason_size_short'],
  [/^the strategy needs (?<need>[\d.]+) (?<quote>\S+); (?<free>[\d.]+) \S+ is free$/, 'desk.reason_strategy_short'],
  [/^the equity is used up$/, 'desk.reason_used_up'],
  [/^changed (?<names>[\w, ]+)$/, 'desk.reason_changed'],
  [/^strategy \S+ has ended \((?<state>\w+)\)$/, 'desk.reason_ended'],
  [/^it needs (?<need>[\d.]+) (?<quote>\S+) more than is free$/, 'desk.reason_trigger_short'],
];

/** In the reader's language where the sentence is known; the engine's own words else, as are those a person typed. */
export function reasonText(reason: string, t: Translate): string {
  for (const [pattern, key] of SENTENCES) {
    const match = pattern.exec(reason);
    if (!match) continue;
    const values = Object.entries(match.groups ?? {}).map(([name, value]) => [
      name,
      name === 'why' ? reasonText(value, t) : figure(value),
    ]);
    return t(key, Object.fromEntries(values));
  }
  return reason;
}

/** Decimals as the reader writes them, words as they are. */
export function figure(value: string): string {
  const formatted = formatSize(value);
  return formatted === DASH ? value : formatted;
}
