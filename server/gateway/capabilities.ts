/** Z5: what this engine says of itself in `connected`. */
import type { ServerFrameOf } from '#protocol/envelope.ts';
import { PING_INTERVAL_MS, SUBPROTOCOL } from '#protocol/limits.ts';
import type { ConnectionLimits } from './connection.ts';

/** Patterns of the channels this engine publishes. */
const CHANNELS: readonly string[] = [
  'grid.*.status',
  'grid.*.order',
  'grid.*.trade',
  'grid.*.pnl',
  'grid.*.risk',
  'grid.*.lifecycle',
  'backtest.*.progress',
  'backtest.*.lifecycle',
  'sweep.*.progress',
  'sweep.*.cells',
  'sweep.*.lifecycle',
  'data.*.progress',
  'data.*.lifecycle',
  'strategy.*.status',
  'strategy.*.signal',
  'strategy.*.trade',
  'strategy.*.lifecycle',
  'system.health',
  'system.log',
  'system.kill_switch',
  'system.exchange',
  'market.*.*.ticker',
  'market.*.*.book',
  'market.*.*.trade',
  'market.*.*.candle_1m',
  'market.*.*.candle_5m',
  'market.*.*.candle_15m',
  'market.*.*.candle_1h',
  'market.*.*.candle_4h',
  'market.*.*.candle_1d',
  'account.*.balance',
  'account.*.positions',
  'account.*.pnl',
  'account.*.orders',
  'account.*.fills',
  'account.*.bots',
];

export interface GreetingInput {
  readonly server: string;
  readonly run: string;
  readonly seq: number;
  readonly authRequired: boolean;
  readonly actions: readonly string[];
  readonly limits: ConnectionLimits;
}

export function greeting(input: GreetingInput): ServerFrameOf<'connected'>['data'] {
  const { server, run, seq, authRequired, actions, limits } = input;
  return {
    protocol: SUBPROTOCOL,
    server,
    run,
    seq,
    auth_required: authRequired,
    capabilities: {
      actions: [...actions],
      channels: [...CHANNELS],
      limits: {
        messages_per_s: limits.messagesPerSecond,
        subscriptions: limits.subscriptions,
        commands_per_s: limits.commandsPerSecond,
      },
      heartbeat_ms: PING_INTERVAL_MS,
    },
  };
}
