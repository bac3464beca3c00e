/** An engine with one user of each role. */
import { expect } from '@playwright/test';
import { Api, signIn, type Role } from './api.ts';
import { Engine, type EngineOptions } from './engine.ts';

const PASSWORD = 'correct horse battery';

export const users: Readonly<Record<Role, { user: string; password: string }>> = {
  viewer: { user: 'vera', password: PASSWORD },
  trader: { user: 'tom', password: PASSWORD },
  admin: { user: 'ada', password: PASSWORD },
};

export class Stage {
  readonly engine: Engine;
  /** An admin's connection. */
  readonly api: Api;

  private constructor(engine: Engine, api: Api) {
    this.engine = engine;
    this.api = api;
  }

  static async set(options: EngineOptions = {}): Promise<Stage> {
    const engine = await Engine.start(options);
    try {
      return await Stage.of(engine);
    } catch (error) {
      await engine.dispose();
      throw error;
    }
  }

  /** Signs in by the engine's link and adds the users. */
  static async of(engine: Engine): Promise<Stage> {
    const api = await Api.signIn(engine.url, { link: engine.signInLink });
    for (const role of ['viewer', 'trader', 'admin'] as const) {
      const { user: name, password } = users[role];
      await api.command('user.add', { name, password, role });
    }
    return new Stage(engine, api);
  }

  /** Starts a grid on SIM's BTC-USDC, `reach` (a fraction) to either side of the price; `params` are the other fields. */
  async startGrid(reach: number, params: object): Promise<string> {
    const { candles } = await this.api.command<{ candles: { close: string }[] }>('market.candles', {
      venue: 'sim',
      instrument: 'BTC-USDC',
      interval: '1m',
      limit: 1,
    });
    const price = Number(candles[0]?.close);
    const { grid_id } = await this.api.command<{ grid_id: string }>('grid.start', {
      pair: 'BTC-USDC',
      lower_price: Math.round(price * (1 - reach)),
      upper_price: Math.round(price * (1 + reach)),
      ...params,
    });
    return grid_id;
  }

  /** Imports candles as the trader does over HTTP; the data set's id. */
  async importCandles(about: { name: string; symbol: string; timeframe: string }, csv: string): Promise<string> {
    const { token } = await signIn(this.engine.url, users.trader);
    const response = await fetch(`${this.engine.url}/api/v2/data/import?${new URLSearchParams(about).toString()}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'text/csv' },
      body: csv,
    });
    const answer = (await response.json()) as { data?: { dataset: { id: string } } };
    if (!answer.data) throw new Error(`cannot import: ${JSON.stringify(answer)}`);
    return answer.data.dataset.id;
  }

  /** Runs a backtest to its end; its id. */
  async finishedRun(config: object): Promise<string> {
    const { backtest_id: id } = await this.api.command<{ backtest_id: string }>('backtest.run', config);
    const state = async () => (await this.api.command<{ state: string }>('backtest.get', { id })).state;
    await expect.poll(state, { timeout: 60_000 }).toBe('completed');
    return id;
  }

  async strike(): Promise<void> {
    this.api.close();
    await this.engine.dispose();
  }
}
