/** A form's backtest: the candles fetched once an instrument, and the newest request answered; older ones are let go. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { BacktestPort, FormFigures, FormRequest, FromBacktest } from '#workers/backtest-protocol.ts';

export interface FormBacktestState {
  /** `none`: the engine has no candles of it. */
  readonly data: 'loading' | 'none' | 'error' | 'ready';
  readonly error?: string;
  /** Open times of the first and the last candle, ms. */
  readonly from: number;
  readonly to: number;
  /** What came of the newest request that was answered; `null` before the first. */
  readonly answer:
    | null
    | { readonly type: 'figures'; readonly request: FormRequest; readonly figures: FormFigures }
    | { readonly type: 'refused'; readonly request: FormRequest; readonly message: string };
  /** A newer request than the answer's is being worked on. */
  readonly busy: boolean;
}

export interface FormBacktestPorts {
  readonly spawn: () => BacktestPort;
  /** Bytes of the columns; `undefined`: there are none. Rejects in plain words. */
  readonly load: (signal: AbortSignal) => Promise<ArrayBuffer | undefined>;
}

const LOADING: FormBacktestState = { data: 'loading', from: 0, to: 0, answer: null, busy: false };

export class FormBacktest {
  readonly store: StoreApi<FormBacktestState> = createStore(() => LOADING);
  readonly #ports: FormBacktestPorts;
  #port: BacktestPort | undefined;
  #loading = new AbortController();
  /** The newest one asked for, and the one the worker is at. */
  #wanted: FormRequest | undefined;
  #working: FormRequest | undefined;
  #number = 0;

  constructor(ports: FormBacktestPorts) {
    this.#ports = ports;
  }

  /** Fetches the candles: at first, after `close`, and once more after `error`. */
  open(): void {
    this.#end();
    this.#loading = new AbortController();
    this.store.setState(LOADING, true);
    void this.#load();
  }

  run(request: FormRequest): void {
    this.#wanted = request;
    this.#next();
  }

  close(): void {
    this.#end();
    this.#wanted = undefined;
  }

  #end(): void {
    this.#loading.abort();
    this.#port?.terminate();
    this.#port = undefined;
    this.#working = undefined;
  }

  async #load(): Promise<void> {
    const { signal } = this.#loading;
    try {
      const bytes = await this.#ports.load(signal);
      if (signal.aborted) return;
      if (bytes === undefined) {
        this.store.setState({ data: 'none' });
        return;
      }
      const port = this.#ports.spawn();
      this.#port = port;
      port.onmessage = ({ data }) => this.#heard(data);
      port.onerror = ({ message }) => this.#failed(message ?? 'the worker failed');
      port.postMessage({ type: 'data', bytes }, [bytes]);
    } catch (error) {
      if (!signal.aborted) this.#failed(error instanceof Error ? error.message : String(error));
    }
  }

  #heard(message: FromBacktest): void {
    if (message.type === 'failed') return this.#failed(message.message);
    if (message.type === 'ready') {
      const { rows, from, to } = message;
      this.store.setState(rows === 0 ? { data: 'none' } : { data: 'ready', from, to });
    } else if (message.number === this.#number && this.#working) {
      const request = this.#working;
      this.#working = undefined;
      const answer =
        message.type === 'figures'
          ? { type: message.type, request, figures: message.figures }
          : { type: message.type, request, message: message.message };
      this.store.setState({ answer, busy: this.#wanted !== undefined });
    }
    this.#next();
  }

  /** One at a time: a run takes milliseconds, and whatever was asked for in between but the newest is never run. */
  #next(): void {
    const port = this.#port;
    const request = this.#wanted;
    if (!request) return;
    if (!this.store.getState().busy) this.store.setState({ busy: true });
    if (!port || this.store.getState().data !== 'ready' || this.#working) return;
    this.#wanted = undefined;
    this.#working = request;
    this.#number += 1;
    port.postMessage({ type: 'run', number: this.#number, request });
  }

  #failed(error: string): void {
    this.#end();
    this.store.setState({ data: 'error', error, busy: false });
  }
}
