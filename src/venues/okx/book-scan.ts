/**
 * Reads a `books` update from the frame's text, in one pass and without an object or a string a level: the frames that
 * make up most of a busy feed. What is not written exactly as the venue writes it is left to `JSON.parse`.
 */
import { LevelBuffer } from '#domain/level-buffer.ts';
import type { BookUpdate } from '#domain/market-data.ts';
import { toChanges } from './parse.ts';
import type { OkxBook } from './schema.ts';

export interface ScannedFrame {
  readonly instId: string;
  readonly book: ScannedBook;
}

const HEAD = '{"arg":{"channel":"books","instId":"';
const MIDDLE = '"},"action":"update","data":[{"asks":[';
const BETWEEN = '],"bids":[';
const TAIL = '}]}';

const QUOTE = 34;
const COMMA = 44;
const DOT = 46;
const ZERO = 48;
const NINE = 57;
const OPEN = 91;
const CLOSE = 93;
/** More digits a double may not hold. */
const MAX_DIGITS = 15;

/** A row of `books` whose texts are only looked at where somebody asks for them. */
export class ScannedBook implements OkxBook {
  /** Belongs to the scanner: good until its next frame. */
  readonly levels: LevelBuffer;
  readonly ts: string;
  readonly checksum: number;
  readonly seqId: number;
  readonly prevSeqId: number;
  readonly #frame: string;
  #rows: Pick<OkxBook, 'asks' | 'bids'> | undefined;

  constructor(frame: string, levels: LevelBuffer, { ts, checksum, seqId, prevSeqId }: Rest) {
    this.#frame = frame;
    this.levels = levels;
    this.ts = ts;
    this.checksum = checksum;
    this.seqId = seqId;
    this.prevSeqId = prevSeqId;
  }

  get asks(): OkxBook['asks'] {
    return this.#parsed().asks;
  }

  get bids(): OkxBook['bids'] {
    return this.#parsed().bids;
  }

  /** The update in domain words, its changes as texts only if they are read. */
  update(at: Pick<BookUpdate, 'ts' | 'seq' | 'prev'>): BookUpdate {
    const parsed = () => this.#parsed();
    let changes: BookUpdate['changes'] | undefined;
    return {
      ...at,
      get changes() {
        return (changes ??= toChanges(parsed().bids, parsed().asks));
      },
    };
  }

  #parsed(): Pick<OkxBook, 'asks' | 'bids'> {
    // Scanning has made sure of its shape.
    return (this.#rows ??= (JSON.parse(this.#frame) as { readonly data: readonly [OkxBook] }).data[0]);
  }
}

interface Rest {
  readonly ts: string;
  readonly checksum: number;
  readonly seqId: number;
  readonly prevSeqId: number;
}

function isRest(value: unknown): value is Rest {
  if (typeof value !== 'object' || value === null) return false;
  const { ts, checksum, seqId, prevSeqId } = value as Record<string, unknown>;
  return (
    typeof ts === 'string' &&
    typeof checksum === 'number' &&
    typeof seqId === 'number' &&
    typeof prevSeqId === 'number' &&
    !('asks' in value) &&
    !('bids' in value)
  );
}

export class BookScanner {
  readonly #levels = new LevelBuffer();
  #text = '';
  #at = 0;
  /** The number read last. */
  #digits = 0;
  #decimals = 0;

  /** `undefined`: not such a frame, or not written as expected. */
  scan(frame: string): ScannedFrame | undefined {
    if (!frame.startsWith(HEAD)) return undefined;
    const end = frame.indexOf('"', HEAD.length);
    if (end < 0 || !frame.startsWith(MIDDLE, end) || !frame.endsWith(TAIL)) return undefined;
    this.#text = frame;
    this.#levels.clear();
    this.#at = end + MIDDLE.length;
    if (!this.#side(false) || !frame.startsWith(BETWEEN, this.#at)) return undefined;
    this.#at += BETWEEN.length;
    if (!this.#side(true) || !frame.startsWith('],', this.#at)) return undefined;
    const rest = parse(`{${frame.slice(this.#at + 2, -2)}`);
    const instId = frame.slice(HEAD.length, end);
    // An escape in a name would need decoding.
    if (!isRest(rest) || instId.includes('\\')) return undefined;
    return { instId, book: new ScannedBook(frame, this.#levels, rest) };
  }

  /** Rows up to the closing bracket of the side, which stays. */
  #side(isBid: boolean): boolean {
    const text = this.#text;
    if (text.charCodeAt(this.#at) === CLOSE) return true;
    for (;;) {
      if (text.charCodeAt(this.#at) !== OPEN) return false;
      this.#at += 1;
      if (!this.#number()) return false;
      const price = this.#digits;
      const priceDecimals = this.#decimals;
      if (text.charCodeAt(this.#at++) !== COMMA || !this.#number()) return false;
      this.#levels.push(isBid, price, priceDecimals, this.#digits, this.#decimals);
      // O11: two more columns nobody needs.
      while (text.charCodeAt(this.#at) === COMMA) {
        this.#at += 1;
        if (!this.#number()) return false;
      }
      if (text.charCodeAt(this.#at++) !== CLOSE) return false;
      const next = text.charCodeAt(this.#at);
      if (next === CLOSE) return true;
      if (next !== COMMA) return false;
      this.#at += 1;
    }
  }

  /** `"123.45"`: plain, unsigned. */
  #number(): boolean {
    const text = this.#text;
    let at = this.#at;
    if (text.charCodeAt(at) !== QUOTE) return false;
    at += 1;
    const start = at;
    let digits = 0;
    let dot = -1;
    for (; ; at++) {
      const code = text.charCodeAt(at);
      if (code >= ZERO && code <= NINE) digits = digits * 10 + (code - ZERO);
      else if (code === DOT && dot < 0) dot = at;
      else if (code === QUOTE) break;
      else return false;
    }
    const count = at - start - (dot < 0 ? 0 : 1);
    if (count === 0 || count > MAX_DIGITS) return false;
    this.#digits = digits;
    this.#decimals = dot < 0 ? 0 : at - dot - 1;
    this.#at = at + 1;
    return true;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
