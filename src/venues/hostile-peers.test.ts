/** Sessions over real sockets against a bare server that says what no venue should; it knows nothing of ours. */
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { seededRandom } from '#domain/random.ts';
import { nodeTimers } from '#testing/venues/node-venue-server.ts';
import { createSession } from './create-session.ts';
import type { Subscription, VenueEvent, VenueKind, VenueSocket } from './venue.ts';

const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const LONG = 'x'.repeat(1_000_000);
const RUBBISH: readonly (string | Buffer)[] = [
  Buffer.from([0, 1, 2, 255]),
  '',
  '\u0000',
  'null',
  '[]',
  '[null]',
  '{',
  nested(100_000),
  `{"event":${nested(50_000)}}`,
  `{"arg":{"channel":"books","instId":"__proto__"},"action":"update","data":[${nested(50_000)}]}`,
  `{"event_type":"book","asset_id":"1","bids":${nested(50_000)},"asks":[]}`,
  `{"type":"price_update","data":{"symbol":"A/B","price":${nested(50_000)}}}`,
  `{"event":"${LONG}"}`,
  `{"event_type":"${LONG}"}`,
  `{"type":"${LONG}"}`,
  '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}',
  '{"arg":{"channel":"__proto__"},"data":[{"__proto__":{"polluted":true}}]}',
  '{"event_type":"constructor"}',
  '{"type":"__proto__","data":{"__proto__":{"polluted":true}}}',
  '{"event":"error"}',
  '{"event":"login","code":"0"}',
  '{"event":"unsubscribe","arg":{"channel":"tickers","instId":"A-B"}}',
];

interface Case {
  readonly wanted: readonly Subscription[];
  /** What a healthy server then says, and what shows that it was heard. */
  readonly price: string;
  readonly type: VenueEvent['type'];
}

const TICKER = { instId: 'A-B', ts: '1700000000000', last: '0.000000012' };
const CASES: Readonly<Record<Exclude<VenueKind, 'trading-socketio'>, Case>> = {
  okx: {
    wanted: [{ feed: 'ticker', symbol: 'A-B' }],
    price: JSON.stringify({ arg: { channel: 'tickers', instId: 'A-B' }, data: [TICKER] }),
    type: 'ticker',
  },
  polymarket: {
    wanted: [{ feed: 'book', symbol: '9'.repeat(78) }],
    price: JSON.stringify([
      { event_type: 'book', asset_id: '9'.repeat(78), market: '0x1', timestamp: '1700000000000', hash: '', bids: [], asks: [{ price: '.5', size: '1' }] }, // prettier-ignore
    ]),
    type: 'book',
  },
  push: {
    wanted: [],
    price: JSON.stringify({ type: 'price_update', data: { symbol: 'A/B', price: 1.2e-8 }, timestamp: 1 }),
    type: 'ticker',
  },
};

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

function openSocket(url: string): VenueSocket {
  const socket = new WebSocket(url);
  const end: VenueSocket = {
    onopen: null,
    onmessage: null,
    onclose: null,
    onerror: null,
    send: (text) => socket.send(text),
    close: (code, reason) => socket.close(code, reason),
  };
  socket.on('open', () => end.onopen?.());
  socket.on('message', (data, isBinary) => end.onmessage?.({ data: isBinary ? data : data.toString() }));
  socket.on('close', (code, reason) => end.onclose?.({ code, reason: reason.toString() }));
  socket.on('error', (error) => end.onerror?.(error));
  return end;
}

async function setUp(kind: keyof typeof CASES) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const { port } = address;
  const peers: WebSocket[] = [];
  const waiting: ((peer: WebSocket) => void)[] = [];
  // The first request is heard before anything is said.
  server.on('connection', (peer) => {
    peers.push(peer);
    const ready = () => waiting.shift()?.(peer);
    if (kind === 'push') ready();
    else peer.once('message', ready);
  });
  const events: VenueEvent[] = [];
  let notify = () => undefined as void;
  const session = await createSession(
    kind,
    { url: `ws://127.0.0.1:${port}`, venue: `x.${kind}`, instruments: [] },
    {
      timers: nodeTimers,
      random: seededRandom(1),
      openSocket,
      emit: (batch) => {
        events.push(...batch);
        notify();
      },
      onStatus: () => undefined,
    },
  );
  endings.push(
    () => new Promise((resolve) => server.close(resolve)),
    () => peers.forEach((peer) => peer.terminate()),
    () => session.close(),
  );
  const connected = () => new Promise<WebSocket>((resolve) => waiting.push(resolve));
  /** Until so many events of a type have come. */
  const heard = (type: VenueEvent['type'], count: number) =>
    new Promise<void>((resolve) => {
      notify = () => {
        if (events.filter((event) => event.type === type).length >= count) resolve();
      };
      notify();
    });
  return { session, events, connected, heard };
}

describe.each(Object.entries(CASES) as [keyof typeof CASES, Case][])('%s', (kind, { wanted, price, type }) => {
  it('O4, M4, P7: survives whatever a peer says, and hears what comes after it on the same connection', async () => {
    const { session, events, connected, heard } = await setUp(kind);
    const first = connected();
    session.want(wanted);
    session.start();
    const peer = await first;
    for (const frame of RUBBISH) peer.send(frame);
    peer.send(price);
    await heard(type, 1);
    expect(session.status.phase).toBe('live');
    const [stats] = session.stats();
    expect(stats).toMatchObject({ reconnects: 0, state: 'live' });
    expect(stats?.dropped).toBeGreaterThan(2);
    expect({}).not.toHaveProperty('polluted');
    // Nobody's log, status or memory takes a megabyte.
    expect(JSON.stringify([events, session.stats(), session.status]).length).toBeLessThan(20_000);
    expect(JSON.stringify(events)).not.toContain('e-8');
  });

  it('hears nothing of a connection it has let go, neither after reconnect nor after close', async () => {
    const { session, events, connected, heard } = await setUp(kind);
    const first = connected();
    session.want(wanted);
    session.start();
    const old = await first;
    old.send(price);
    await heard(type, 1);
    const second = connected();
    session.reconnect();
    for (let i = 0; i < 50; i += 1) old.send(price);
    const peer = await second;
    const before = events.filter((event) => event.type === type).length;
    peer.send(price);
    await heard(type, before + 1);
    expect(before).toBe(1);
    const gone = new Promise((resolve) => peer.once('close', resolve));
    for (let i = 0; i < 50; i += 1) peer.send(price);
    session.close();
    const { length } = events;
    await gone;
    expect([events.length, session.status.phase]).toEqual([length, 'closed']);
  });
});
