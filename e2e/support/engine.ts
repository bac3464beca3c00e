/** A real engine in a process of its own, on a free port and a data folder of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** Tests and benchmarks run in the checkout's folder. */
const ENTRY = resolve('dist/server/main.js');
const STARTUP_MS = 60_000;

export interface EngineOptions {
  /** More arguments of `griddesk start`. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export class Engine {
  readonly #options: EngineOptions;
  readonly #data: string;
  #child: ChildProcess | undefined;
  #output = '';
  /** Kept over restarts, so that a browser finds the engine again. */
  #port = 0;

  private constructor(data: string, options: EngineOptions) {
    this.#data = data;
    this.#options = options;
  }

  static async start(options: EngineOptions = {}): Promise<Engine> {
    const engine = new Engine(await mkdtemp(join(tmpdir(), 'griddesk-e2e-')), options);
    await engine.run();
    return engine;
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** The one-time link of this start. */
  get signInLink(): string {
    const link = /https?:\/\/\S+\/sign-in\?token=[\w.~%-]+/.exec(this.#output)?.[0];
    if (link === undefined) throw new Error(`no sign-in link in:\n${this.#output}`);
    return link;
  }

  /** What it has printed since it started. */
  get output(): string {
    return this.#output;
  }

  /** Starts it on the data it has, on the port it had. */
  async run(): Promise<void> {
    this.#output = '';
    const args = ['start', '--host', '127.0.0.1', '--port', String(this.#port), '--data', this.#data];
    // It takes every GRIDDESK_ variable for a setting; this one is the tests'.
    const { GRIDDESK_E2E_SECONDS: _, ...inherited } = process.env;
    const child = spawn(process.execPath, [ENTRY, ...args, ...(this.#options.args ?? [])], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...inherited, ...this.#options.env },
    });
    this.#child = child;
    await new Promise<void>((resolve, reject) => {
      const fail = (why: string) => reject(new Error(`the engine ${why}:\n${this.#output}`));
      const timer = setTimeout(() => fail('did not start in time'), STARTUP_MS);
      const listen = (chunk: string) => {
        this.#output += chunk;
        const port = /http:\/\/127\.0\.0\.1:(\d+)/.exec(this.#output)?.[1];
        if (port === undefined) return;
        this.#port = Number(port);
        clearTimeout(timer);
        resolve();
      };
      child.stdout.setEncoding('utf8').on('data', listen);
      child.stderr.setEncoding('utf8').on('data', listen);
      child.once('exit', (code, signal) => {
        clearTimeout(timer);
        fail(`ended with ${signal ?? code}`);
      });
    });
  }

  async #end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  }

  /** As a power cut does. */
  kill(): Promise<void> {
    return this.#end('SIGKILL');
  }

  /** For good, with its data. */
  async dispose(): Promise<void> {
    await this.#end('SIGTERM');
    await rm(this.#data, { recursive: true, force: true });
  }
}
