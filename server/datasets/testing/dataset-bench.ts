/** Data sets in a folder of their own, on a database in memory, with time that passes when told to. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import { InProcessBus, type BusEvent } from '#server/bus.ts';
import type { Call } from '#server/gateway/handlers.ts';
import { ManualTimers } from '#server/host/testing/manual-timers.ts';
import type { Market } from '#server/markets/market.ts';
import { openDatabase } from '#server/storage/database.ts';
import { SqliteResponses } from '#server/storage/responses.ts';
import type { RestClient } from '#server/venues/rest-client.ts';
import { createDatasets, type DatasetService, type DatasetsOptions } from '../create-datasets.ts';

const NO_VENUE: Pick<RestClient, 'get'> = { get: () => Promise.reject(new Error('no venue is asked here')) };

export const CALL: Call = { user: 'ann', id: 'call', digest: '', role: 'trader', sessionId: 's' };

export class DatasetBench {
  readonly folder = mkdtempSync(join(tmpdir(), 'datasets-'));
  readonly timers = new ManualTimers(1_700_000_000_000);
  readonly db: DatabaseSyncInstance = openDatabase(':memory:');
  readonly bus = new InProcessBus();
  readonly events: BusEvent[] = [];
  readonly warnings: string[] = [];
  readonly responses = new SqliteResponses(this.db);
  service: DatasetService;

  constructor(options: Partial<DatasetsOptions> = {}) {
    this.bus.onEvent((event) => this.events.push(event));
    this.service = this.create(options);
  }

  /** Another engine on the same disk. */
  create(options: Partial<DatasetsOptions> & { readonly markets?: readonly Market[] } = {}): DatasetService {
    const { db, bus, timers, responses } = this;
    this.service = createDatasets({
      data: this.folder,
      db,
      bus,
      timers,
      responses,
      markets: [],
      okx: NO_VENUE,
      warn: (message) => this.warnings.push(message),
      ...options,
    });
    return this.service;
  }

  /** Bars of a minute from `from` on, of our own kind of file. */
  importMinutes(count: number, { from = 0, name = 'minutes', symbol = 'BTC-USDT' } = {}) {
    const lines = Array.from(
      { length: count },
      (_, i) => `${from + i * 60_000},${10 + i},${12 + i},${9 + i},${11 + i},1`,
    );
    return this.importText(`ts_ms,open,high,low,close,volume\n${lines.join('\n')}\n`, { name, symbol });
  }

  importText(text: string, about: { readonly name?: string; readonly symbol?: string } = {}) {
    async function* source() {
      yield Buffer.from(text);
    }
    return this.service.importFile(source(), { file: 'file.csv', symbol: 'BTC-USDT', ...about });
  }

  /** The next event of a channel's name that is there or comes. */
  async event(channel: RegExp, name: string): Promise<BusEvent> {
    const fits = (event: BusEvent) => channel.test(event.channel) && event.event === name;
    const there = this.events.find(fits);
    if (there) return there;
    return new Promise((resolve) => {
      const stop = this.bus.onEvent((event) => {
        if (!fits(event)) return;
        stop();
        resolve(event);
      });
    });
  }

  async stop(): Promise<void> {
    await this.service.close();
    this.db.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
