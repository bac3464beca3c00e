import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, describe, expect, test } from 'vitest';
import { runCli } from './program.ts';

const folder = mkdtempSync(join(tmpdir(), 'griddesk-decode-'));
afterAll(() => rmSync(folder, { recursive: true }));

const vectors = join(import.meta.dirname, '../../../shared/vectors');
const hasVectors = existsSync(vectors);
if (!hasVectors) console.warn(`skipped: no recorded frames at ${vectors}`);

interface Run {
  readonly code: number;
  readonly out: readonly Readonly<Record<string, unknown>>[];
  readonly err: string;
}

async function decode(argv: readonly string[], stdin: string | Readable = ''): Promise<Run> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCli(['decode', ...argv], {
    env: {},
    terminal: {
      stdin: typeof stdin === 'string' ? Readable.from([stdin]) : stdin,
      out: (line) => out.push(line),
      err: (line) => err.push(line),
    },
    untilStopped: async () => undefined,
  });
  return {
    code,
    out: out.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>),
    err: err.join('\n'),
  };
}

const lines = (...values: readonly unknown[]) =>
  values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))).join('\n');
const recorded = (t: number, frame: unknown, dir = 'in') => ({
  t,
  dir,
  connection: 'public',
  frame: typeof frame === 'string' ? frame : JSON.stringify(frame),
});
const typesOf = ({ out }: Run) => out.map(({ type }) => type);

const TOKEN = '7'.repeat(78);
const BOOK = {
  event_type: 'book',
  market: '0x1',
  asset_id: TOKEN,
  timestamp: '1700000000000',
  bids: [
    { price: '.47', size: '5' },
    { price: '0.480', size: '30.50' },
  ],
  asks: [{ price: '0.52', size: '25' }],
};
const CHANGE = {
  event_type: 'price_change',
  market: '0x1',
  timestamp: '1700000000500',
  price_changes: [{ asset_id: TOKEN, price: '0.52', size: '0', side: 'SELL', best_bid: '0.48', best_ask: '' }],
};

