/** What OKX says, checked by hand: O3, O4, O9 – O14. Numbers are strings, and an empty string is nothing at all (O9). */

import { BookScanner, ScannedBook } from './book-scan.ts';
import {
  isAmount,
  isAmountOrAbsent,
  isNumberOrAbsent,
  isRecord,
  isTextOrAbsent,
  isTime,
  textOf,
  type Fields,
} from './fields.ts';

export interface OkxArg {
  readonly channel: string;
  readonly instId?: string;
  readonly instType?: string;
}

export type OkxMessage =
  | { readonly kind: 'data'; readonly arg: OkxArg; readonly frame: OkxData }
  | { readonly kind: 'ack'; readonly op: 'subscribe' | 'unsubscribe'; readonly arg: OkxArg }
  | { readonly kind: 'login' }
  | {
      readonly kind: 'error';
      readonly code: string;
      readonly message: string;
      /** Of the request it answers, where it says so. */
      readonly id: string | undefined;
      readonly arg: OkxArg | undefined;
    }
  | { readonly kind: 'notice'; readonly code: string; readonly message: string }
  | { readonly kind: 'connections'; readonly channel: string; readonly count: string; readonly refused: boolean }
  | { readonly kind: 'pong' }
  | { readonly kind: 'unknown'; readonly event: string }
  | { readonly kind: 'bad'; readonly why: string };

export interface OkxData {
  readonly action?: unknown;
  readonly data: readonly unknown[];
  readonly eventType?: unknown;
  readonly curPage?: unknown;
  readonly lastPage?: unknown;
}

export interface OkxTicker {
  readonly instType?: string;
  readonly instId: string;
  readonly last?: string;
  readonly lastSz?: string;
  readonly askPx?: string;
  readonly askSz?: string;
  readonly bidPx?: string;
  readonly bidSz?: string;
  readonly open24h?: string;
  readonly high24h?: string;
  readonly low24h?: string;
  readonly volCcy24h?: string;
  readonly vol24h?: string;
  readonly ts: string;
}

export interface OkxTrade {
  readonly instId: string;
  readonly tradeId: string;
  readonly px: string;
  readonly sz: string;
  readonly side: 'buy' | 'sell';
  readonly ts: string;
  readonly count?: string;
}

/** `[price, size, "0", orders]`; whether they are decimals the book finds out as it counts them. */
export type OkxLevel = readonly [price: string, size: string, ...rest: unknown[]];

export interface OkxBook {
  readonly asks: readonly OkxLevel[];
  readonly bids: readonly OkxLevel[];
  readonly ts: string;
  readonly checksum?: number;
  /** Absent in recordings from before there were any. */
  readonly seqId?: number;
  readonly prevSeqId?: number;
}

/** `[ts, o, h, l, c, vol, volCcy, volCcyQuote, confirm]`. */
export type OkxCandle = readonly [
  ts: string,
  open: string,
  high: string,
  low: string,
  close: string,
  vol: string,
  volCcy: string,
  ...rest: unknown[],
];

/** Words of the venue's that are shown. */
const MOST_TEXT = 500;

const scanner = new BookScanner();

export function parseMessage(frame: string): OkxMessage {
  if (frame === 'pong') return { kind: 'pong' };
  const scanned = scanner.scan(frame);
  if (scanned) {
    const { instId, book } = scanned;
    return { kind: 'data', arg: { channel: 'books', instId }, frame: { action: 'update', data: [book] } };
  }
  let value: unknown;
  try {
    value = JSON.parse(frame);
  } catch {
    return { kind: 'bad', why: 'not JSON' };
  }
  if (!isRecord(value)) return { kind: 'bad', why: 'not an object' };
  if (value['event'] !== undefined) return parseEvent(value);
  if (!isArg(value['arg'])) return { kind: 'bad', why: 'neither event nor arg' };
  if (!hasData(value)) return { kind: 'bad', why: `${value['arg'].channel} without data` };
  return { kind: 'data', arg: value['arg'], frame: value };
}

