/**
 * Fan-out: one event to many clients. Deliveries a second of server CPU against plain `ws` with one stringify an event;
 * latency at 1,000 clients × 1,000 events/s; what clients that never read cost, in memory and to the others.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { WebSocketServer } from 'ws';
import { InProcessBus, type BusEvent } from '#server/bus.ts';
import { Dispatcher } from '#server/gateway/dispatcher.ts';
import { Gateway } from '#server/gateway/gateway.ts';
import { ANYBODY } from '#server/gateway/identity.ts';
import { Origins } from '#server/gateway/origins.ts';
import { systemTimers } from '#server/host/system-timers.ts';
import type { FromClient, ToClient } from './fanout-messages.ts';
import { figure, median, percentile } from './support/figure.ts';

const quick = process.argv.includes('--quick');
const ROUNDS = quick ? 1 : 5;
const SECONDS = quick ? 0.3 : 1.5;
/** Events published a tick, as when a busy market's frame arrives. */
const BATCH = 50;
const WINDOW_BATCHES = 4;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

interface Subject {
  readonly name: string;
  readonly port: number;
  readonly subscribe: string | undefined;
  publish(event: BusEvent): void;
  close(): Promise<void>;
}

function portOf(address: string | AddressInfo | null): number {
  if (address === null || typeof address === 'string') throw new Error('not listening');
  return address.port;
}

async function griddesk(): Promise<Subject & { readonly gateway: Gateway }> {
  const bus = new InProcessBus();
  const gateway = new Gateway({
    bus,
    dispatcher: new Dispatcher({
      handlers: {},
      responses: { find: () => undefined, record: () => {} },
      clock: systemTimers,
      audit: () => {},
      onFault: () => {},
    }),
    verifier: ANYBODY,
    origins: new Origins({ host: '127.0.0.1', publicUrl: undefined, allowOrigins: [] }),
    timers: systemTimers,
    run: 'bench',
    server: 'bench',
    authRequired: false,
  });
  const server = createServer();
  server.on('upgrade', gateway.upgrade);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    name: 'griddesk',
    gateway,
    port: portOf(server.address()),
    subscribe: JSON.stringify({ type: 'subscribe', channels: ['market.*', 'grid.*'] }),
    publish: (event) => bus.publish(event),
    close: async () => {
      await gateway.close();
      server.close();
    },
  };
}

/** The control: what one writes first. One stringify an event, one `send` a client. */
async function plainWs(): Promise<Subject> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
  await new Promise((resolve) => server.once('listening', resolve));
  let seq = 0;
  return {
    name: 'plain ws',
    port: portOf(server.address()),
    subscribe: undefined,
    publish: ({ channel, event, timestamp, data }) => {
      const text = JSON.stringify({ type: 'event', timestamp, channel, event, seq: (seq += 1), data });
      for (const client of server.clients) client.send(text);
    },
    close: async () => {
      for (const client of server.clients) client.terminate();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The process with the clients. */
class Clients {
  readonly #child: ChildProcess;
  #received = 0;
  #wake: () => void = () => {};

  constructor() {
    this.#child = fork(fileURLToPath(new URL('./fanout-client.js', import.meta.url)));
    this.#child.on('message', (message: FromClient) => {
      if (message.type !== 'received') return;
      this.#received = message.bytes;
      this.#wake();
    });
  }

  get received(): number {
    return this.#received;
  }

  async open({ port, subscribe }: Subject, clients: number, samples = 0, stuck = 0): Promise<void> {
    this.#received = 0;
    await this.#ask({ type: 'open', port, clients, samples, stuck, subscribe }, 'opened');
    this.#received = 0;
  }

  async latencies(): Promise<readonly number[]> {
    const answer = await this.#ask({ type: 'latencies' }, 'latencies');
    return answer.type === 'latencies' ? answer.ms : [];
  }

  async close(): Promise<void> {
    await this.#ask({ type: 'close' }, 'closed');
  }

  async until(bytes: number): Promise<void> {
    while (this.#received < bytes) await new Promise<void>((resolve) => (this.#wake = resolve));
  }

  end(): void {
    this.#child.kill();
  }

  #ask(message: ToClient, wanted: FromClient['type']): Promise<FromClient> {
    return new Promise((resolve) => {
      const listener = (answer: FromClient) => {
        if (answer.type !== wanted) return;
        this.#child.off('message', listener);
        resolve(answer);
      };
      this.#child.on('message', listener);
      this.#child.send(message);
    });
  }
}

let n = 0;
function trade(): BusEvent {
  n += 1;
  return {
    channel: 'market.sim.BTC-USDC.trade',
    event: 'update',
    timestamp: 1_700_000_000_000 + n,
    data: { venue: 'sim', instrument: 'BTC-USDC', id: String(n), ts: n, side: 'buy', price: '95000.1', size: '0.01' },
  };
}

