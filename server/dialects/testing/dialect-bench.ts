/** An engine as the dialects see it: a bus with values to set, tokens, and time that passes when told to. */
import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import type { FillView, HealthEvent } from '#protocol/shapes.ts';
import { InProcessBus } from '#server/bus.ts';
import { FakeVerifier } from '#server/gateway/testing/gateway-fixture.ts';
import { Origins } from '#server/gateway/origins.ts';
import { ManualTimers } from '#server/host/testing/manual-timers.ts';
import { Admission } from '../admission.ts';

export const DASHBOARD_PORT = 8080;

export class DialectBench {
  readonly bus = new InProcessBus();
  readonly timers = new ManualTimers(Date.UTC(2026, 0, 2, 12));
  readonly verifier = new FakeVerifier(this.timers);
  readonly admission: Admission;
  health: HealthEvent = { status: 'healthy' };
  readonly #values = new Map<string, unknown>();

  constructor(allowOrigins: readonly string[] = []) {
    const { timers, verifier } = this;
    const origins = new Origins({ host: '127.0.0.1', publicUrl: undefined, allowOrigins });
    this.admission = new Admission({ origins, verifier, timers, dashboardPort: () => DASHBOARD_PORT });
  }

  /** The current value of a channel. */
  set(channel: string, data: unknown): void {
    if (!this.#values.has(channel)) {
      this.bus.provide(channel, () => ({
        event: 'update',
        timestamp: this.timers.now(),
        data: this.#values.get(channel),
      }));
    }
    this.#values.set(channel, data);
  }

  price(last: string, open24h = '100'): void {
    this.set('market.sim.BTC-USDC.ticker', {
      venue: 'sim',
      instrument: 'BTC-USDC',
      ts: this.timers.now(),
      last,
      bid: null,
      ask: null,
      open24h,
      high24h: null,
      low24h: null,
      volume24h: null,
    });
  }

  trade(fill: FillView): void {
    const channel = `grid.${fill.grid_id}.trade`;
    this.bus.publish({ channel, event: 'executed', timestamp: fill.ts, data: fill });
  }
}

export async function listenAnywhere(http: Server): Promise<number> {
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  return (http.address() as AddressInfo).port;
}

export function fillOf(fill: Partial<FillView> = {}): FillView {
  return {
    grid_id: 'g1',
    order_id: 'g1-1',
    trade_id: '1',
    level: 0,
    side: 'buy',
    price: 0.005432,
    amount: 1000,
    fee: 0.0054,
    fee_currency: 'USDC',
    realized_pnl: 0,
    position_after: 0,
    ts: Date.UTC(2026, 0, 2, 11),
    ...fill,
  };
}
