/** G21, "a live session's recorded prints, replayed, give identical fills": over real hosts and files. */
import { createHash, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Candle } from '#domain/market-data.ts';
import { fillsOf } from '#engine/backtest/report.ts';
import { RunCancelled } from '#engine/backtest/trace.ts';
import { ProtocolError } from '#protocol/errors.ts';
import type { Result } from '#protocol/commands.ts';
import { InProcessBus } from '#server/bus.ts';
import type { Handler } from '#server/gateway/handlers.ts';
import { createHost, type Host } from '#server/host/create-host.ts';
import {
  LISTED,
  plannedAfter,
  prints,
  timeOf,
  type PlannedAction,
  type PlannedRequest,
  type Request,
} from '#server/host/testing/feed-of-numbers.ts';
import { ManualTimers } from '#server/host/testing/manual-timers.ts';
import { BTC, ScriptedMarket } from '#server/host/testing/scripted-market.ts';
import { openDatabase } from '#server/storage/database.ts';
import { describeParity } from './session-parity.ts';
import { replaySession } from './session-replay.ts';

let folder: string;
let db: DatabaseSyncInstance;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'griddesk-session-'));
  db = openDatabase(join(folder, 'griddesk.db'));
});
afterEach(() => {
  db.close();
  rmSync(folder, { recursive: true });
});

const MINUTE = 60_000;
const bar = (ts: number, close: number): Candle => {
  const price = close.toFixed(1);
  return { ts, open: price, high: price, low: price, close: price, volume: '1', closed: true };
};
const turns = async () => {
  for (let count = 0; count < 6; count += 1) await turn();
};
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Traders and prices of numbers, over hosts that stop and start again. */
class Live {
  readonly #gridIds = new Map<string, string>();
  readonly timers = new ManualTimers(timeOf(0) - 1);
  readonly market = new ScriptedMarket(LISTED);
  host: Host | undefined;

  async start(): Promise<void> {
    const bus = new InProcessBus();
    this.host = await createHost({
      db,
      markets: [this.market],
      bus,
      timers: this.timers,
      options: { snapshotEvery: 150 },
    });
    await this.host.start();
  }

  async stop(): Promise<void> {
    await this.host?.stop();
  }

  /** `restarts` and `gaps` are indexes of prints. */
  async trade(
    seed: number,
    count: number,
    { restarts = [], gaps = [] }: { restarts?: number[]; gaps?: number[] } = {},
  ): Promise<void> {
    await this.start();
    for (const print of prints(seed)) {
      if (print.index >= count) break;
      if (restarts.includes(print.index)) {
        await this.stop();
        await this.start();
      }
      if (gaps.includes(print.index)) this.market.say({ type: 'gap', symbol: print.symbol });
      this.timers.advance(print.ts - this.timers.now());
      this.market.trade(print.ts, print.price, print.symbol);
      const planned = plannedAfter(print.index);
      if (planned.length > 0) this.timers.advance(1);
      for (const request of planned) await this.send(request);
      if (print.index % 16 === 0) await turn();
    }
    await this.stop();
  }

