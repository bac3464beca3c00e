import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { likeSchema } from '#testing/like-schema.ts';
import * as account from './account-shapes.ts';
import * as backtest from './backtest-shapes.ts';
import * as strategy from './strategy-shapes.ts';
import { type ChannelEvents, type Family, isEventData } from './channels.ts';
import { isStrategyStatus } from './event-guards.ts';
import * as shapes from './shapes.ts';

type Carries<F extends Family> = ChannelEvents[F][keyof ChannelEvents[F]];

/** The contract: what each channel carries. Market frames have no schema; `market-guards.ts` is theirs. */
const SCHEMAS: { readonly [F in Exclude<Family, `market.${string}`>]: z.ZodMiniType<Carries<F>> } = {
  'grid.status': shapes.gridStatus,
  'grid.order': shapes.orderEvent,
  'grid.trade': shapes.tradeEvent,
  'grid.pnl': shapes.pnlEvent,
  'grid.risk': shapes.riskEvent,
  'grid.lifecycle': shapes.lifecycleEvent,
  'backtest.progress': shapes.progressEvent,
  'backtest.lifecycle': shapes.lifecycleEvent,
  'sweep.progress': backtest.sweepProgressEvent,
  'sweep.cells': backtest.sweepCellsEvent,
  'sweep.lifecycle': shapes.lifecycleEvent,
  'data.progress': backtest.dataProgressEvent,
  'data.lifecycle': shapes.lifecycleEvent,
  'strategy.status': z.union([strategy.strategyStatus, z.record(z.string(), z.unknown())]),
  'strategy.trade': strategy.strategyFill,
  'strategy.signal': shapes.signalEvent,
  'strategy.lifecycle': shapes.lifecycleEvent,
  'system.health': shapes.healthEvent,
  'system.log': shapes.logEvent,
  'system.kill_switch': shapes.killSwitchEvent,
  'system.exchange': shapes.exchangeEvent,
  'account.balance': account.balanceEvent,
  'account.positions': z.readonly(account.positionsEvent),
  'account.pnl': account.accountPnlEvent,
  'account.orders': z.readonly(account.accountOrdersEvent),
  'account.fills': account.accountFillView,
  'account.bots': z.readonly(account.venueBotsEvent),
};

describe('events are accepted exactly where their schemas accept them', () => {
  it.each(Object.entries(SCHEMAS))('%s', (family, schema) => {
    const seen = { accepted: 0, rejected: 0 };
    fc.assert(
      fc.property(likeSchema(schema), (data) => {
        const { success } = schema.safeParse(data);
        seen[success ? 'accepted' : 'rejected'] += 1;
        expect(isEventData(family as Family, 'update', data)).toBe(success);
      }),
      { numRuns: 400 },
    );
    expect(seen.accepted).toBeGreaterThan(50);
    expect(seen.rejected).toBeGreaterThan(10);
  });
});

it('tells a status of ours from one of another engine exactly as the schema does', () => {
  const seen = { accepted: 0, rejected: 0 };
  fc.assert(
    fc.property(likeSchema(strategy.strategyStatus), (data) => {
      const { success } = strategy.strategyStatus.safeParse(data);
      seen[success ? 'accepted' : 'rejected'] += 1;
      expect(isStrategyStatus(data)).toBe(success);
    }),
    { numRuns: 400 },
  );
  expect(Math.min(seen.accepted, seen.rejected)).toBeGreaterThan(10);
});
