/** Effects → bus, in order, after they are durable. */
import type { Effect } from '#engine/effects.ts';
import type { Bus } from '#server/bus.ts';
import { toSignalView, toStrategyFill, toStrategyLifecycle } from './strategy-wire.ts';
import { toFillView, toKillSwitchEvent, toLifecycleEvent, toOrderEvent, toRiskEvent } from './wire.ts';

export function publishEffect(bus: Bus, effect: Effect): void {
  const timestamp = effect.ts;
  switch (effect.type) {
    case 'order':
      return bus.publish({
        channel: `grid.${effect.grid_id}.order`,
        event: effect.event,
        timestamp,
        data: toOrderEvent(effect),
      });
    case 'trade':
      return bus.publish({
        channel: `grid.${effect.grid_id}.trade`,
        event: 'executed',
        timestamp,
        data: toFillView(effect),
      });
    case 'risk':
      return bus.publish({
        channel: `grid.${effect.grid_id}.risk`,
        event: effect.event,
        timestamp,
        data: toRiskEvent(effect),
      });
    case 'lifecycle':
      return bus.publish({
        channel: `grid.${effect.grid_id}.lifecycle`,
        event: effect.event,
        timestamp,
        data: toLifecycleEvent(effect),
      });
    case 'signal':
      return bus.publish({
        channel: `strategy.${effect.strategy_id}.signal`,
        event: 'generated',
        timestamp,
        data: toSignalView(effect),
      });
    case 'strategy_trade':
      return bus.publish({
        channel: `strategy.${effect.strategy_id}.trade`,
        event: 'executed',
        timestamp,
        data: toStrategyFill(effect),
      });
    case 'strategy_lifecycle':
      return bus.publish({
        channel: `strategy.${effect.strategy_id}.lifecycle`,
        event: effect.event,
        timestamp,
        data: toStrategyLifecycle(effect),
      });
    // The protocol has no channel for them: the log tells of what was refused.
    case 'strategy_risk':
      return;
    case 'kill_switch':
      return bus.publish({
        channel: 'system.kill_switch',
        event: effect.active ? 'activated' : 'deactivated',
        timestamp,
        data: toKillSwitchEvent(effect),
      });
    case 'log': {
      const { level, source, message, ts } = effect;
      return bus.publish({
        channel: 'system.log',
        event: level,
        timestamp,
        data: { level, source, message, ts },
      });
    }
  }
}
