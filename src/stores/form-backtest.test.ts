import { describe, expect, it } from 'vitest';
import { encodeColumns } from '#domain/candle-columns-binary.ts';
import { columnsOver } from '#domain/candle-columns.ts';
import { BacktestDesk } from '#workers/backtest-desk.ts';
import type { BacktestPort, FormRequest, FromBacktest, ToBacktest } from '#workers/backtest-protocol.ts';
import { FormBacktest } from './form-backtest.ts';

/** 2,000 minutes around 100.00. */
function bytes(length = 2_000): ArrayBuffer {
  const columns = columnsOver(new ArrayBuffer(32 * length), 0, { length, priceDecimals: 2, wide: false });
  let last = 10_000;
  for (let row = 0; row < length; row += 1) {
    columns.ts[row] = row * 60_000;
    columns.open[row] = last;
    last = Math.round(10_000 + 600 * Math.sin(row / 9));
    columns.close[row] = last;
    columns.high[row] = Math.max(last, columns.open[row] ?? 0) + 5;
    columns.low[row] = Math.min(last, columns.open[row] ?? 0) - 5;
  }
  const encoded = encodeColumns(columns);
  return encoded.buffer.slice(encoded.byteOffset, encoded.byteOffset + encoded.byteLength) as ArrayBuffer;
}

const request = (grid_count: number): FormRequest => ({
  strategy: 'grid',
  params: { lower_price: 90, upper_price: 110, grid_count, investment: 1000 },
  instrument: { tick_size: '0.01', lot_size: '0.0001', maker_fee: '0.001', taker_fee: '0.001' },
});

/** The worker's code, answering when it is let. */
class Port implements BacktestPort {
  readonly sent: ToBacktest[] = [];
  readonly #desk = new BacktestDesk(() => 0);
  onmessage: BacktestPort['onmessage'] = null;
  onerror: BacktestPort['onerror'] = null;
  isTerminated = false;

  postMessage(message: ToBacktest): void {
    this.sent.push(message);
  }

  terminate(): void {
    this.isTerminated = true;
  }

  answer(): FromBacktest | undefined {
    const message = this.sent.at(-1);
    if (!message || this.isTerminated) return undefined;
    const data = this.#desk.receive(message);
    this.onmessage?.({ data });
    return data;
  }
}

async function open(load: () => Promise<ArrayBuffer | undefined> = () => Promise.resolve(bytes())) {
  const ports: Port[] = [];
  const spawn = () => {
    const port = new Port();
    ports.push(port);
    return port;
  };
  const backtest = new FormBacktest({ spawn, load });
  backtest.open();
  await new Promise((resolve) => setImmediate(resolve));
  const last = () => {
    const port = ports.at(-1);
    if (!port) throw new Error('no worker');
    return port;
  };
  return { backtest, ports, last, state: () => backtest.store.getState() };
}

const runs = ({ sent }: Port) =>
  sent.flatMap((message) => (message.type === 'run' ? [message.request.params['grid_count']] : []));

describe('the backtest of a form', () => {
  it('runs what is typed over the candles it was given', async () => {
    const { backtest, last, state } = await open();
    backtest.run(request(10));
    expect(runs(last())).toEqual([]);
    expect(state()).toMatchObject({ data: 'loading', busy: true, answer: null });
    last().answer();
    expect(state()).toMatchObject({ data: 'ready', from: 0, to: 1_999 * 60_000 });
    last().answer();
    const { answer, busy } = state();
    expect(busy).toBe(false);
    expect(answer).toMatchObject({ type: 'figures', figures: { state: 'running' } });
    const figures = answer?.type === 'figures' ? answer.figures : undefined;
    expect(figures?.metrics['cycles']).toBeGreaterThan(50);
    expect(figures?.equity.length).toBeLessThanOrEqual(160);
  });

  it('the newest request wins: those in between are never run, and the last answer is of the last one typed', async () => {
    const { backtest, last, state } = await open();
    last().answer();
    for (const count of [5, 6, 7, 8]) backtest.run(request(count));
    expect(runs(last())).toEqual([5]);
    last().answer();
    expect(state()).toMatchObject({ busy: true, answer: { request: { params: { grid_count: 5 } } } });
    expect(runs(last())).toEqual([5, 8]);
    last().answer();
    expect(state()).toMatchObject({ busy: false, answer: { request: { params: { grid_count: 8 } } } });
  });

  it('says what cannot run, and runs on with the next', async () => {
    const { backtest, last, state } = await open();
    last().answer();
    backtest.run({ ...request(10), params: { ...request(10).params, investment: 0.01 } });
    last().answer();
    expect(state().answer).toMatchObject({ type: 'refused', message: expect.stringContaining('investment') });
    backtest.run(request(10));
    last().answer();
    expect(state().answer).toMatchObject({ type: 'figures' });
  });

  it('no candles is no error; a failure is one, and can be tried again', async () => {
    const none = await open(() => Promise.resolve(undefined));
    expect(none.state().data).toBe('none');
    expect(none.ports).toEqual([]);
    const empty = await open(() => Promise.resolve(bytes(0)));
    empty.last().answer();
    expect(empty.state().data).toBe('none');

    let tries = 0;
    const failing = await open(() =>
      (tries += 1) === 1 ? Promise.reject(new Error('HTTP 500')) : Promise.resolve(bytes()),
    );
    expect(failing.state()).toMatchObject({ data: 'error', error: 'HTTP 500' });
    failing.backtest.run(request(10));
    failing.backtest.open();
    await new Promise((resolve) => setImmediate(resolve));
    failing.last().answer();
    expect(failing.state()).toMatchObject({ data: 'ready', busy: true });
    failing.last().answer();
    expect(failing.state()).toMatchObject({ busy: false, answer: { type: 'figures' } });
  });

  it('bytes that are no columns, and a worker that breaks, are told', async () => {
    const damaged = await open(() => Promise.resolve(new ArrayBuffer(40)));
    damaged.last().answer();
    expect(damaged.state().data).toBe('error');
    expect(damaged.last().isTerminated).toBe(true);
    const broken = await open();
    broken.last().onerror?.({ message: 'blocked' });
    expect(broken.state()).toMatchObject({ data: 'error', error: 'blocked' });
  });

  it('closed, its worker ends and nothing more is heard of it', async () => {
    const { backtest, last, state } = await open();
    const port = last();
    backtest.close();
    port.answer();
    expect(port.isTerminated).toBe(true);
    expect(state().data).toBe('loading');
  });
});