function parseEvent(value: Fields): OkxMessage {
  const { event, arg, id } = value;
  switch (event) {
    case 'subscribe':
    case 'unsubscribe':
      return isArg(arg) ? { kind: 'ack', op: event, arg } : { kind: 'bad', why: `${event} without arg` };
    case 'login':
      // O8: only code 0 is success.
      if (value['code'] === '0') return { kind: 'login' };
      break;
    case 'error':
      break;
    case 'notice':
      return { kind: 'notice', code: wordsOf(value['code']), message: wordsOf(value['msg']) };
    case 'channel-conn-count':
    case 'channel-conn-count-error':
      return {
        kind: 'connections',
        channel: textOf(value['channel']),
        count: textOf(value['connCount']),
        refused: event === 'channel-conn-count-error',
      };
    default:
      return { kind: 'unknown', event: wordsOf(event).slice(0, 64) };
  }
  return {
    kind: 'error',
    code: wordsOf(value['code']),
    message: wordsOf(value['msg']),
    id: typeof id === 'string' ? id : undefined,
    arg: isArg(arg) ? arg : undefined,
  };
}

function wordsOf(value: unknown): string {
  return textOf(value).slice(0, MOST_TEXT);
}

function isArg(value: unknown): value is OkxArg {
  return (
    isRecord(value) &&
    typeof value['channel'] === 'string' &&
    isTextOrAbsent(value['instId']) &&
    isTextOrAbsent(value['instType'])
  );
}

function hasData(value: Fields): value is Fields & OkxData {
  return Array.isArray(value['data']);
}

export function isTicker(row: unknown): row is OkxTicker {
  return (
    isRecord(row) &&
    typeof row['instId'] === 'string' &&
    isTime(row['ts']) &&
    isTextOrAbsent(row['instType']) &&
    isAmountOrAbsent(row['last']) &&
    isAmountOrAbsent(row['lastSz']) &&
    isAmountOrAbsent(row['askPx']) &&
    isAmountOrAbsent(row['askSz']) &&
    isAmountOrAbsent(row['bidPx']) &&
    isAmountOrAbsent(row['bidSz']) &&
    isAmountOrAbsent(row['open24h']) &&
    isAmountOrAbsent(row['high24h']) &&
    isAmountOrAbsent(row['low24h']) &&
    isAmountOrAbsent(row['volCcy24h']) &&
    isAmountOrAbsent(row['vol24h'])
  );
}

export function isTrade(row: unknown): row is OkxTrade {
  return (
    isRecord(row) &&
    typeof row['instId'] === 'string' &&
    typeof row['tradeId'] === 'string' &&
    isAmount(row['px']) &&
    isAmount(row['sz']) &&
    (row['side'] === 'buy' || row['side'] === 'sell') &&
    isTime(row['ts']) &&
    (row['count'] === undefined || row['count'] === '' || isTime(row['count']))
  );
}

export function isBook(row: unknown): row is OkxBook {
  if (row instanceof ScannedBook) return isTime(row.ts);
  return (
    isRecord(row) &&
    areLevels(row['asks']) &&
    areLevels(row['bids']) &&
    isTime(row['ts']) &&
    isNumberOrAbsent(row['checksum']) &&
    isNumberOrAbsent(row['seqId']) &&
    isNumberOrAbsent(row['prevSeqId'])
  );
}

export function isCandle(row: unknown): row is OkxCandle {
  if (!Array.isArray(row) || row.length < 7 || !isTime(row[0])) return false;
  for (let i = 1; i < 7; i += 1) if (!isAmount(row[i])) return false;
  return true;
}

function areLevels(value: unknown): value is readonly OkxLevel[] {
  if (!Array.isArray(value)) return false;
  for (const row of value) {
    if (!Array.isArray(row) || typeof row[0] !== 'string' || typeof row[1] !== 'string') return false;
  }
  return true;
}
