/** `griddesk decode`: the frames of a venue as what they say, one JSON object a line. */
import { Argument, InvalidArgumentError, type Command } from 'commander';
import { plainUnits } from '#domain/order-book-units.ts';
import type { OrderBook } from '#domain/order-book.ts';
import { SOURCE_KINDS, type SourceInstrument } from '#domain/source.ts';
import { sourceConfig } from '#protocol/source-shapes.ts';
import { createDecoder } from '#venues/create-decoder.ts';
import { offsetOf } from '#venues/kit/iso-time.ts';
import type { Decoder, VenueEvent, VenueKind } from '#venues/venue.ts';
import { InputError } from './errors.ts';
import { readRecording } from './recording-file.ts';
import type { Terminal } from './terminal.ts';

const VENUES = SOURCE_KINDS.filter((kind) => kind !== 'engine');

const SHAPE = `
One JSON object a line, in order:
  {"t":<ms received, or null>,"type":"trade"|"ticker"|"candle"|"book_state"|"account"|…, …}
  {"t":…,"type":"book","symbol":…,"change":{"kind":"snapshot"|"update",…},
   "best_bid":["price","size"]|null,"best_ask":["price","size"]|null}
Lines that cannot be used are told on stderr with their number; the exit code is 5 if there were any.

FILE has a frame a line, as the dashboard's recorder writes them, {"t":ms,"frame":"…"}, or bare.`;

export function addDecode(program: Command, terminal: Terminal): void {
  program
    .command('decode')
    .description('print what recorded frames of a venue say')
    .addArgument(new Argument('<venue>', 'whose frames').choices(VENUES))
    .argument('<file>', 'JSON lines; - for stdin')
    .option('--zone <offset>', 'offset of times that name none, such as +08:00', zoneOffset)
    .addHelpText('after', SHAPE)
    .action((venue: VenueKind, file: string, { zone = 0 }: { readonly zone?: number }) =>
      decodeFile(venue, file, zone, terminal),
    );
}

async function decodeFile(venue: VenueKind, file: string, zoneOffsetMs: number, terminal: Terminal): Promise<void> {
  const begin = (instruments: readonly SourceInstrument[]): Promise<Decoder> =>
    createDecoder(venue, { venue, instruments, zoneOffsetMs });
  let decoder = await begin([]);
  let bad = 0;
  let now = 0;
  const complain = (number: number, why: string) => {
    bad += 1;
    terminal.err(`${file}:${number}: ${why}`);
  };
  for await (const line of readRecording(file, terminal.stdin)) {
    if (line.kind === 'bad') complain(line.number, line.why);
    if (line.kind === 'header') {
      if (line.header.kind !== venue) throw new InputError(`${file} is a recording of ${line.header.kind}`);
      const { instruments } = line.header;
      if (isInstruments(instruments)) decoder = await begin(instruments);
      else complain(line.number, 'instruments: not as the recorder writes them');
    }
    if (line.kind !== 'frame' || line.dir === 'out') continue;
    now = line.t ?? now;
    for (const event of decoder.decode(onTheWire(venue, line.frame), now)) {
      terminal.out(JSON.stringify(printed(line.t, event)));
      if (event.type === 'problem' && event.problem.code === 'bad_frame') complain(line.number, event.problem.message);
    }
    await terminal.drained?.();
  }
  if (bad > 0) throw new InputError(`${bad} ${bad === 1 ? 'line' : 'lines'} of ${file} could not be used`);
}

/** Account servers' messages, where they were kept without the packets they came in. */
function onTheWire(venue: VenueKind, frame: string): string {
  if (venue !== 'trading-socketio' || !frame.startsWith('{')) return frame;
  try {
    const { type }: { readonly type?: unknown } = Object(JSON.parse(frame));
    return typeof type === 'string' ? `42[${JSON.stringify(type)},${frame}]` : frame;
  } catch {
    return frame;
  }
}

function printed(t: number | null, event: VenueEvent): object {
  if (event.type !== 'book') return { t, ...event };
  const { type, symbol, change, book } = event;
  return { t, type, symbol, change, best_bid: best(book, 'bids'), best_ask: best(book, 'asks') };
}

function best(book: OrderBook, side: 'bids' | 'asks'): readonly [price: string, size: string] | null {
  const price = book[side].price(0);
  if (price === undefined) return null;
  return [plainUnits(price, book.priceDecimals), plainUnits(book[side].size(0), book.sizeDecimals)];
}

/** What the recorder wrote, from settings that were checked the same way. */
function isInstruments(value: unknown): value is readonly SourceInstrument[] {
  return sourceConfig.shape.instruments.safeParse(value).success;
}

function zoneOffset(text: string): number {
  if (!/^[+-]\d\d:\d\d$/.test(text)) throw new InvalidArgumentError('expected an offset like +08:00.');
  return offsetOf(text);
}