  async send({ id, of, make }: PlannedRequest): Promise<void> {
    const request = make(of === undefined ? '' : (this.#gridIds.get(of) ?? 'none'));
    try {
      const result = await this.ask(request, id);
      if ('grid_id' in result && request.action === 'grid.start') this.#gridIds.set(id, result.grid_id);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
    }
  }

  ask<A extends PlannedAction>({ action, params }: Request<A>, id: string): Promise<Result<A>> {
    if (!this.host) throw new Error('no host');
    const handlers: { readonly [K in PlannedAction]: Handler<K> } = this.host.handlers;
    const digest = createHash('sha256').update(JSON.stringify(params)).digest('hex');
    return handlers[action](params, { user: 'ada', role: 'admin', id, digest, sessionId: 's' });
  }
}

function gridsThatTraded(): string[] {
  const rows = db.prepare('SELECT DISTINCT grid_id AS id FROM orders ORDER BY id').all() as { id: string }[];
  return rows.map(({ id }) => id);
}

describe('a recorded session as a backtest', () => {
  test.each([1, 2, 3, 7, 11, 42])(
    'seed %i: every grid gives its orders, fills and PnL to the digit, over restarts, gaps, pauses, regrids and kills',
    async (seed) => {
      const at = (share: number) => Math.floor(3_000 * share) + seed;
      await new Live().trade(seed, 3_000, { restarts: [at(0.31), at(0.62)], gaps: [at(0.2), at(0.45), at(0.8)] });
      const ids = gridsThatTraded();
      expect(ids.length).toBeGreaterThan(5);
      let fills = 0;
      for (const id of ids) {
        const { parity, report } = replaySession(db, id);
        expect([id, describeParity(parity)]).toEqual([id, expect.stringMatching(/^identical: \d+ orders/)]);
        expect(report.fills.length).toBe(parity.fills);
        fills += parity.fills;
      }
      expect(fills).toBeGreaterThan(100);
    },
    30_000,
  );

  test('the report has the figures of the run: fills, equity, state and exact money', async () => {
    await new Live().trade(5, 2_000);
    const id = gridsThatTraded()[0] ?? '';
    const { parity, report } = replaySession(db, id);
    expect(parity).toMatchObject({ id, kind: 'grid', identical: true });
    expect(report.state).toBe('stopped');
    expect(report.exact['realized_pnl']).toBe(parity.realized_pnl);
    expect(fillsOf(report.fills, 'grid')).toHaveLength(parity.fills);
    const { equity } = report.equity;
    expect(equity.at(-1)).toBeCloseTo(Number(report.exact['equity']), 9);
    expect(report.metrics.equity_final).toBe(Number(report.exact['equity']));
    expect(Number(report.exact['realized_pnl']) + Number(report.exact['unrealized_pnl'])).toBeCloseTo(
      Number(report.exact['equity']) - Number(report.exact['invested']),
      9,
    );
  });

  test('what was recorded otherwise is named: the first fill, its field and both values', async () => {
    await new Live().trade(9, 1_200);
    const id = gridsThatTraded()[0] ?? '';
    const before = replaySession(db, id).parity;
    expect(before.identical).toBe(true);
    db.exec(`UPDATE fills SET fill = json_set(fill, '$.fee', '0.5') WHERE id = (SELECT min(id) FROM fills
      WHERE grid_id = '${id}')`);
    const { parity } = replaySession(db, id);
    expect(parity.identical).toBe(false);
    expect(parity.difference).toMatch(/^fill \d+, fee: recorded 0\.5, replayed 0\.\d+$/);
    db.exec(`DELETE FROM fills WHERE id = (SELECT max(id) FROM fills WHERE grid_id = '${id}')`);
    db.exec(`UPDATE fills SET fill = json_set(fill, '$.fee', '0.5') WHERE grid_id = '${id}'`);
    expect(replaySession(db, id).parity.identical).toBe(false);
  });

  test('a lost print makes the replay another', async () => {
    await new Live().trade(9, 1_200);
    const id = gridsThatTraded()[0] ?? '';
    const [fill] = db.prepare('SELECT ts FROM fills WHERE grid_id = ? ORDER BY id LIMIT 1 OFFSET 2').all(id) as {
      ts: number;
    }[];
    const changed = db
      .prepare(`UPDATE journal SET entry = json_set(entry, '$.price', 10000) WHERE instr(entry, ?) > 0`)
      .run(`"ts":${fill?.ts ?? 0},`);
    expect(changed.changes).toBeGreaterThan(0);
    // A changed entry does not match its checksum any more.
    expect(() => replaySession(db, id)).toThrow(/checksum/);
  });

  test('a daily loss of the whole account stops the replayed grid as it stopped the live one', async () => {
    const live = new Live();
    await live.start();
    const start = (id: string, symbol: string) =>
      live.ask(
        {
          action: 'grid.start',
          params: { pair: symbol, lower_price: 90, upper_price: 110, grid_count: 10, investment: 40_000 },
        },
        id,
      );
    let now = timeOf(0);
    const print = async (symbol: string, price: string) => {
      live.timers.advance(10);
      now = live.timers.now();
      live.market.trade(now, price, symbol);
      await turn();
    };
    for (const symbol of ['BTC-USDC', 'ETH-USDC']) await print(symbol, '100.00');
    const { grid_id: first } = await start('a', 'BTC-USDC');
    const { grid_id: second } = await start('b', 'ETH-USDC');
    await print('BTC-USDC', '97.00');
    for (const price of ['95.00', '80.00', '70.00']) await print('ETH-USDC', price);
    await print('BTC-USDC', '99.00');
    const [kill] = db.prepare('SELECT entry FROM kill_switch').all() as { entry: string }[];
    expect(kill?.entry).toContain('Daily loss limit exceeded');
    await live.stop();
    for (const id of [first, second]) {
      const { parity, report } = replaySession(db, id);
      expect([id, parity.difference]).toEqual([id, undefined]);
      expect(report.state).toBe('stopped');
    }
  });

  test('G10: a print of before a gap fills the replayed grid as little as the live one', async () => {
    const live = new Live();
    await live.start();
    const print = async (price: string, late = 0) => {
      live.timers.advance(10);
      live.market.trade(live.timers.now() - late, price, 'BTC-USDC');
      await turn();
    };
    await print('100.00');
    const params = { pair: 'BTC-USDC', lower_price: 90, upper_price: 110, grid_count: 10, investment: 10_000 };
    const { grid_id: id } = await live.ask({ action: 'grid.start', params }, 'a');
    await print('99.00');
    live.timers.advance(10);
    live.market.say({ type: 'gap', symbol: 'BTC-USDC' });
    await print('91.00', 15);
    await print('99.50');
    await print('97.90');
    await live.stop();
    const { parity, report } = replaySession(db, id);
    expect(parity.difference).toBeUndefined();
    expect(report.exact['position']).not.toBe('0');
    expect(fillsOf(report.fills, 'grid').map(({ level, side }) => [level, side])).toEqual([
      [-1, 'buy'],
      [4, 'buy'],
    ]);
  });

  test('whatever the seed, the restarts and the gaps', async () => {
    const index = fc.integer({ min: 1, max: 1_199 });
    const life = fc.record({
      seed: fc.integer({ min: 1, max: 1_000_000 }),
      restarts: fc.array(index, { maxLength: 3 }),
      gaps: fc.array(index, { maxLength: 5 }),
    });
    await fc.assert(
      fc.asyncProperty(life, async ({ seed, restarts, gaps }) => {
        db.close();
        db = openDatabase(join(folder, `${randomUUID()}.db`));
        await new Live().trade(seed, 1_200, { restarts, gaps });
        for (const id of gridsThatTraded())
          expect([id, replaySession(db, id).parity.difference]).toEqual([id, undefined]);
      }),
      { numRuns: 6 },
    );
  }, 60_000);

  test('a strategy gives its signals, its fills and its PnL, over a restart, a pause and other parameters', async () => {
    const start = 1_700_000_040_000;
    const timers = new ManualTimers(start);
    let market = new ScriptedMarket([BTC]);
    let bars: Candle[] = [bar(start - 2 * MINUTE, 101), bar(start - MINUTE, 100)];
    let host: Host | undefined;
    const open = async () => {
      market = new ScriptedMarket([BTC]);
      market.bars = bars;
      host = await createHost({ db, markets: [market], bus: new InProcessBus(), timers });
      await host.start();
      await turns();
      return host.handlers;
    };
    let at = start;
    let sent = 0;
    const call = () => ({ user: 'ada', role: 'admin' as const, id: `s${(sent += 1)}`, digest: '', sessionId: 's' });
    const minute = async (price: number) => {
      timers.advance(200);
      market.trade(timers.now(), price.toFixed(1));
      timers.advance(Math.max(0, at + MINUTE - timers.now()));
      bars = [...bars, bar(at, price)];
      market.bars = bars;
      market.say({ type: 'candle', symbol: 'BTC-USDC', interval: '1m', candle: bar(at, price) });
      at += MINUTE;
      await turns();
    };
    let handlers = await open();
    market.trade(timers.now(), '100.0');
    await turns();
    const config = { strategy: 'dual_ma', symbol: 'BTC-USDC', timeframe: '1m', capital: 500 } as const;
    const params = { fast_period: 1, slow_period: 2 };
    const { strategy_id: id } = await handlers['strategy.start']({ ...config, params }, call());
    for (const price of [101, 102, 99, 98, 103]) await minute(price);
    await host?.stop();
    handlers = await open();
    for (const price of [97, 96, 104]) await minute(price);
    await handlers['strategy.pause']({ id }, call());
    for (const price of [95, 106]) await minute(price);
    await handlers['strategy.resume']({ id }, call());
    await handlers['strategy.update_params']({ id, params: { slow_period: 3 } }, call());
    for (const price of [94, 93, 107, 108, 92]) await minute(price);
    await handlers['strategy.stop']({ id, close_position: true }, call());
    await host?.stop();
    const { parity, report } = replaySession(db, id);
    expect(parity).toMatchObject({ kind: 'strategy', identical: true });
    expect(parity.signals).toBeGreaterThan(5);
    expect(parity.fills).toBeGreaterThan(5);
    expect(describeParity(parity)).toMatch(/^identical: \d+ signals, \d+ fills/);
    expect(report.state).toBe('stopped');
    expect(report.trades.length).toBe(parity.fills / 2);
  });

  test('who never traded, and whose start the journal let go, are told so', async () => {
    await new Live().trade(4, 900);
    expect(() => replaySession(db, 'nobody')).toThrow('no grid or strategy nobody has ever traded here');
    const id = gridsThatTraded()[0] ?? '';
    db.exec(`DELETE FROM journal WHERE seq < (SELECT max(seq) FROM journal)`);
    expect(() => replaySession(db, id)).toThrow(/does not have the start of .* any more; it begins at 20/);
  });

  test('a session is whole though the journal of before it has been let go, listings and options too', async () => {
    await new Live().trade(6, 2_000);
    const starts = db
      .prepare(
        `SELECT seq, json_extract(entry, '$.command.grid_id') AS id FROM journal
        WHERE json_extract(entry, '$.command.action') = 'grid.start' ORDER BY seq`,
      )
      .all() as { seq: number; id: string }[];
    const { seq, id } = starts.findLast((start) => gridsThatTraded().includes(start.id)) ?? { seq: 0, id: '' };
    expect(db.prepare('DELETE FROM journal WHERE seq < ?').run(seq - 40).changes).toBeGreaterThan(100);
    expect(db.prepare(`SELECT 1 FROM journal WHERE instr(entry, '"type":"instrument"') > 0`).all()).toEqual([]);
    expect(replaySession(db, id).parity.difference).toBeUndefined();
  });

  test('it tells how far it is, and ends when it is told to (G21)', async () => {
    await new Live().trade(3, 2_500);
    const id = gridsThatTraded()[0] ?? '';
    const told: number[] = [];
    replaySession(db, id, { onProgress: ({ done }) => told.push(done) });
    expect(told.length).toBeGreaterThan(0);
    expect(told).toEqual(told.toSorted((a, b) => a - b));
    expect(() => replaySession(db, id, { isCancelled: () => true })).toThrow(RunCancelled);
    expect(db.isTransaction).toBe(false);
  });
});
