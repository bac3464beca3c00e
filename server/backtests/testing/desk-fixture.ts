/** A whole engine with its real threads, on a real socket. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEngine, type RunningEngine } from '#server/cli/start-engine.ts';
import { loadConfig } from '#server/config/load-config.ts';
import { WsPeer, type AnyFrame } from '#server/gateway/testing/ws-peer.ts';

export interface Answer {
  readonly success?: boolean;
  readonly data: Record<string, unknown>;
  readonly error?: AnyFrame['error'];
}

/** One signed-in client; commands get their answers by id. */
export class Desk {
  readonly peer: WsPeer;

  constructor(peer: WsPeer) {
    this.peer = peer;
  }

  async command(action: string, params: unknown = {}, id: string = randomUUID()): Promise<Answer> {
    this.peer.send({ type: 'command', id, timestamp: 0, action, params });
    const frame = await this.event((each) => each.type === 'response' && each.id === id);
    return {
      data: frame.data ?? {},
      ...(frame.success !== undefined && { success: frame.success }),
      ...(frame.error && { error: frame.error }),
    };
  }

  /** What a command gives; a refusal throws. */
  async ask(action: string, params: unknown = {}): Promise<Record<string, unknown>> {
    const { success, data, error } = await this.command(action, params);
    if (success === true) return data;
    throw new Error(`${action}: ${JSON.stringify(error)}`);
  }

  async subscribe(...channels: string[]): Promise<void> {
    this.peer.send({ type: 'subscribe', id: 'sub', channels });
    await this.event(({ type }) => type === 'subscribed');
  }

  /** The first such frame, come already or yet to come; several may be waited for at once. */
  async event(fits: (frame: AnyFrame) => boolean): Promise<AnyFrame> {
    for (;;) {
      const found = this.peer.frames.find(fits);
      if (found) return found;
      await once(this.peer.ws, 'message');
    }
  }

  /** Until the run has ended, in whatever way; needs a subscription of its lifecycle. */
  async ended(id: string): Promise<string> {
    const frame = await this.event(
      ({ channel, event }) => channel?.endsWith(`.${id}.lifecycle`) === true && event !== 'started',
    );
    return String(frame.data?.['state']);
  }

  /** Progress as it was told, in order. */
  progress(id: string): number[] {
    return this.peer.events
      .filter(({ channel }) => channel?.endsWith(`.${id}.progress`))
      .map(({ data }) => Number(data?.['progress']));
  }
}

/** Id of the data set that is made of a file of candles, packed or not. */
export async function importCsv(url: string, name: string, content: string | Uint8Array<ArrayBuffer>): Promise<string> {
  const query = new URLSearchParams({ name, symbol: 'ABC-USDT' });
  const answer = await fetch(`${url}/api/v2/data/import?${query.toString()}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/octet-stream' },
    body: content,
  });
  const body = (await answer.json()) as { readonly data?: { readonly dataset: { readonly id: string } } };
  if (!body.data) throw new Error(`${name} was not imported: ${JSON.stringify(body)}`);
  return body.data.dataset.id;
}

export class DeskFixture {
  readonly folder = mkdtempSync(join(tmpdir(), 'griddesk-desk-'));
  readonly warnings: string[] = [];
  readonly #workerFile: string;
  readonly #peers: WsPeer[] = [];
  #engine: RunningEngine | undefined;

  constructor(workerFile: string) {
    this.#workerFile = workerFile;
  }

  get url(): string {
    if (!this.#engine) throw new Error('the engine does not run');
    return this.#engine.url;
  }

  async start(): Promise<this> {
    const flags = { data: this.folder, port: '0', auth: 'off' };
    const config = loadConfig({ flags, env: {} });
    this.#engine = await startEngine(config, (message) => this.warnings.push(message), {
      workerFile: this.#workerFile,
    });
    return this;
  }

  async connect(): Promise<Desk> {
    const peer = new WsPeer(`${this.url.replace('http', 'ws')}/ws`, {});
    peer.ws.setMaxListeners(100);
    this.#peers.push(peer);
    await peer.next('connected');
    return new Desk(peer);
  }

  importCsv(name: string, content: string | Uint8Array<ArrayBuffer>): Promise<string> {
    return importCsv(this.url, name, content);
  }

  async stop(): Promise<void> {
    for (const peer of this.#peers.splice(0)) peer.terminate();
    await this.#engine?.stop();
    this.#engine = undefined;
  }

  async dispose(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
