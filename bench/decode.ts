/**
 * Decoding: from a venue's frame to checked, typed domain events — with the book kept, where it is a book's — beside
 * `JSON.parse` of the same text alone, and beside `JSON.parse` and a zod schema of the frame.
 */
import * as z from 'zod';
import { createOkxDecoder } from '#venues/okx/decoder.ts';
import { createPolymarketDecoder } from '#venues/polymarket/decoder.ts';
import { createPushDecoder } from '#venues/push/decoder.ts';
import type { Decoder, DecoderOptions } from '#venues/venue.ts';
import { figure, nanosecondsEach } from './support/figure.ts';
import { frameKinds } from './support/venue-frames.ts';

// As in the browser, whose policy forbids `eval`.
z.config({ jitless: true });

const quick = process.argv.includes('--quick');
const ROUNDS = quick ? 1 : 7;
const FRAMES = quick ? 50 : 2_000;

const text = z.string();
const level = z.tuple([text, text], text);
const okxRow = {
  tickers: z.object({
    instId: text,
    last: text,
    bidPx: text,
    askPx: text,
    open24h: text,
    high24h: text,
    low24h: text,
    vol24h: text,
    volCcy24h: text,
    ts: text,
  }),
  trades: z.object({ instId: text, tradeId: text, px: text, sz: text, side: z.enum(['buy', 'sell']), ts: text }),
  candle: z.array(text),
  books: z.object({ asks: z.array(level), bids: z.array(level), ts: text, seqId: z.number(), prevSeqId: z.number() }),
};
const okxFrame = (row: z.ZodType) =>
  z.object({ arg: z.object({ channel: text, instId: text }), action: z.optional(text), data: z.array(row) });
const priced = z.object({ price: text, size: text });
const pushBook = z.array(z.tuple([z.number(), z.number()]));
const schemas: Readonly<Record<string, z.ZodType>> = {
  'okx tickers': okxFrame(okxRow.tickers),
  'okx trades': okxFrame(okxRow.trades),
  'okx candle': okxFrame(okxRow.candle),
  'okx books update': okxFrame(okxRow.books),
  'okx books snapshot': okxFrame(okxRow.books),
  'polymarket book': z.object({
    event_type: text,
    asset_id: text,
    market: text,
    timestamp: text,
    bids: z.array(priced),
    asks: z.array(priced),
  }),
  'polymarket price_change': z.object({
    market: text,
    timestamp: text,
    price_changes: z.array(
      z.object({
        asset_id: text,
        price: text,
        size: text,
        side: z.enum(['BUY', 'SELL']),
        best_bid: text,
        best_ask: text,
      }),
    ),
  }),
  'push price_update': z.object({
    type: text,
    timestamp: text,
    data: z.object({ symbol: text, price: z.number(), change_24h: z.number() }),
  }),
  'push orderbook_update': z.object({
    type: text,
    timestamp: text,
    data: z.object({ symbol: text, bids: pushBook, asks: pushBook }),
  }),
};

function decoderOf(kind: string): Decoder {
  const options: DecoderOptions = { venue: 'bench', instruments: [] };
  if (kind.startsWith('okx')) return createOkxDecoder(options);
  return kind.startsWith('polymarket') ? createPolymarketDecoder(options) : createPushDecoder(options);
}

/** M11: of a live book one hash a second is checked; a frame a second has all of them checked. */
const EACH_CHECKED = ', each hash checked';
const all = frameKinds(FRAMES);
const { 'polymarket book': books } = all;
const kinds = { ...all, ...(books && { [`polymarket book${EACH_CHECKED}`]: books }) };

let events = 0;
for (const [kind, [prelude, frames]] of Object.entries(kinds)) {
  const everyMs = kind.endsWith(EACH_CHECKED) ? 1_000 : 1;
  const schema = schemas[kind.replace(EACH_CHECKED, '')];
  if (!schema) throw new Error(`no schema of ${kind}`);
  const ns = nanosecondsEach(
    {
      ours: () => {
        const decoder = decoderOf(kind);
        for (const frame of prelude) decoder.decode(frame, 0);
        for (const [i, frame] of frames.entries()) {
          const decoded = decoder.decode(frame, 1_700_000_000_000 + i * everyMs);
          const wrong = decoded.find(({ type }) => type === 'problem');
          if (decoded.length === 0 || wrong) throw new Error(`${kind}: ${JSON.stringify(wrong)} of ${frame}`);
          events += decoded.length;
        }
        return frames.length;
      },
      parse: () => {
        for (const frame of frames) if (JSON.parse(frame) === null) events += 1;
        return frames.length;
      },
      zod: () => {
        for (const frame of frames) schema.parse(JSON.parse(frame));
        return frames.length;
      },
    },
    ROUNDS,
  );
  figure('decode', `${kind}, ${frames[0]?.length} B, beside JSON.parse`, ns.ours / 1000, 'µs', ns.parse / 1000);
  figure('decode', `${kind}, beside JSON.parse and zod`, ns.ours / 1000, 'µs', ns.zod / 1000);
}
if (events === 0) throw new Error('nothing was decoded');