function order(): BusEvent {
  n += 1;
  const data = {
    grid_id: 'g',
    level: 3,
    side: 'buy',
    price: 95_000.1,
    amount: 0.01,
    position_after: 1,
    pad: 'x'.repeat(1_000),
  };
  return { channel: 'grid.g.order', event: 'placed', timestamp: 1_700_000_000_000 + n, data };
}

const tick = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Deliveries a second of server CPU, as fast as the clients take them; nothing may back up or be dropped. */
async function throughput(clients: Clients, subject: Subject, count: number, stuck = 0): Promise<number> {
  await clients.open(subject, count, 0, stuck);
  const frameBytes = await measureFrame(clients, subject, count);
  const before = clients.received;
  let published = 0;
  const cpu = process.cpuUsage();
  const until = performance.now() + SECONDS * 1000;
  while (performance.now() < until) {
    for (let i = 0; i < BATCH; i += 1) subject.publish(trade());
    published += BATCH;
    await tick();
    await clients.until(before + Math.max(0, published - BATCH * WINDOW_BATCHES) * frameBytes * count * 0.95);
  }
  const { user, system } = process.cpuUsage(cpu);
  // Frames grow by a digit now and then; all of them must arrive.
  await clients.until(before + published * frameBytes * count * 0.95);
  await clients.close();
  return (published * count) / ((user + system) / 1e6);
}

/** Resolves once the readers have read what there is. */
async function settled(clients: Clients): Promise<void> {
  let seen = -1;
  while (seen !== clients.received || seen <= 0) {
    seen = clients.received;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function measureFrame(clients: Clients, subject: Subject, count: number): Promise<number> {
  n = 1_000_000;
  subject.publish(trade());
  await settled(clients);
  return clients.received / count;
}

/** p99 of event → read, at a steady rate, counted from when an event was due: a late publisher hides nothing. */
async function latency(clients: Clients, subject: Subject, count: number, perSecond: number): Promise<number> {
  await clients.open(subject, count, 20);
  const events = perSecond * (quick ? 1 : 5);
  const start = process.hrtime.bigint();
  const dueAt = (index: number) => start + BigInt(Math.round((index * 1e9) / perSecond));
  for (let published = 0; published < events;) {
    for (; published < events && dueAt(published) <= process.hrtime.bigint(); published += 1) {
      const event = trade();
      subject.publish({ ...event, data: { ...(event.data as object), sent: String(dueAt(published)) } });
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await new Promise((resolve) => setTimeout(resolve, 200));
  const all = await clients.latencies();
  await clients.close();
  // The first second warms up the compiler.
  return percentile(all.slice(quick ? 0 : Math.floor(all.length / 5)), 0.99);
}

function memory(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** How far the memory of a new gateway rises while it serves ten readers, and `stuck` clients that never read. */
async function peakMemory(clients: Clients, stuck: number): Promise<number> {
  const subject = await griddesk();
  await clients.open(subject, 10, 0, stuck);
  const before = memory();
  let most = 0;
  for (let round = 0; round < (quick ? 5 : 40); round += 1) {
    for (let i = 0; i < 400; i += 1) {
      subject.publish(order());
      subject.publish(trade());
      if (i % BATCH === 0) await tick();
    }
    await settled(clients);
    most = Math.max(most, memory() - before);
  }
  // The kernel's own buffers must have been filled, or nothing was measured.
  if (!quick && subject.gateway.slowConsumers < stuck) throw new Error('the stuck clients were never cut off');
  await clients.close();
  await subject.close();
  return most;
}

const ours = await griddesk();
const control = await plainWs();
const clients = new Clients();
for (const count of [100, 1_000]) {
  const own: number[] = [];
  const plain: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    own.push(await throughput(clients, ours, count));
    plain.push(await throughput(clients, control, count));
  }
  figure('fanout', `deliveries a second of one core, ${count} clients`, median(own), '1/s', median(plain));
}
figure(
  'fanout',
  'p99 event to read, 1,000 clients x 1,000 events/s',
  await latency(clients, ours, 1_000, 1_000),
  'ms',
  null,
);

const calm: number[] = [];
const beside: number[] = [];
for (let round = 0; round < ROUNDS; round += 1) {
  calm.push(await throughput(clients, ours, 100));
  beside.push(await throughput(clients, ours, 100, 10));
}
figure(
  'fanout',
  'deliveries a second of one core, 100 clients beside 10 stuck ones',
  median(beside),
  '1/s',
  median(calm),
);

const STUCK = 10;
// The first run grows what every later one finds grown.
await peakMemory(clients, 0);
const costs: number[] = [];
for (let round = 0; round < Math.min(3, ROUNDS); round += 1) {
  const without = await peakMemory(clients, 0);
  costs.push(((await peakMemory(clients, STUCK)) - without) / STUCK / 2 ** 20);
}
figure('fanout', 'memory of a stuck client', median(costs), 'MiB', null);
clients.end();
await ours.close();
await control.close();