describe('griddesk decode', () => {
  test('prints each event with its time, and after a book event the best prices', async () => {
    const file = join(folder, 'polymarket.jsonl');
    writeFileSync(
      file,
      lines(recorded(1, [BOOK]), recorded(2, 'PING', 'out'), recorded(3, 'PONG'), recorded(4, CHANGE)),
    );
    const run = await decode(['polymarket', file]);
    expect(run).toMatchObject({ code: 0, err: '' });
    expect(run.out.filter(({ type }) => type === 'book')).toEqual([
      {
        t: 1,
        type: 'book',
        symbol: TOKEN,
        change: {
          kind: 'snapshot',
          snapshot: {
            ts: 1_700_000_000_000,
            seq: 1,
            bids: [
              ['0.48', '30.5'],
              ['0.47', '5'],
            ],
            asks: [['0.52', '25']],
          },
        },
        best_bid: ['0.48', '30.5'],
        best_ask: ['0.52', '25'],
      },
      {
        t: 4,
        type: 'book',
        symbol: TOKEN,
        change: { kind: 'update', update: { ts: 1_700_000_000_500, changes: [['ask', '0.52', '0']], seq: 2, prev: 1 } },
        best_bid: ['0.48', '30.5'],
        best_ask: null,
      },
    ]);
  });

  test('takes bare frames, from stdin too, without a time', async () => {
    const run = await decode(['polymarket', '-'], lines(BOOK, '', 'PONG', [CHANGE]));
    expect(run.code).toBe(0);
    expect(typesOf(run)).toEqual(['book', 'book_state', 'ticker', 'book', 'ticker']);
    expect(new Set(run.out.map(({ t }) => t))).toEqual(new Set([null]));
  });

  test('knows the instruments of a header: their precision, their question', async () => {
    const prediction = {
      id: '0x1',
      question: 'Rain?',
      slug: 'rain',
      outcomes: [{ symbol: TOKEN, name: 'Yes' }],
      tickSize: '0.01',
      state: 'open',
    };
    const rules = { tickSize: '0.01', lotSize: '0.01', minSize: '5', minNotional: '0', makerFee: '0', takerFee: '0' };
    const instrument = { symbol: TOKEN, base: 'Yes', quote: 'USDC', ...rules, feeCurrency: 'quote', prediction };
    const header = { griddesk: 'recording', version: 1, kind: 'polymarket', source: 'pm', instruments: [instrument] };
    const resolved = { event_type: 'market_resolved', market: '0x1', assets_ids: [TOKEN], winning_asset_id: TOKEN };
    const run = await decode(['polymarket', '-'], lines(header, recorded(1, resolved)));
    expect(run.code).toBe(0);
    expect(run.out).toEqual([
      { t: 1, type: 'prediction', market: { ...prediction, state: 'resolved', winner: TOKEN } },
    ]);
    const wrong = await decode(['polymarket', '-'], lines({ ...header, instruments: [{ symbol: 1 }] }));
    expect(wrong).toMatchObject({ code: 5, err: expect.stringContaining('-:1: instruments') });
    const other = await decode(['okx', '-'], lines(header));
    expect(other).toMatchObject({ code: 5, err: expect.stringContaining('a recording of polymarket') });
  });

  test('a bad line is told with its number, the rest is decoded, and the exit code says so', async () => {
    const input = lines(
      recorded(1, BOOK),
      '{"t":2,"frame":',
      { t: 3, frame: 7 },
      recorded(4, '[1]'),
      recorded(5, CHANGE),
    );
    const run = await decode(['polymarket', '-'], input);
    expect(run.code).toBe(5);
    expect(run.err.split('\n').map((line) => line.slice(0, 4))).toEqual(['-:2:', '-:3:', '-:4:', 'grid']);
    expect(run.err).toContain('3 lines of -');
    expect(run.out.at(-1)).toMatchObject({ t: 5, type: 'ticker' });
  });

  test('an unknown venue is a usage error that lists those there are; a missing file is 5', async () => {
    const unknown = await decode(['binance', '-']);
    expect(unknown.code).toBe(2);
    for (const venue of ['okx', 'polymarket', 'push', 'trading-socketio']) expect(unknown.err).toContain(venue);
    const missing = await decode(['okx', join(folder, 'gone.jsonl')]);
    expect(missing).toMatchObject({ code: 5, err: expect.stringContaining('gone.jsonl') });
    expect((await decode(['okx', '-', '--zone', 'Mars'])).code).toBe(2);
  });

  test('decodes OKX, push and account servers, in Socket.IO packets or bare', async () => {
    const trade = { instId: 'BTC-USDT', tradeId: '1', px: '95000.1', sz: '0.01', side: 'buy', ts: '1700000000000' };
    const okx = await decode(['okx', '-'], lines({ arg: { channel: 'trades', instId: 'BTC-USDT' }, data: [trade] }));
    expect(okx).toMatchObject({ code: 0, out: [{ type: 'trade', trade: { price: '95000.1', side: 'buy' } }] });

    const price = {
      type: 'price_update',
      data: { symbol: 'KOGE/USDT', price: 1.2e-8 },
      timestamp: '2026-11-21T10:00:00',
    };
    const push = await decode(['push', '-', '--zone', '+08:00'], lines(price));
    expect(push.code).toBe(0);
    expect(push.out.at(-1)).toMatchObject({
      type: 'ticker',
      ticker: { last: '0.000000012', ts: Date.UTC(2026, 10, 21, 2) },
    });

    const balance = {
      type: 'balance_update',
      user_id: 'u',
      data: { total_balance: 100, available_balance: 60, used_margin: 40 },
    };
    const bare = await decode(['trading-socketio', '-'], lines(balance));
    const packet = await decode(['trading-socketio', '-'], lines(`42${JSON.stringify(['balance_update', balance])}`));
    expect(bare.code).toBe(0);
    expect(typesOf(bare)).toEqual(['account']);
    expect(packet.out).toEqual(bare.out);
  });

  test('reads as it comes: the first line is out before the second is in', async () => {
    const stdin = new Readable({ read: () => undefined });
    const heard: string[] = [];
    let first: () => void = () => undefined;
    const isOut = new Promise<void>((resolve) => {
      first = resolve;
    });
    const running = runCli(['decode', 'polymarket', '-'], {
      env: {},
      terminal: {
        stdin,
        out: (line) => {
          heard.push(line);
          first();
        },
        err: () => undefined,
      },
      untilStopped: async () => undefined,
    });
    stdin.push(`${lines(recorded(1, BOOK))}\n`);
    await isOut;
    expect(heard[0]).toContain('"best_bid":["0.48","30.5"]');
    stdin.push(null);
    expect(await running).toBe(0);
  });

  test.skipIf(!hasVectors)('every recorded frame of every venue can be decoded', async () => {
    const failures: string[] = [];
    let events = 0;
    for (const venue of ['okx', 'polymarket']) {
      for (const name of readdirSync(join(vectors, venue)).filter((each) => /^(ws|seq|books)_/.test(each))) {
        const frame = JSON.stringify(JSON.parse(readFileSync(join(vectors, venue, name), 'utf8')));
        const run = await decode([venue, '-'], frame);
        if (run.code !== 0) failures.push(`${name}: ${run.err}`);
        events += run.out.length;
      }
    }
    expect(failures).toEqual([]);
    expect(events).toBeGreaterThan(40);
    const frames = JSON.parse(
      readFileSync(join(vectors, 'trading-socketio/frames_recorded_2026-11-21.json'), 'utf8'),
    ) as readonly { readonly dir: string; readonly frame: string }[];
    const input = lines(...frames.map(({ dir, frame }, i) => recorded(i, frame, dir === 'S->C' ? 'in' : 'out')));
    expect(await decode(['trading-socketio', '-'], input)).toMatchObject({ code: 0, err: '' });
  });

  test.skipIf(!hasVectors)('M6, M7: a recorded sequence ends in the book the venue sent anew', async () => {
    const names = ['1_book_initial_array', '2_price_change', '3_book_resnapshot_object'];
    const frames = names.map((name) => readFileSync(join(vectors, `polymarket/seq_2025-12-23_${name}.json`), 'utf8'));
    const run = await decode(['polymarket', '-'], lines(...frames.map((frame, i) => recorded(i, frame.trim()))));
    expect(run.code).toBe(0);
    expect(run.out.filter(({ type }) => type === 'book').at(-1)).toMatchObject({
      t: 2,
      best_bid: ['0.49', '150.92'],
      best_ask: ['0.5', '28.84'],
    });
  });
});
